import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.PrivilegedExceptionAction;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.crypto.CryptoProtocolVersion;
import org.apache.hadoop.fs.ContentSummary;
import org.apache.hadoop.fs.CreateFlag;
import org.apache.hadoop.fs.QuotaUsage;
import org.apache.hadoop.fs.StorageType;
import org.apache.hadoop.fs.XAttr;
import org.apache.hadoop.fs.XAttrSetFlag;
import org.apache.hadoop.fs.permission.AclEntry;
import org.apache.hadoop.fs.permission.AclStatus;
import org.apache.hadoop.fs.permission.FsAction;
import org.apache.hadoop.fs.permission.FsCreateModes;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.hdfs.DFSClient;
import org.apache.hadoop.hdfs.protocol.BlockStoragePolicy;
import org.apache.hadoop.hdfs.protocol.CacheDirectiveInfo;
import org.apache.hadoop.hdfs.protocol.CachePoolInfo;
import org.apache.hadoop.hdfs.protocol.ClientProtocol;
import org.apache.hadoop.hdfs.protocol.DirectoryListing;
import org.apache.hadoop.hdfs.protocol.ErasureCodingPolicyInfo;
import org.apache.hadoop.hdfs.protocol.HdfsConstants;
import org.apache.hadoop.hdfs.protocol.HdfsFileStatus;
import org.apache.hadoop.hdfs.protocol.LocatedBlock;
import org.apache.hadoop.io.EnumSetWritable;
import org.apache.hadoop.ipc.RemoteException;
import org.apache.hadoop.security.UserGroupInformation;

/** Calls a NameNode as Apache's client does, below what that checks itself: each line of a file is a user and a call; prints what comes back. */
public class RunCalls {
  private static final Configuration CONF = new Configuration();
  private static final Map<String, ClientProtocol> NAMENODES = new HashMap<>();

  public static void main(String[] arguments) throws Exception {
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(new FileInputStream(arguments[0]), StandardCharsets.UTF_8))) {
      String line;
      while ((line = lines.readLine()) != null) {
        String[] words = line.trim().split(" +");
        String answer;
        try {
          answer = call(namenode(words[0]), words);
        } catch (RemoteException e) {
          answer = e.getClassName() + ": " + e.getMessage().split("\n")[0];
        } catch (IOException | RuntimeException e) {
          answer = e.getClass().getName() + ": " + String.valueOf(e.getMessage()).split("\n")[0];
        }
        System.out.println(answer.replace("\n", "\\n"));
      }
    }
  }

  private static ClientProtocol namenode(String user) throws Exception {
    ClientProtocol known = NAMENODES.get(user);
    if (known != null) {
      return known;
    }
    PrivilegedExceptionAction<DFSClient> open = () -> new DFSClient(new URI(CONF.get("fs.defaultFS")), CONF);
    ClientProtocol made = user.equals("root") ? open.run().getNamenode()
        : UserGroupInformation.createRemoteUser(user).doAs(open).getNamenode();
    NAMENODES.put(user, made);
    return made;
  }

  private static FsPermission mode(String octal) {
    return new FsPermission((short) Integer.parseInt(octal, 8));
  }

  private static FsPermission modes(String[] w, int i) {
    return w.length > i + 1 && w[i + 1].matches("[0-7]+") ? FsCreateModes.create(mode(w[i]), mode(w[i + 1])) : mode(w[i]);
  }

  private static List<AclEntry> acl(String spec) {
    return spec.equals("-") ? new ArrayList<>() : new ArrayList<>(AclEntry.parseAclSpec(spec, true));
  }

  private static XAttr attribute(String name, String value) {
    int dot = name.indexOf('.');
    return new XAttr.Builder().setNameSpace(XAttr.NameSpace.valueOf(name.substring(0, dot).toUpperCase())).setName(name.substring(dot + 1))
        .setValue(value == null ? null : value.getBytes(StandardCharsets.UTF_8)).build();
  }

  private static String text(List<XAttr> attributes) {
    StringBuilder out = new StringBuilder();
    for (XAttr a : attributes) {
      out.append(a.getNameSpace()).append('.').append(a.getName()).append('=')
          .append(a.getValue() == null ? "null" : new String(a.getValue(), StandardCharsets.UTF_8)).append(' ');
    }
    return out.toString().trim();
  }

  private static String text(HdfsFileStatus s) {
    return s == null ? "null" : String.format("[%s] %s%s %s %s repl=%d len=%d policy=%d acl=%b children=%d", s.getLocalName(),
        s.isDirectory() ? "d" : "-", s.getPermission(), s.getOwner(), s.getGroup(), s.getReplication(), s.getLen(), s.getStoragePolicy(),
        s.hasAcl(), s.getChildrenNum());
  }

  private static String types(QuotaUsage u) {
    StringBuilder out = new StringBuilder();
    for (StorageType t : StorageType.getTypesSupportingQuota()) {
      out.append(' ').append(t).append('=').append(u.getTypeConsumed(t)).append('/').append(u.getTypeQuota(t));
    }
    return (u.isTypeQuotaSet() || u.isTypeConsumedAvailable()) ? out.toString() : "";
  }

  private static long limit(String word) {
    return word.equals("-") ? HdfsConstants.QUOTA_DONT_SET : Long.parseLong(word);
  }

  private static String call(ClientProtocol nn, String[] w) throws IOException {
    switch (w[1]) {
      case "mkdirs":
        return String.valueOf(nn.mkdirs(w[2], modes(w, 3), true));
      case "mkdir":
        return String.valueOf(nn.mkdirs(w[2], modes(w, 3), false));
      case "create": {
        EnumSet<CreateFlag> flags = EnumSet.of(CreateFlag.CREATE);
        String policy = null;
        for (int i = 4; i < w.length; i++) {
          if (w[i].equals("overwrite")) flags.add(CreateFlag.OVERWRITE);
          if (w[i].equals("lazy")) flags.add(CreateFlag.LAZY_PERSIST);
          if (w[i].startsWith("policy=")) policy = w[i].substring(7);
        }
        return text(nn.create(w[2], modes(w, 3), "client-" + w[0], new EnumSetWritable<>(flags), true, (short) 1, 1 << 20,
            CryptoProtocolVersion.supported(), null, policy));
      }
      case "block": {
        LocatedBlock block = nn.addBlock(w[2], "client-" + w[0], null, null, HdfsConstants.GRANDFATHER_INODE_ID, null, null);
        return "replicas=" + block.getLocations().length;
      }
      case "complete":
        return String.valueOf(nn.complete(w[2], "client-" + w[0], null, HdfsConstants.GRANDFATHER_INODE_ID));
      case "delete":
        return String.valueOf(nn.delete(w[2], w.length > 3));
      case "rename":
        return String.valueOf(nn.rename(w[2], w[3]));
      case "rename2":
        nn.rename2(w[2], w[3], w.length > 4 ? org.apache.hadoop.fs.Options.Rename.OVERWRITE : org.apache.hadoop.fs.Options.Rename.NONE);
        return "done";
      case "chmod":
        nn.setPermission(w[2], mode(w[3]));
        return "done";
      case "chown":
        nn.setOwner(w[2], w[3].equals("-") ? null : w[3], w[4].equals("-") ? null : w[4]);
        return "done";
      case "times":
        nn.setTimes(w[2], Long.parseLong(w[3]), Long.parseLong(w[4]));
        return "done";
      case "setrep":
        return String.valueOf(nn.setReplication(w[2], Short.parseShort(w[3])));
      case "access":
        nn.checkAccess(w[2], FsAction.getFsAction(w[3]));
        return "done";
      case "stat":
        return text(nn.getFileInfo(w[2]));
      case "list": {
        DirectoryListing listing = nn.getListing(w[2], HdfsFileStatus.EMPTY_NAME, false);
        if (listing == null) return "null";
        StringBuilder out = new StringBuilder();
        for (HdfsFileStatus s : listing.getPartialListing()) out.append(text(s)).append("; ");
        return out.toString();
      }
      case "read":
        return "length=" + nn.getBlockLocations(w[2], 0, 100).getFileLength();
      case "closed":
        return String.valueOf(nn.isFileClosed(w[2]));
      case "blocksize":
        return String.valueOf(nn.getPreferredBlockSize(w[2]));
      case "acl+":
        nn.modifyAclEntries(w[2], acl(w[3]));
        return "done";
      case "acl-":
        nn.removeAclEntries(w[2], acl(w[3]));
        return "done";
      case "acl-default":
        nn.removeDefaultAcl(w[2]);
        return "done";
      case "acl-all":
        nn.removeAcl(w[2]);
        return "done";
      case "acl=":
        nn.setAcl(w[2], acl(w[3]));
        return "done";
      case "acl": {
        AclStatus s = nn.getAclStatus(w[2]);
        return s.getOwner() + ":" + s.getGroup() + " " + s.getPermission() + " sticky=" + s.isStickyBit() + " " + s.getEntries();
      }
      case "xattr+": {
        EnumSet<XAttrSetFlag> flags = EnumSet.noneOf(XAttrSetFlag.class);
        String how = w.length > 5 ? w[5] : "cr";
        if (how.contains("c")) flags.add(XAttrSetFlag.CREATE);
        if (how.contains("r")) flags.add(XAttrSetFlag.REPLACE);
        nn.setXAttr(w[2], attribute(w[3], w[4].equals("-") ? null : w[4].startsWith("*") ? "x".repeat(Integer.parseInt(w[4].substring(1))) : w[4]), flags);
        return "done";
      }
      case "xattr-":
        nn.removeXAttr(w[2], attribute(w[3], null));
        return "done";
      case "xattrs": {
        List<XAttr> wanted = new ArrayList<>();
        for (int i = 3; i < w.length; i++) wanted.add(attribute(w[i], null));
        return text(nn.getXAttrs(w[2], wanted));
      }
      case "xattr-names":
        return text(nn.listXAttrs(w[2]));
      case "quota":
        nn.setQuota(w[2], limit(w[3]), limit(w[4]), w.length > 5 ? StorageType.valueOf(w[5]) : null);
        return "done";
      case "usage": {
        QuotaUsage u = nn.getQuotaUsage(w[2]);
        return u.getFileAndDirectoryCount() + "/" + u.getQuota() + " " + u.getSpaceConsumed() + "/" + u.getSpaceQuota() + types(u);
      }
      case "summary": {
        ContentSummary s = nn.getContentSummary(w[2]);
        return s.getDirectoryCount() + "+" + s.getFileCount() + "/" + s.getQuota() + " " + s.getLength() + " " + s.getSpaceConsumed() + "/"
            + s.getSpaceQuota() + types(s) + " [" + s.getErasureCodingPolicy() + "]";
      }
      case "policy=":
        nn.setStoragePolicy(w[2], w[3]);
        return "done";
      case "policy-":
        nn.unsetStoragePolicy(w[2]);
        return "done";
      case "policy":
        return nn.getStoragePolicy(w[2]).getName();
      case "policies":
        return Arrays.toString((Object[]) nn.getStoragePolicies());
      case "satisfy":
        nn.satisfyStoragePolicy(w[2]);
        return "done";
      case "link":
        nn.createSymlink(w[2], w[3], mode("777"), true);
        return "done";
      case "target":
        return nn.getLinkTarget(w[2]);
      case "ec":
        return String.valueOf(nn.getErasureCodingPolicy(w[2]));
      case "ec-policies": {
        StringBuilder out = new StringBuilder();
        for (ErasureCodingPolicyInfo p : nn.getErasureCodingPolicies()) out.append(p.getPolicy().getName()).append(' ').append(p.getState()).append("; ");
        return out.toString();
      }
      case "ec-codecs":
        return new TreeMap<>(nn.getErasureCodingCodecs()).toString();
      case "ec-":
        nn.unsetErasureCodingPolicy(w[2]);
        return "done";
      case "ec=":
        nn.setErasureCodingPolicy(w[2], w[3]);
        return "done";
      case "ec-remove":
        nn.removeErasureCodingPolicy(w[2]);
        return "done";
      case "ec-disable":
        nn.disableErasureCodingPolicy(w[2]);
        return "done";
      case "ec-topology":
        return nn.getECTopologyResultForPolicies(Arrays.copyOfRange(w, 2, w.length)).getResultMessage();
      case "zone":
        return String.valueOf(nn.getEZForPath(w[2]));
      case "zones":
        return String.valueOf(nn.listEncryptionZones(0).size());
      case "zone+":
        nn.createEncryptionZone(w[2], "key");
        return "done";
      case "reencryptions":
        return String.valueOf(nn.listReencryptionStatus(0).size());
      case "pools":
        return String.valueOf(nn.listCachePools("").size());
      case "pool-":
        nn.removeCachePool(w[2]);
        return "done";
      case "pool=":
        nn.modifyCachePool(new CachePoolInfo(w[2]));
        return "done";
      case "directives":
        return String.valueOf(nn.listCacheDirectives(0, new CacheDirectiveInfo.Builder().build()).size());
      case "directive+":
        return String.valueOf(nn.addCacheDirective(new CacheDirectiveInfo.Builder().setPath(new org.apache.hadoop.fs.Path(w[2])).setPool(w[3])
            .build(), EnumSet.noneOf(org.apache.hadoop.fs.CacheFlag.class)));
      case "directive-":
        nn.removeCacheDirective(Long.parseLong(w[2]));
        return "done";
      default:
        throw new IllegalArgumentException("no such call: " + w[1]);
    }
  }
}
