#include "namenode/ops/attribute_operations.h"
#include "tests/unit/namenode/ops/namespace_fixture.h"

using namespace tusker;
using namespace tusker::namenode;
using tests::NamespaceFixture;
using tests::Store;

namespace {

Result<bool> make(NamespaceFixture& f, const std::string& path, uint16_t mode = 0755, std::optional<uint16_t> unmasked = {}) {
  return f.mutate([&](Transaction& tx) { return mkdirs(f.ns(), tx, f.as("root"), path, mode, true, unmasked); });
}
Result<void> acl(NamespaceFixture& f, const std::string& path, AclChange change, Acl spec = {}, const std::string& user = "root") {
  return f.mutate([&](Transaction& tx) { return change_acl(f.ns(), tx, f.as(user), path, change, spec); });
}
Result<void> attribute(NamespaceFixture& f, const std::string& path, const XAttr& a, XAttrFlags flags = {true, true},
                       const std::string& user = "root") {
  return f.mutate([&](Transaction& tx) { return set_xattr(f.ns(), tx, f.as(user), path, a, flags); });
}
Result<XAttrs> attributes(NamespaceFixture& f, const std::string& path, const XAttrs& wanted = {}, const std::string& user = "root") {
  return f.read([&](const View& view) { return get_xattrs(f.ns(), view, f.as(user).caller, path, wanted); });
}
Result<void> policy(NamespaceFixture& f, const std::string& path, const std::string& name) {
  return f.mutate([&](Transaction& tx) { return set_storage_policy(f.ns(), tx, f.as("root"), path, name); });
}
Inode stat(NamespaceFixture& f, const std::string& path) {
  const auto found = f.read([&](const View& view) { return get_file_info(view, f.as("root").caller, path); });
  REQUIRE(found);
  REQUIRE(found->has_value());
  return **found;
}
std::string why(const auto& result) { return result ? "" : result.error().message(); }

const AclEntry kBobReads{AclScope::kAccess, AclType::kUser, "bob", Access::kReadExecute};
const AclEntry kBobByDefault{AclScope::kDefault, AclType::kUser, "bob", Access::kAll};

}  // namespace

TEST_CASE("an ACL opens a directory, and chmod changes its mask") {
  NamespaceFixture f(Store::kMemory);
  REQUIRE(make(f, "/d/e", 0700));
  const auto look = [&] {
    return f.read([&](const View& view) { return get_listing(view, f.as("bob").caller, "/d", "", f.ns().settings()); });
  };
  CHECK_FALSE(look());
  REQUIRE(acl(f, "/d", AclChange::kModify, {kBobReads}));
  CHECK(look());
  CHECK(stat(f, "/d").mode == 0750);
  REQUIRE(f.mutate([&](Transaction& tx) { return set_permission(f.ns(), tx, f.as("root"), "/d", 0700); }));
  CHECK(why(look()) == "Permission denied: user=bob, access=READ_EXECUTE, inode=\"/d\":root:supergroup:drwx------");
  REQUIRE(acl(f, "/d", AclChange::kRemoveAll));
  CHECK(stat(f, "/d").acl.empty());
  CHECK(stat(f, "/d").mode == 0700);
}

TEST_CASE("ACLs are refused as Hadoop does") {
  NamespaceFixture f(Store::kMemory);
  f.write_file("/f", 10);
  CHECK(why(acl(f, "/f", AclChange::kModify, {kBobReads}, "bob")) == "Permission denied. user=bob is not the owner of inode=/f");
  CHECK(why(acl(f, "/none", AclChange::kModify, {kBobReads})) == "Directory/File does not exist /none");
  CHECK(why(acl(f, "/f", AclChange::kModify, {kBobByDefault})) ==
        "Invalid ACL: only directories may have a default ACL. Path: /f Path: /f");
  CHECK(why(acl(f, "/f", AclChange::kSet, {kBobReads})) == "Invalid ACL: the user, group and other entries are required. Path: /f");
  NamespaceFixture off(Store::kMemory, [](Settings& s) { s.acls_enabled = false; });
  CHECK(acl(off, "/", AclChange::kModify, {kBobReads}).error().code() == StatusCode::kAclException);
}

TEST_CASE("what is made below a default ACL inherits it, under the mode without the umask") {
  for (const Store store : {Store::kMemory, Store::kRocks}) {
    NamespaceFixture f(store);
    REQUIRE(make(f, "/d"));
    REQUIRE(acl(f, "/d", AclChange::kModify, {kBobByDefault}));
    REQUIRE(make(f, "/d/sub/sub", 0700, 0777));
    f.restart();
    for (const auto* path : {"/d/sub", "/d/sub/sub"}) {
      CHECK(stat(f, path).mode == 0775);
      CHECK(has_default_entries(stat(f, path).acl));
    }
    f.write_file("/d/f", 10);
    CHECK(stat(f, "/d/f").acl ==
          Acl{{AclScope::kAccess, AclType::kUser, "bob", Access::kAll}, {AclScope::kAccess, AclType::kGroup, "", Access::kReadExecute}});
  }
  NamespaceFixture f(Store::kMemory, [](Settings& s) { s.posix_acl_inheritance = false; });
  REQUIRE(make(f, "/d"));
  REQUIRE(acl(f, "/d", AclChange::kModify, {kBobByDefault}));
  REQUIRE(make(f, "/d/sub", 0700, 0777));
  CHECK(stat(f, "/d/sub").mode == 0700);
}

TEST_CASE("attributes are set, replaced, listed and removed, also over a restart") {
  for (const Store store : {Store::kMemory, Store::kRocks}) {
    NamespaceFixture f(store);
    REQUIRE(make(f, "/d"));
    REQUIRE(attribute(f, "/d", {XAttrNamespace::kUser, "a", "1"}));
    REQUIRE(attribute(f, "/d", {XAttrNamespace::kTrusted, "b", ""}));
    CHECK(why(attribute(f, "/d", {XAttrNamespace::kUser, "a", "2"}, {true, false})) ==
          "XAttr: a already exists. The REPLACE flag must be specified.");
    CHECK(why(attribute(f, "/d", {XAttrNamespace::kUser, "c", "2"}, {false, true})) ==
          "XAttr: c does not exist. The CREATE flag must be specified.");
    CHECK(why(attribute(f, "/d", {XAttrNamespace::kUser, "c", "2"}, {})) == "A flag must be specified.");
    f.restart();
    CHECK(attributes(f, "/d").value() == XAttrs{{XAttrNamespace::kTrusted, "b", {}}, {XAttrNamespace::kUser, "a", "1"}});
    CHECK(attributes(f, "/d", {}, "bob").value() == XAttrs{{XAttrNamespace::kUser, "a", "1"}});
    CHECK(why(attributes(f, "/d", {{XAttrNamespace::kUser, "x", {}}})) == "At least one of the attributes provided was not found.");
    CHECK(why(attributes(f, "/d", {{XAttrNamespace::kTrusted, "b", {}}}, "bob")) == "User doesn't have permission for xattr: trusted.b");
    const auto remove_it = [&](const XAttr& a) {
      return f.mutate([&](Transaction& tx) { return remove_xattr(f.ns(), tx, f.as("root"), "/d", a); });
    };
    REQUIRE(remove_it({XAttrNamespace::kUser, "a", {}}));
    REQUIRE(remove_it({XAttrNamespace::kTrusted, "b", {}}));
    CHECK(why(remove_it({XAttrNamespace::kUser, "a", {}})) == "No matching attributes found for remove operation");
    CHECK_FALSE(stat(f, "/d").has_xattrs);
    CHECK(attributes(f, "/d").value().empty());
  }
}

TEST_CASE("attributes have their limits and their owners") {
  NamespaceFixture f(Store::kMemory, [](Settings& s) {
    s.xattr_bytes_max = 8;
    s.xattrs_per_inode_max = 2;
  });
  REQUIRE(make(f, "/d", 01777));
  CHECK(why(attribute(f, "/d", {XAttrNamespace::kUser, "name", "12345"})) ==
        "The XAttr is too big. The maximum combined size of the name and value is 8, but the total size is 9");
  REQUIRE(attribute(f, "/d", {XAttrNamespace::kUser, "a", "1"}));
  REQUIRE(attribute(f, "/d", {XAttrNamespace::kUser, "b", "1"}));
  CHECK(why(attribute(f, "/d", {XAttrNamespace::kUser, "c", "1"})) == "Cannot add additional XAttr to inode, would exceed limit of 2");
  // On a sticky directory only its owner may, although it is open for writing.
  CHECK(why(attribute(f, "/d", {XAttrNamespace::kUser, "a", "2"}, {true, true}, "bob")) ==
        "Permission denied. user=bob is not the owner of inode=/d");
  CHECK(why(attribute(f, "/d", {XAttrNamespace::kSystem, "a", "2"})) == "User doesn't have permission for xattr: system.a");
  CHECK(why(attribute(f, "/x", {XAttrNamespace::kUser, "a", "2"})) == "cannot find /x");
}

TEST_CASE("the superuser can be kept from reading a file") {
  NamespaceFixture f(Store::kMemory);
  f.write_file("/f", 10);
  REQUIRE(attribute(f, "/f", {XAttrNamespace::kSecurity, "hdfs.unreadable.by.superuser", {}}));
  const auto read = f.read([&](const View& view) { return get_block_locations(view, f.as("root"), "/f", 0, 10); });
  CHECK(why(read) == "Access is denied for root since the superuser is not allowed to perform this operation.");
}

TEST_CASE("a policy holds for what has none of its own") {
  NamespaceFixture f(Store::kMemory);
  REQUIRE(make(f, "/d/e"));
  f.write_file("/d/e/f", 1000);
  REQUIRE(policy(f, "/d", "all_ssd"));
  CHECK(stat(f, "/d/e/f").storage_policy == 12);
  const auto summary = [&] { return f.read([&](const View& view) { return get_content_summary(view, f.as("root").caller, "/d"); }); };
  CHECK(summary()->type_lengths[static_cast<size_t>(StorageType::kSsd)] == 3000);
  REQUIRE(policy(f, "/d/e", "COLD"));
  CHECK(summary()->type_lengths[static_cast<size_t>(StorageType::kSsd)] == 0);
  CHECK(summary()->type_lengths[static_cast<size_t>(StorageType::kArchive)] == 3000);
  f.check_consistency();
  REQUIRE(policy(f, "/d/e/f", "ONE_SSD"));
  REQUIRE(f.mutate([&](Transaction& tx) { return rename(f.ns(), tx, f.as("root"), "/d/e", "/moved"); }));
  f.check_consistency();
  REQUIRE(policy(f, "/moved", ""));
  f.check_consistency();
  CHECK(why(policy(f, "/d", "LUKEWARM")) == "Cannot find a block policy with the name LUKEWARM");
  CHECK(why(policy(f, "/none", "HOT")) == "File/Directory does not exist: /none");
  CHECK(why(policy(f, "/moved/f", "LAZY_PERSIST")) ==
        "Policy BlockStoragePolicy{LAZY_PERSIST:15, storageTypes=[RAM_DISK, DISK], creationFallbacks=[DISK], "
        "replicationFallbacks=[DISK]} cannot be set after file creation.");
  REQUIRE(f.mutate([&](Transaction& tx) { return remove(f.ns(), tx, f.as("root"), "/moved", true); }));
  f.check_consistency();
}

TEST_CASE("a directory can be told to hold replicated files, and no others") {
  NamespaceFixture f(Store::kMemory);
  const auto op = f.as("root");
  f.write_file("/d/f", 1);
  const auto set = [&](const std::string& path, const std::string& name) {
    return f.mutate([&](Transaction& tx) { return set_erasure_coding_policy(tx, op, path, name); });
  };
  const auto unset = [&](const std::string& path) {
    return f.mutate([&](Transaction& tx) { return unset_erasure_coding_policy(tx, op, path); });
  };
  CHECK(set("/d", "replication"));
  CHECK(set("/d", "REPLICATION"));
  CHECK(set("/d", "RS-6-3-1024k").error().code() == StatusCode::kHadoopIllegalArgument);
  CHECK(set("/d/f", "REPLICATION").error().message() == "Attempt to set an erasure coding policy for a file /d/f");
  CHECK(set("/none", "REPLICATION").error().code() == StatusCode::kFileNotFound);
  CHECK(f.read([&](const View& view) { return get_xattrs(f.ns(), view, op.caller, "/d", {}); })->empty());
  CHECK(unset("/d"));
  CHECK(unset("/d").error().remote_class() == "org.apache.hadoop.hdfs.protocol.NoECPolicySetException");
}
