import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.PrintStream;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;

import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.FsShell;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.hdfs.HdfsConfiguration;
import org.apache.hadoop.hdfs.tools.DFSAdmin;
import org.apache.hadoop.hdfs.tools.DebugAdmin;
import org.apache.hadoop.util.Tool;
import org.apache.hadoop.util.ToolRunner;

/** Command lines of dfsadmin, of the shell's commands that change whole files, and of debug; figures are left out. */
public class Admin {
  private static Configuration conf;

  private static List<String> run(Tool tool, String... words) throws Exception {
    PrintStream out = System.out;
    PrintStream err = System.err;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    System.setOut(new PrintStream(bytes, true));
    System.setErr(new PrintStream(bytes, true));
    int code;
    try {
      code = ToolRunner.run(conf, tool, words);
    } finally {
      System.out.flush();
      System.setOut(out);
      System.setErr(err);
    }
    List<String> lines = new ArrayList<>();
    for (String line : bytes.toString("UTF-8").split("\n")) {
      // Neither log lines nor stack traces nor usage are the NameNode's.
      if (line.isBlank() || line.matches("log4j:.*|SLF4J.*|\\d{4}-.* (WARN|INFO) .*|WARNING: .*|\tat .*|\t\\[.*|Usage: hadoop fs.*|-\\w+ <.*|Rack: .*")) continue;
      lines.add(line.replaceAll("(\\d+\\.){3}\\d+(:\\d+)?", "HOST").replaceAll("[A-Z][a-z]{2} [A-Z][a-z]{2} \\d\\d \\d\\d:\\d\\d:\\d\\d \\w+ \\d{4}", "TIME")
          .replaceAll("localhost|" + java.net.InetAddress.getLocalHost().getHostName(), "NAME").replaceAll("\\d+(\\.\\d+)? (B|KB|MB|GB|TB)\\b", "SIZE")
          .replaceAll("\\d+(\\.\\d+)?%", "SHARE").replaceAll("\\b" + System.getProperty("user.name") + "\\b", "USER").replaceAll("\\d+", "N").replaceAll("/tmp/\\w+", "FILE")
          .replaceAll("\\((HOST|NAME)\\)", "(NAME)").replaceAll("Hostname: .*", "Hostname: NAME").replaceAll("\\s+$", ""));
    }
    lines.add("= " + code);
    return lines;
  }

  private static void show(Tool tool, String... words) throws Exception {
    System.out.println("$ " + String.join(" ", words).replaceAll("(\\d+\\.){3}\\d+(:\\d+)?", "HOST").replaceAll("/tmp/\\w+", "FILE"));
    for (String line : run(tool, words)) System.out.println(line);
  }
  private static void admin(String... words) throws Exception {
    show(new DFSAdmin(), words);
  }
  private static void dfs(String... words) throws Exception {
    show(new FsShell(), words);
  }

  private static String local(String name, int bytes) throws Exception {
    File file = File.createTempFile("admin", name);
    file.deleteOnExit();
    Files.write(file.toPath(), new byte[bytes]);
    return file.getPath();
  }
  private static void put(String path, int bytes) throws Exception {
    FileSystem fs = FileSystem.get(conf);
    try (FSDataOutputStream out = fs.create(new Path(path))) {
      out.write(new byte[bytes]);
    }
  }

  public static void main(String[] arguments) throws Exception {
    conf = new HdfsConfiguration();
    put("/a/f", 100);
    put("/a/g", 200);
    String more = local("more", 50);
    System.out.println(run(new FsShell(), "-appendToFile", more, "/a/f"));
    dfs("-stat", "%b", "/a/f");
    dfs("-truncate", "-w", "120", "/a/f");
    dfs("-truncate", "500", "/a/f");
    dfs("-truncate", "-1", "/a/f");
    dfs("-truncate", "1", "/a");
    dfs("-concat", "/a/f", "/a/g");
    dfs("-concat", "/a/f", "/a/none");
    dfs("-ls", "/.reserved");
    dfs("-ls", "/.reserved/raw/a");
    show(new DebugAdmin(conf), "recoverLease", "-path", "/a/f", "-retries", "3");
    show(new DebugAdmin(conf), "recoverLease", "-path", "/a/none");
    admin("-report");
    admin("-report", "-dead");
    admin("-safemode", "get");
    admin("-saveNamespace");
    admin("-safemode", "enter");
    admin("-saveNamespace");
    admin("-saveNamespace", "-beforeShutdown");
    admin("-rollEdits");
    admin("-safemode", "leave");
    admin("-safemode", "forceExit");
    admin("-rollEdits");
    admin("-restoreFailedStorage", "check");
    admin("-restoreFailedStorage", "true");
    admin("-refreshNodes");
    admin("-finalizeUpgrade");
    admin("-upgrade", "query");
    admin("-rollingUpgrade", "query");
    admin("-rollingUpgrade", "finalize");
    admin("-rollingUpgrade", "prepare");
    admin("-refreshServiceAcl");
    admin("-refreshUserToGroupsMappings");
    admin("-refreshSuperUserGroupsConfiguration");
    admin("-refreshCallQueue");
    String address = conf.get("dfs.namenode.rpc-address");
    admin("-refresh", address, "nothing");
    admin("-reconfig", "namenode", address, "start");
    Thread.sleep(1000);
    System.out.println("status " + run(new DFSAdmin(), "-reconfig", "namenode", address, "status").size());
    admin("-printTopology");
    admin("-setBalancerBandwidth", "1000000");
    admin("-setBalancerBandwidth", "99999999999999");
    String saved = local("saved", 0);
    admin("-metasave", saved);
    System.out.println(new String(Files.readAllBytes(new File(saved).toPath())).replaceAll("(\\d+\\.){3}\\d+(:\\d+)?", "HOST")
        .replaceAll("[A-Z][a-z]{2} [A-Z][a-z]{2} \\d\\d \\d\\d:\\d\\d:\\d\\d \\w+ \\d{4}", "TIME")
        .replaceAll("\\d+\\(\\d+(\\.\\d+)? \\w+\\)", "SIZE").replaceAll("\\d+\\.\\d+%", "SHARE").replaceAll(" /rack\\d+", ""));
    admin("-listOpenFiles");
    admin("-listOpenFiles", "-blockingDecommission");
    admin("-fetchImage");
    FileSystem.get(conf).close();
  }
}
