#include "namenode/model/permission.h"

#include "tests/support/catch.h"

using namespace tusker::namenode;
using tusker::InodeId;

namespace {

Inode directory(uint16_t mode) {
  Inode d;
  d.id = InodeId(20000);
  d.mode = mode;
  d.owner = "alice";
  d.group = "staff";
  return d;
}

}  // namespace

TEST_CASE("the first class that fits decides, without falling through") {
  const Inode d = directory(0057);
  CHECK_FALSE(may({"alice", {"staff"}}, d, Access::kRead));  // the owner, although others may
  CHECK(may({"bob", {"staff"}}, d, Access::kReadExecute));
  CHECK_FALSE(may({"bob", {"staff"}}, d, Access::kWrite));
  CHECK(may({"carol", {}}, d, Access::kAll));
  CHECK(may({"root", {}, true}, directory(0), Access::kAll));
}

TEST_CASE("a refusal has Hadoop's text") {
  const auto refused = check_access({"bob", {}}, directory(0755), "/dir", Access::kWrite);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().message() == "Permission denied: user=bob, access=WRITE, inode=\"/dir\":alice:staff:drwxr-xr-x");
}

TEST_CASE("a sticky directory guards its children") {
  Inode child = directory(0644);
  child.kind = InodeKind::kFile;
  child.owner = "bob";
  CHECK(check_sticky({"bob", {}}, directory(01777), "/tmp", child, "/tmp/x"));
  CHECK(check_sticky({"alice", {}}, directory(01777), "/tmp", child, "/tmp/x"));
  const auto refused = check_sticky({"carol", {}}, directory(01777), "/tmp", child, "/tmp/x");
  REQUIRE_FALSE(refused);
  CHECK(refused.error().message() ==
        "Permission denied by sticky bit: user=carol, path=\"/tmp/x\":bob:staff:-rw-r--r--, parent=\"/tmp\":alice:staff:drwxrwxrwt");
}

TEST_CASE("with an ACL, named entries count under the mask") {
  Inode d = directory(0750);  // the group bits are the mask
  d.acl = {{AclScope::kAccess, AclType::kUser, "bob", Access::kAll},
           {AclScope::kAccess, AclType::kUser, "eve", Access::kNone},
           {AclScope::kAccess, AclType::kGroup, "", Access::kNone},
           {AclScope::kAccess, AclType::kGroup, "guests", Access::kRead},
           {AclScope::kDefault, AclType::kUser, "carol", Access::kAll}};
  CHECK(may({"alice", {}}, d, Access::kAll));
  CHECK(may({"bob", {}}, d, Access::kReadExecute));
  CHECK_FALSE(may({"bob", {}}, d, Access::kWrite));            // masked
  CHECK_FALSE(may({"eve", {"guests"}}, d, Access::kRead));     // the user's entry decides
  CHECK(may({"dan", {"staff", "guests"}}, d, Access::kRead));  // one of the groups suffices
  CHECK_FALSE(may({"dan", {"staff"}}, d, Access::kRead));
  CHECK_FALSE(may({"carol", {}}, d, Access::kRead));  // default entries don't count
}
