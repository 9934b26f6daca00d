import java.security.PrivilegedExceptionAction;

import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.security.UserGroupInformation;
import org.apache.hadoop.security.token.Token;

/** Delegation tokens through Apache's own client: given, used to log in as their owner, renewed, cancelled. */
public class Tokens {
  private static Configuration conf;
  private static Token<?> token;

  private static <T> T as(UserGroupInformation user, PrivilegedExceptionAction<T> action) throws Exception {
    return user.doAs(action);
  }

  private static String plain(String text) {
    return text.replaceAll("issueDate=\\d+", "issueDate=N").replaceAll("maxDate=\\d+", "maxDate=N").replaceAll("(\\d+\\.){3}\\d+(:\\d+)?", "HOST")
        .replaceAll("masterKeyId=\\d+", "masterKeyId=N");
  }

  private static void step(String name, PrivilegedExceptionAction<?> call) {
    String out;
    try {
      out = String.valueOf(call.run());
    } catch (Throwable e) {
      Throwable cause = e instanceof java.lang.reflect.UndeclaredThrowableException ? e.getCause() : e;
      String type = cause.getClass().getName();
      if (cause instanceof org.apache.hadoop.ipc.RemoteException) type = ((org.apache.hadoop.ipc.RemoteException) cause).getClassName();
      out = "! " + type + ": " + String.valueOf(cause.getMessage()).split("\n")[0];
    }
    System.out.println(name + " -> " + plain(out));
  }

  /** A user that has nothing but the token. */
  private static UserGroupInformation bearer() {
    UserGroupInformation user = UserGroupInformation.createRemoteUser("nobody");
    user.addToken(token);
    return user;
  }

  private static String write(String path) throws Exception {
    return as(bearer(), () -> {
      FileSystem fs = FileSystem.newInstance(conf);
      fs.create(new Path(path)).close();
      String owner = fs.getFileStatus(new Path(path)).getOwner();
      fs.close();
      return owner;
    });
  }

  public static void main(String[] arguments) throws Exception {
    conf = new Configuration();
    FileSystem fs = FileSystem.get(conf);
    fs.setPermission(new Path("/"), new FsPermission((short) 0777));
    UserGroupInformation alice = UserGroupInformation.createRemoteUser("alice");
    UserGroupInformation yarn = UserGroupInformation.createRemoteUser("yarn");
    UserGroupInformation eve = UserGroupInformation.createRemoteUser("eve");
    token = as(alice, () -> FileSystem.newInstance(conf).getDelegationToken("yarn"));
    step("kind", () -> token.getKind());
    step("identifier", () -> token.decodeIdentifier());
    step("log in", () -> write("/by-token"));
    step("renewed by its renewer", () -> as(yarn, () -> token.renew(conf) > System.currentTimeMillis()));
    step("renewed by its owner", () -> as(alice, () -> token.renew(conf)));
    step("cancelled by another", () -> as(eve, () -> {
      token.cancel(conf);
      return "done";
    }));
    step("log in again", () -> write("/by-token-again"));
    step("cancelled by its owner", () -> as(alice, () -> {
      token.cancel(conf);
      return "done";
    }));
    step("log in with a cancelled one", () -> write("/none"));
    step("renew a cancelled one", () -> as(yarn, () -> token.renew(conf)));
    step("cancel a cancelled one", () -> as(alice, () -> {
      token.cancel(conf);
      return "done";
    }));
    byte[] bytes = token.getIdentifier().clone();
    bytes[bytes.length - 1] ^= 1;
    token = new Token<>(bytes, token.getPassword(), token.getKind(), token.getService());
    step("log in with a forged one", () -> write("/none"));
  }
}
