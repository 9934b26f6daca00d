import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.FileInputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FsShell;
import org.apache.hadoop.util.ToolRunner;

/** Runs many command lines of Apache's shell in one process; prints of each the exit code, and stdout and stderr in base64. */
public class RunShell {
  public static void main(String[] arguments) throws Exception {
    PrintStream answers = System.out;
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(new FileInputStream(arguments[0]), StandardCharsets.UTF_8))) {
      String line;
      while ((line = lines.readLine()) != null) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        System.setOut(new PrintStream(out, true));
        System.setErr(new PrintStream(err, true));
        FsShell shell = new FsShell();
        shell.setConf(new Configuration());
        int code = ToolRunner.run(shell, line.split("\u0001", -1));
        shell.close();
        System.out.flush();
        System.err.flush();
        answers.println(code & 255);
        answers.println(Base64.getEncoder().encodeToString(out.toByteArray()));
        answers.println(Base64.getEncoder().encodeToString(err.toByteArray()));
      }
    }
    answers.flush();
  }
}
