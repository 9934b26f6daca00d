import java.io.OutputStream;
import java.net.URI;
import java.security.PrivilegedExceptionAction;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.crypto.CryptoProtocolVersion;
import org.apache.hadoop.fs.CreateFlag;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.hdfs.DFSInotifyEventInputStream;
import org.apache.hadoop.hdfs.DistributedFileSystem;
import org.apache.hadoop.hdfs.client.HdfsAdmin;
import org.apache.hadoop.hdfs.inotify.Event;
import org.apache.hadoop.hdfs.inotify.EventBatch;
import org.apache.hadoop.hdfs.protocol.BatchedDirectoryListing;
import org.apache.hadoop.hdfs.protocol.ClientProtocol;
import org.apache.hadoop.hdfs.protocol.DirectoryListing;
import org.apache.hadoop.hdfs.protocol.HdfsConstants;
import org.apache.hadoop.hdfs.protocol.HdfsFileStatus;
import org.apache.hadoop.hdfs.protocol.HdfsPartialListing;
import org.apache.hadoop.hdfs.protocol.LocatedBlocks;
import org.apache.hadoop.hdfs.protocol.OpenFileEntry;
import org.apache.hadoop.hdfs.protocol.OpenFilesIterator.OpenFilesType;
import org.apache.hadoop.io.EnumSetWritable;
import org.apache.hadoop.io.Text;
import org.apache.hadoop.security.UserGroupInformation;
import org.apache.hadoop.security.token.Token;

/** Calls of ClientProtocol through Apache's own client, one line of what came back for each. */
public class Probe {
  private static DistributedFileSystem fs;
  private static ClientProtocol namenode;
  private static Configuration conf;
  private static final FsPermission FILE = new FsPermission((short) 0644);
  private static final int BLOCK = 1 << 20;
  private static final String USER = System.getProperty("user.name");

  private static String plain(String text) {
    return text.replaceAll("BP-[0-9.-]+", "BP").replaceAll("blk_\\d+_\\d+", "BLOCK").replaceAll("DFSClient_\\w+", "CLIENT")
        .replaceAll("(?<![0-9.])\\d+\\.\\d+\\.\\d+\\.\\d+(:\\d+)?", "HOST").replaceAll("\\(inode \\d+\\)", "(inode N)")
        .replaceAll("/\\.inodes/1[0-9]{4}\\b", "/.inodes/N").replaceAll("NamenodeHostName:\\S+", "NamenodeHostName:HOST")
        .replaceAll("\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d,\\d{3}[+-]\\d{4}", "TIME")
        .replaceAll("(?<=[:= ])" + USER + "(?=[:, ])", "USER");
  }

  private static void step(String name, Callable<?> call) {
    String out;
    try {
      out = String.valueOf(call.call());
    } catch (Throwable e) {
      String message = String.valueOf(e.getMessage());
      String type = e.getClass().getName();
      if (e instanceof org.apache.hadoop.ipc.RemoteException) {
        type = ((org.apache.hadoop.ipc.RemoteException) e).getClassName();
      }
      out = "! " + type + ": " + message.split("\n")[0];
    }
    System.out.println(name + " -> " + plain(out));
  }

  private static void write(String path, int bytes) throws Exception {
    try (FSDataOutputStream out = fs.create(new Path(path), FILE, EnumSet.of(CreateFlag.CREATE, CreateFlag.OVERWRITE), 4096, (short) 1, BLOCK, null)) {
      out.write(new byte[bytes]);
    }
  }

  private static String create(String path, String client, EnumSet<CreateFlag> flags, boolean parent, int replication, long block)
      throws Exception {
    HdfsFileStatus made = namenode.create(path, FILE, client, new EnumSetWritable<>(flags), parent, (short) replication, block, CryptoProtocolVersion.supported(), null, null);
    return made.getLen() + " " + made.getReplication() + " " + made.getBlockSize();
  }

  private static Object append(String path, String client, EnumSet<CreateFlag> flags) throws Exception {
    var last = namenode.append(path, client, new EnumSetWritable<>(flags));
    return (last.getLastBlock() == null ? "no block" : last.getLastBlock().getBlockSize() + " at " + last.getLastBlock().getStartOffset() + " on "
        + last.getLastBlock().getLocations().length) + ", " + last.getFileStatus().getLen();
  }

  private static String status(String path) throws Exception {
    HdfsFileStatus s = namenode.getFileInfo(path);
    if (s == null) return "null";
    return s.getLocalName() + " " + s.isDirectory() + " " + s.getLen() + " " + s.getPermission() + " " + s.getOwner() + ":" + s.getGroup() + " "
        + s.getReplication() + " " + s.getChildrenNum() + (s.getFileId() < 0 ? " no inode" : "");
  }

  private static String list(String path, String after, boolean located) throws Exception {
    DirectoryListing page = namenode.getListing(path, after.getBytes("UTF-8"), located);
    if (page == null) return "null";
    StringBuilder out = new StringBuilder();
    for (HdfsFileStatus s : page.getPartialListing()) out.append(s.getLocalName()).append(s.isDirectory() ? "/ " : " ");
    return out + "" + page.getRemainingEntries();
  }

  private static String located(String path, long offset, long length) throws Exception {
    LocatedBlocks blocks = namenode.getBlockLocations(path, offset, length);
    StringBuilder out = new StringBuilder(blocks.getFileLength() + " " + blocks.isUnderConstruction() + " " + blocks.isLastBlockComplete() + ":");
    blocks.getLocatedBlocks().forEach(b -> out.append(" ").append(b.getStartOffset()).append("+").append(b.getBlockSize()));
    return out + (blocks.getLastLocatedBlock() == null ? " none" : " last " + blocks.getLastLocatedBlock().getStartOffset());
  }

  private static boolean closed(String path) throws Exception {
    for (int i = 0; i < 300 && !fs.isFileClosed(new Path(path)); ++i) Thread.sleep(100);
    return fs.isFileClosed(new Path(path));
  }

  private static <T> T as(String user, PrivilegedExceptionAction<T> action) throws Exception {
    return UserGroupInformation.createRemoteUser(user).doAs(action);
  }
  private static DistributedFileSystem of(String user) throws Exception {
    return as(user, () -> (DistributedFileSystem) DistributedFileSystem.newInstance(URI.create(conf.get("fs.defaultFS")), conf));
  }

  private static void appends() throws Exception {
    step("append missing", () -> append("/p/none", "c", EnumSet.of(CreateFlag.APPEND)));
    step("append directory", () -> append("/p", "c", EnumSet.of(CreateFlag.APPEND)));
    write("/p/half", 700);
    step("append half", () -> append("/p/half", "c1", EnumSet.of(CreateFlag.APPEND)));
    step("append half, same client", () -> append("/p/half", "c1", EnumSet.of(CreateFlag.APPEND)));
    step("append half, another", () -> append("/p/half", "c2", EnumSet.of(CreateFlag.APPEND)));
    step("create over it", () -> create("/p/half", "c2", EnumSet.of(CreateFlag.CREATE), true, 1, BLOCK));
    step("locations of an open file", () -> located("/p/half", 0, 10000));
    step("truncate it", () -> namenode.truncate("/p/half", 3, "c2"));
    step("closed", () -> namenode.isFileClosed("/p/half"));
    step("recover", () -> namenode.recoverLease("/p/half", "c3"));
    step("recovered", () -> closed("/p/half"));
    step("length", () -> fs.getFileStatus(new Path("/p/half")).getLen());
    step("recover closed", () -> namenode.recoverLease("/p/half", "c3"));
    step("recover directory", () -> namenode.recoverLease("/p", "c3"));
    step("recover missing", () -> namenode.recoverLease("/p/none", "c3"));
    step("closed missing", () -> namenode.isFileClosed("/p/none"));
    step("append for good", () -> {
      try (OutputStream out = fs.append(new Path("/p/half"))) {
        out.write(new byte[300]);
      }
      return fs.getFileStatus(new Path("/p/half")).getLen();
    });
    step("append in a new block", () -> {
      try (OutputStream out = fs.append(new Path("/p/half"), EnumSet.of(CreateFlag.APPEND, CreateFlag.NEW_BLOCK), 4096, null)) {
        out.write(new byte[50]);
      }
      return located("/p/half", 0, 10000);
    });
    write("/p/full", BLOCK);
    step("append full", () -> append("/p/full", "c1", EnumSet.of(CreateFlag.APPEND)));
    step("recover full", () -> namenode.recoverLease("/p/full", "c1"));
    write("/p/empty", 0);
    step("append empty", () -> append("/p/empty", "c1", EnumSet.of(CreateFlag.APPEND)));
    step("complete as another", () -> namenode.complete("/p/empty", "c2", null, 0));
    step("complete", () -> namenode.complete("/p/empty", "c1", null, 0));
    step("complete again", () -> namenode.complete("/p/empty", "c1", null, 0));
    step("locations of an empty file", () -> located("/p/empty", 0, 10));
    step("locations of nothing", () -> located("/p/half", 5000, 10));
    step("locations of no length", () -> located("/p/half", 10, 0));
    step("locations, negative", () -> located("/p/half", -1, 10));
  }

  private static void truncates() throws Exception {
    write("/p/t", BLOCK + 500);
    step("truncate negative", () -> namenode.truncate("/p/t", -1, "c"));
    step("truncate longer", () -> namenode.truncate("/p/t", BLOCK + 501, "c"));
    step("truncate same", () -> namenode.truncate("/p/t", BLOCK + 500, "c"));
    step("truncate directory", () -> namenode.truncate("/p", 1, "c"));
    step("truncate missing", () -> namenode.truncate("/p/none", 1, "c"));
    step("truncate inside", () -> namenode.truncate("/p/t", BLOCK + 100, "c"));
    step("truncate again", () -> namenode.truncate("/p/t", BLOCK + 100, "c"));
    step("truncate otherwise", () -> namenode.truncate("/p/t", BLOCK + 99, "c"));
    step("append while", () -> append("/p/t", "c9", EnumSet.of(CreateFlag.APPEND)));
    step("truncated", () -> closed("/p/t") + " " + fs.getFileStatus(new Path("/p/t")).getLen());
    step("truncate at block", () -> namenode.truncate("/p/t", BLOCK, "c"));
    step("locations", () -> located("/p/t", 0, 2 * BLOCK));
    step("truncate to nothing", () -> namenode.truncate("/p/t", 0, "c"));
    step("empty", () -> fs.getFileStatus(new Path("/p/t")).getLen() + " " + fs.isFileClosed(new Path("/p/t")));
  }

  private static void concats() throws Exception {
    for (String name : new String[] {"a", "b", "c", "d"}) write("/p/cat/" + name, 100);
    write("/p/x", 10);
    write("/p/cat/empty", 0);
    step("concat nothing", () -> concat("/p/cat/a"));
    step("concat other directory", () -> concat("/p/cat/a", "/p/x"));
    step("concat itself", () -> concat("/p/cat/a", "/p/cat/a"));
    step("concat twice", () -> concat("/p/cat/a", "/p/cat/b", "/p/cat/b"));
    step("concat empty", () -> concat("/p/cat/a", "/p/cat/empty"));
    step("concat missing", () -> concat("/p/cat/a", "/p/cat/none"));
    step("concat to missing", () -> concat("/p/cat/none", "/p/cat/a"));
    step("concat to directory", () -> concat("/p/cat", "/p/cat/a"));
    step("concat directory", () -> concat("/p/cat/a", "/p/cat"));
    step("concat reserved", () -> concat("/p/cat/a", "/.reserved/raw/p/cat/b"));
    step("concat to reserved", () -> concat("/.reserved/.inodes/16386", "/p/cat/b"));
    fs.create(new Path("/p/cat/big"), FILE, EnumSet.of(CreateFlag.CREATE), 4096, (short) 1, 2 * BLOCK, null).close();
    try (OutputStream out = fs.append(new Path("/p/cat/big"))) {
      out.write(1);
    }
    step("concat larger blocks", () -> concat("/p/cat/a", "/p/cat/big"));
    step("concat", () -> concat("/p/cat/a", "/p/cat/b", "/p/cat/c"));
    step("concatenated", () -> located("/p/cat/a", 0, 1000) + " " + list("/p/cat", "", false));
  }
  private static Object concat(String target, String... sources) throws Exception {
    namenode.concat(target, sources);
    return "done";
  }

  private static Object rename(String from, String to, Options.Rename... options) throws Exception {
    namenode.rename2(from, to, options);
    return "done";
  }
  private static void renames() throws Exception {
    fs.mkdirs(new Path("/p/r/dir/sub"));
    write("/p/r/f", 1);
    write("/p/r/g", 1);
    step("rename missing", () -> rename("/p/r/none", "/p/r/z"));
    step("rename root", () -> rename("/", "/p/r/z"));
    step("rename same", () -> rename("/p/r/f", "/p/r/f"));
    step("rename below itself", () -> rename("/p/r/dir", "/p/r/dir/sub/x"));
    step("rename to root", () -> rename("/p/r/f", "/"));
    step("rename reserved", () -> rename("/.reserved", "/p/r/z"));
    step("rename to reserved", () -> rename("/p/r/f", "/.reserved"));
    step("rename file over directory", () -> rename("/p/r/f", "/p/r/dir", Options.Rename.OVERWRITE));
    step("rename directory over file", () -> rename("/p/r/dir", "/p/r/f", Options.Rename.OVERWRITE));
    step("rename over", () -> rename("/p/r/f", "/p/r/g"));
    fs.mkdirs(new Path("/p/r/other"));
    step("rename over a full directory", () -> rename("/p/r/other", "/p/r/dir", Options.Rename.OVERWRITE));
    step("rename without parent", () -> rename("/p/r/f", "/p/r/none/x"));
    step("rename below a file", () -> rename("/p/r/f", "/p/r/g/x"));
    step("rename snapshot name", () -> rename("/p/r/f", "/p/r/.snapshot"));
    step("rename bad name", () -> rename("/p/r/f", "/p/r/a:b"));
    step("rename overwriting", () -> rename("/p/r/f", "/p/r/g", Options.Rename.OVERWRITE));
    step("rename to trash", () -> rename("/p/r/g", "/p/r/h", Options.Rename.TO_TRASH));
    step("old rename missing", () -> namenode.rename("/p/r/none", "/p/r/z"));
    step("old rename into", () -> namenode.rename("/p/r/h", "/p/r/dir"));
    step("old rename over a file", () -> namenode.rename("/p/r/other", "/p/r/dir/h"));
    step("old rename without parent", () -> namenode.rename("/p/r/other", "/p/r/none/x"));
    step("old rename below itself", () -> namenode.rename("/p/r/dir", "/p/r/dir/sub"));
    step("old rename itself", () -> namenode.rename("/p/r/dir", "/p/r/dir"));
    fs.mkdirs(new Path("/p/sticky"));
    fs.setPermission(new Path("/p/sticky"), new FsPermission((short) 01777));
    fs.mkdirs(new Path("/p/open"));
    fs.setPermission(new Path("/p/open"), new FsPermission((short) 0777));
    write("/p/sticky/mine", 1);
    write("/p/open/deep/f", 1);
    fs.setPermission(new Path("/p/open/deep"), new FsPermission((short) 0755));
    DistributedFileSystem eve = of("eve");
    step("eve renames from sticky", () -> {
      eve.rename(new Path("/p/sticky/mine"), new Path("/p/open/x"), Options.Rename.NONE);
      return "done";
    });
    step("eve renames missing in a closed directory", () -> {
      eve.rename(new Path("/p/r/none"), new Path("/p/open/x"), Options.Rename.NONE);
      return "done";
    });
    step("eve writes", () -> {
      eve.create(new Path("/p/open/eve")).close();
      return "done";
    });
    step("eve overwrites in sticky", () -> {
      eve.rename(new Path("/p/open/eve"), new Path("/p/sticky/mine"), Options.Rename.OVERWRITE);
      return "done";
    });
    step("eve trashes another's tree", () -> {
      eve.rename(new Path("/p/open/deep"), new Path("/p/open/trashed"), Options.Rename.TO_TRASH);
      return "done";
    });
    step("eve renames another's tree", () -> {
      eve.rename(new Path("/p/open/deep"), new Path("/p/open/moved"), Options.Rename.NONE);
      return "done";
    });
    step("eve appends", () -> eve.append(new Path("/p/r/dir/h")));
    step("eve truncates", () -> eve.truncate(new Path("/p/r/dir/h"), 0));
    step("eve recovers", () -> eve.recoverLease(new Path("/p/r/dir/h")));
    step("eve saves", () -> eve.getClient().getNamenode().saveNamespace(0, 0));
    step("eve rolls", () -> eve.rollEdits());
    step("eve lists open files", () -> eve.listOpenFiles().hasNext());
    step("eve watches", () -> eve.getClient().getNamenode().getEditsFromTxid(1));
    step("eve enters safe mode", () -> eve.setSafeMode(org.apache.hadoop.fs.SafeModeAction.ENTER));
    step("eve leaves safe mode by force", () -> eve.setSafeMode(org.apache.hadoop.fs.SafeModeAction.FORCE_EXIT));
    step("eve makes in raw", () -> eve.mkdirs(new Path("/.reserved/raw/p/open/x")));
    step("eve asks for DataNodes", () -> eve.getDataNodeStats());
    step("eve reads raw", () -> eve.getFileStatus(new Path("/.reserved/raw/p/open")).getLen());
    eve.close();
  }

  private static void creates() {
    EnumSet<CreateFlag> c = EnumSet.of(CreateFlag.CREATE);
    EnumSet<CreateFlag> over = EnumSet.of(CreateFlag.OVERWRITE);
    step("create", () -> create("/p/c/f", "c1", c, true, 1, BLOCK));
    step("create again", () -> create("/p/c/f", "c1", c, true, 1, BLOCK));
    step("create by another", () -> create("/p/c/f", "c2", c, true, 1, BLOCK));
    step("overwrite", () -> create("/p/c/f", "c2", EnumSet.of(CreateFlag.CREATE, CreateFlag.OVERWRITE), true, 1, BLOCK));
    step("complete the first", () -> namenode.complete("/p/c/f", "c1", null, 0));
    step("complete the second", () -> namenode.complete("/p/c/f", "c2", null, 0));
    step("create closed", () -> create("/p/c/f", "c2", c, true, 1, BLOCK));
    step("overwrite missing", () -> create("/p/c/none", "c1", over, true, 1, BLOCK));
    step("create without parent", () -> create("/p/c/no/f", "c1", c, false, 1, BLOCK));
    step("create on directory", () -> create("/p/c", "c1", c, true, 1, BLOCK));
    step("create on root", () -> create("/", "c1", c, true, 1, BLOCK));
    step("create below a file", () -> create("/p/c/f/x", "c1", c, true, 1, BLOCK));
    step("create below a file without parents", () -> create("/p/c/f/x", "c1", c, false, 1, BLOCK));
    step("create small blocks", () -> create("/p/c/s", "c1", c, true, 1, 10));
    step("create many replicas", () -> create("/p/c/s", "c1", c, true, 513, BLOCK));
    step("create no replicas", () -> create("/p/c/s", "c1", c, true, 0, BLOCK));
    step("create bad name", () -> create("/p/c/a:b", "c1", c, true, 1, BLOCK));
    step("create dots", () -> create("/p/c/../x", "c1", c, true, 1, BLOCK));
    step("create snapshot", () -> create("/p/c/.snapshot", "c1", c, true, 1, BLOCK));
    step("create reserved", () -> create("/.reserved", "c1", c, true, 1, BLOCK));
    step("create below reserved", () -> create("/.reserved/x", "c1", c, true, 1, BLOCK));
    step("create raw", () -> create("/.reserved/raw/p/c/raw", "c1", c, true, 1, BLOCK));
    step("create over a full directory with small blocks", () -> create("/p/c", "c1", c, true, 1, 10));
    step("create long name", () -> create("/p/c/" + "n".repeat(256), "c1", c, true, 1, BLOCK));
    step("create long path", () -> create("/p/c/" + "n/".repeat(4000), "c1", c, true, 1, BLOCK));
    step("create deep path", () -> create("/p" + "/n".repeat(1001), "c1", c, true, 1, BLOCK));
    step("renew with namespaces", () -> {
      namenode.renewLease("c1", List.of("ns"));
      return "done";
    });
    step("abandon nothing", () -> {
      namenode.abandonBlock(new org.apache.hadoop.hdfs.protocol.ExtendedBlock("BP", 1, 1, 1), 0, "/p/c/none", "c1");
      return "done";
    });
    step("fsync of another", () -> {
      namenode.fsync("/p/c/raw", 0, "c7", -1);
      return "done";
    });
  }

  private static void listings() throws Exception {
    for (String name : new String[] {"a", "b", "c"}) write("/p/l/" + name, 10);
    step("reserved", () -> status("/.reserved"));
    step("reserved inodes", () -> status("/.reserved/.inodes"));
    step("reserved raw", () -> status("/.reserved/raw").split(" ")[1]);
    step("reserved list", () -> list("/.reserved", "", false));
    step("reserved inode missing", () -> status("/.reserved/.inodes/19999"));
    step("reserved inode no number", () -> status("/.reserved/.inodes/x"));
    long id = namenode.getFileInfo("/p/l/a").getFileId();
    step("inode", () -> status("/.reserved/.inodes/" + id));
    step("inode parent", () -> list("/.reserved/.inodes/" + id + "/..", "", false));
    step("list", () -> list("/p/l", "", false));
    step("list after", () -> list("/p/l", "a", true));
    step("list after missing", () -> list("/p/l", "aa", false));
    step("list after inode", () -> list("/p/l", "/.reserved/.inodes/" + id, false));
    step("list after lost inode", () -> list("/p/l", "/.reserved/.inodes/19999", false));
    step("list file", () -> list("/p/l/a", "", true));
    step("list missing", () -> list("/p/l/none", "", false));
    step("list below a file", () -> list("/p/l/a/x", "", false));
    step("batched", () -> {
      BatchedDirectoryListing page = namenode.getBatchedListing(new String[] {"/p/l", "/p/none", "/p/l/a"}, new byte[0], false);
      StringBuilder out = new StringBuilder();
      for (HdfsPartialListing part : page.getListings()) {
        out.append(part.getParentIdx()).append(":");
        if (part.getException() != null) {
          out.append(part.getException().getClassName()).append(" ").append(part.getException().getMessage());
        } else {
          part.getPartialListing().forEach(s -> out.append(s.getLocalName()).append(","));
        }
        out.append(" ");
      }
      return out + "" + page.hasMore();
    });
    step("batched, too many", () -> namenode.getBatchedListing(Arrays.asList(new String[101]).stream().map(x -> "/").toArray(String[]::new), new byte[0], false));
    create("/p/l/open1", "k1", EnumSet.of(CreateFlag.CREATE), true, 1, BLOCK);
    create("/p/l/open2", "k2", EnumSet.of(CreateFlag.CREATE), true, 1, BLOCK);
    step("open files", () -> {
      StringBuilder out = new StringBuilder();
      var open = namenode.listOpenFiles(0, EnumSet.of(OpenFilesType.ALL_OPEN_FILES), "/p/l");
      for (int i = 0; i < open.size(); ++i) out.append(open.get(i).getFilePath()).append(" ").append(open.get(i).getClientName()).append(" ");
      return out + "" + open.hasMore();
    });
    step("open files that block", () -> namenode.listOpenFiles(0, EnumSet.of(OpenFilesType.BLOCKING_DECOMMISSION), "/").size());
    step("corrupt files", () -> namenode.listCorruptFileBlocks("/", null).getFiles().length + " " + namenode.listCorruptFileBlocks("/", null).getCookie());
    step("located", () -> namenode.getLocatedFileInfo("/p/l/a", false).getLocatedBlocks().locatedBlockCount());
    step("link", () -> namenode.getFileLinkInfo("/p/l/a").getLen());
  }

  private static void administration() throws Exception {
    step("save", () -> namenode.saveNamespace(0, 0));
    long before = namenode.getCurrentEditLogTxid();
    step("roll", () -> namenode.rollEdits() - before);
    step("restore check", () -> namenode.restoreFailedStorage("check"));
    step("restore true", () -> namenode.restoreFailedStorage("true"));
    step("restore check again", () -> namenode.restoreFailedStorage("check"));
    step("restore false", () -> namenode.restoreFailedStorage("false"));
    step("refresh nodes", () -> {
      namenode.refreshNodes();
      return "done";
    });
    step("finalize", () -> {
      namenode.finalizeUpgrade();
      return namenode.upgradeStatus();
    });
    step("rolling upgrade", () -> namenode.rollingUpgrade(HdfsConstants.RollingUpgradeAction.QUERY));
    step("rolling upgrade finalize", () -> namenode.rollingUpgrade(HdfsConstants.RollingUpgradeAction.FINALIZE));
    step("rolling upgrade prepare", () -> namenode.rollingUpgrade(HdfsConstants.RollingUpgradeAction.PREPARE));
    step("bandwidth", () -> {
      namenode.setBalancerBandwidth((1L << 40) + 1);
      return "done";
    });
    step("slow", () -> namenode.getSlowDatanodeReport().length);
    step("ha", () -> namenode.getHAServiceState());
    step("token", () -> namenode.getDelegationToken(new Text("yarn")));
    Token<org.apache.hadoop.hdfs.security.token.delegation.DelegationTokenIdentifier> forged = new Token<>(
        new org.apache.hadoop.hdfs.security.token.delegation.DelegationTokenIdentifier(new Text("alice"), new Text(UserGroupInformation.getCurrentUser().getShortUserName()), null).getBytes(),
        new byte[20], new Text("HDFS_DELEGATION_TOKEN"), new Text(""));
    step("renew a forged one", () -> namenode.renewDelegationToken(forged));
    step("cancel a forged one", () -> {
      namenode.cancelDelegationToken(forged);
      return "done";
    });
    step("safe mode", () -> namenode.setSafeMode(HdfsConstants.SafeModeAction.SAFEMODE_ENTER, false));
    step("append in safe mode", () -> append("/p/half", "c", EnumSet.of(CreateFlag.APPEND)));
    step("roll in safe mode", () -> namenode.rollEdits());
    step("renew in safe mode", () -> {
      namenode.renewLease("c1", null);
      return "done";
    });
    step("token in safe mode", () -> namenode.getDelegationToken(new Text("yarn")));
    step("save in safe mode", () -> namenode.saveNamespace(0, 0));
    step("leave by force", () -> namenode.setSafeMode(HdfsConstants.SafeModeAction.SAFEMODE_FORCE_EXIT, false));
  }

  private static String event(Event e) {
    switch (e.getEventType()) {
      case CREATE:
        Event.CreateEvent c = (Event.CreateEvent) e;
        return c.getPath() + " " + c.getiNodeType() + " " + c.getPerms() + " " + c.getReplication() + " " + c.getOverwrite() + " " + c.getDefaultBlockSize()
            + " " + c.isErasureCoded();
      case CLOSE:
        return ((Event.CloseEvent) e).getPath() + " " + ((Event.CloseEvent) e).getFileSize();
      case APPEND:
        return ((Event.AppendEvent) e).getPath() + " " + ((Event.AppendEvent) e).toNewBlock();
      case RENAME:
        return ((Event.RenameEvent) e).getSrcPath() + " " + ((Event.RenameEvent) e).getDstPath();
      case METADATA:
        Event.MetadataUpdateEvent m = (Event.MetadataUpdateEvent) e;
        return m.getPath() + " " + m.getMetadataType() + " " + m.getPerms() + " " + m.getReplication() + " " + m.getOwnerName() + ":" + m.getGroupName();
      case UNLINK:
        return ((Event.UnlinkEvent) e).getPath();
      case TRUNCATE:
        return ((Event.TruncateEvent) e).getPath() + " " + ((Event.TruncateEvent) e).getFileSize();
      default:
        return "?";
    }
  }

  private static void watching() throws Exception {
    DFSInotifyEventInputStream events = new HdfsAdmin(fs.getUri(), conf).getInotifyEventStream();
    fs.mkdirs(new Path("/p/w"));
    write("/p/w/f", 10);
    write("/p/w/f", 20);
    try (OutputStream out = fs.append(new Path("/p/w/f"))) {
      out.write(1);
    }
    try (OutputStream out = fs.append(new Path("/p/w/f"), EnumSet.of(CreateFlag.APPEND, CreateFlag.NEW_BLOCK), 4096, null)) {
      out.write(1);
    }
    write("/p/w/g", 5);
    fs.setPermission(new Path("/p/w/g"), new FsPermission((short) 0600));
    fs.setOwner(new Path("/p/w/g"), "eve", "staff");
    fs.setReplication(new Path("/p/w/g"), (short) 2);
    fs.setTimes(new Path("/p/w/g"), 1000, 2000);
    namenode.concat("/p/w/f", new String[] {"/p/w/g"});
    fs.rename(new Path("/p/w/f"), new Path("/p/w/h"));
    fs.rename(new Path("/p/w/h"), new Path("/p/w/f"), Options.Rename.OVERWRITE);
    namenode.truncate("/p/w/f", 0, "c");
    fs.delete(new Path("/p/w"), true);
    List<String> seen = new ArrayList<>();
    while (seen.isEmpty() || !seen.get(seen.size() - 1).equals("UNLINK /p/w")) {
      EventBatch batch = events.poll(30, TimeUnit.SECONDS);
      if (batch == null) break;
      for (Event e : batch.getEvents()) seen.add(e.getEventType() + " " + event(e));
    }
    for (String line : seen) System.out.println("event -> " + line);
    step("events behind", () -> events.getTxidsBehindEstimate());
  }

  public static void main(String[] arguments) throws Exception {
    conf = new Configuration();
    conf.setInt("dfs.replication", 1);
    fs = (DistributedFileSystem) DistributedFileSystem.get(conf);
    namenode = fs.getClient().getNamenode();
    fs.mkdirs(new Path("/p"));
    appends();
    truncates();
    concats();
    creates();
    renames();
    listings();
    administration();
    watching();
    fs.close();
  }
}
