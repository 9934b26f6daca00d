#include "namenode/model/acl.h"

#include "tests/support/catch.h"

using namespace tusker;
using namespace tusker::namenode;

namespace {

AclEntry user(const std::string& name, Access a, AclScope s = AclScope::kAccess) { return {s, AclType::kUser, name, a}; }
AclEntry group(const std::string& name, Access a, AclScope s = AclScope::kAccess) { return {s, AclType::kGroup, name, a}; }
AclEntry mask(Access a, AclScope s = AclScope::kAccess) { return {s, AclType::kMask, "", a}; }
AclEntry other(Access a, AclScope s = AclScope::kAccess) { return {s, AclType::kOther, "", a}; }

std::string text(const Acl& acl) {
  std::string out;
  for (const auto& e : acl) out += (out.empty() ? "" : ",") + acl_entry_text(e);
  return out;
}
std::string text(const Result<Acl>& acl) { return acl ? text(*acl) : acl.error().message(); }

const Acl kMinimal = {user("", Access::kAll), group("", Access::kReadExecute), other(Access::kRead)};

}  // namespace

TEST_CASE("named entries bring a mask, which is the union of the group class") {
  const auto merged = merge_acl_entries(kMinimal, {user("bob", Access::kReadWrite)});
  CHECK(text(merged) == "user::rwx,user:bob:rw-,group::r-x,mask::rwx,other::r--");
  const auto given = merge_acl_entries(kMinimal, {user("bob", Access::kReadWrite), mask(Access::kRead)});
  CHECK(text(given) == "user::rwx,user:bob:rw-,group::r-x,mask::r--,other::r--");
  // A further change of the scope calculates it anew; one of the other scope leaves it.
  CHECK(text(merge_acl_entries(*given, {group("g", Access::kExecute)})) ==
        "user::rwx,user:bob:rw-,group::r-x,group:g:--x,mask::rwx,other::r--");
  CHECK(text(merge_acl_entries(*given, {user("eve", Access::kRead, AclScope::kDefault)})) ==
        "user::rwx,user:bob:rw-,group::r-x,mask::r--,other::r--,default:user::rwx,default:user:eve:r--,default:group::r-x,"
        "default:mask::r-x,default:other::r--");
}

TEST_CASE("removing entries keeps the mask as long as something needs it") {
  const Acl acl = {user("", Access::kAll),   user("bob", Access::kRead), user("eve", Access::kWrite),
                   group("", Access::kRead), mask(Access::kReadWrite),   other(Access::kNone)};
  CHECK(text(filter_acl_entries(acl, {user("bob", Access::kNone)})) == "user::rwx,user:eve:-w-,group::r--,mask::rw-,other::---");
  CHECK(text(filter_acl_entries(acl, {mask(Access::kNone)})) == "Invalid ACL: mask is required and cannot be deleted.");
  CHECK(text(filter_acl_entries(acl, {user("", Access::kNone)})) == "Invalid ACL: the user, group and other entries are required.");
  CHECK(text(filter_acl_entries(acl, {user("bob", Access::kNone), user("eve", Access::kNone), mask(Access::kNone)})) ==
        "user::rwx,group::r--,other::---");
}

TEST_CASE("a whole new ACL replaces the scopes that it names") {
  Acl acl = kMinimal;
  acl.push_back(user("", Access::kAll, AclScope::kDefault));
  acl.push_back(group("", Access::kNone, AclScope::kDefault));
  acl.push_back(other(Access::kNone, AclScope::kDefault));
  CHECK(text(replace_acl_entries(acl, {user("", Access::kRead), group("", Access::kRead), other(Access::kRead)})) ==
        "user::r--,group::r--,other::r--,default:user::rwx,default:group::---,default:other::---");
  CHECK(text(replace_acl_entries(acl, {user("bob", Access::kRead)})) == "Invalid ACL: the user, group and other entries are required.");
  CHECK(text(filter_default_acl_entries(acl)) == text(kMinimal));
}

TEST_CASE("what an ACL can't be") {
  CHECK(text(merge_acl_entries(kMinimal, {user("bob", Access::kRead), user("bob", Access::kAll)})) ==
        "Invalid ACL: multiple entries with same scope, type and name.");
  CHECK(text(merge_acl_entries(kMinimal, {{AclScope::kAccess, AclType::kOther, "x", Access::kRead}})) ==
        "Invalid ACL: this entry type must not have a name: other:x:r--.");
  Acl many;
  for (int i = 0; i < 33; ++i) many.push_back(user("u" + std::to_string(i), Access::kRead));
  CHECK(text(merge_acl_entries(kMinimal, many)) == "Invalid ACL: ACL has 33 access entries, which exceeds maximum of 32.");
  many.resize(29);  // with the three of the mode and the mask one too many
  CHECK(text(merge_acl_entries(kMinimal, many)) == "Invalid ACL: ACL has 33 access entries, which exceeds maximum of 32.");
}

TEST_CASE("the mode holds what it can of an ACL") {
  const Acl acl = merge_acl_entries(kMinimal, {user("bob", Access::kWrite)}).value();
  const StoredAcl stored = store_acl(01754, acl);
  CHECK(stored.mode == 01774);  // group bits are the mask
  CHECK(text(stored.entries) == "user:bob:-w-,group::r-x");
  CHECK(text(logical_acl(stored.mode, stored.entries)) == text(acl));
  CHECK(mode_without_acl(stored.mode, stored.entries) == 01754);
  CHECK(text(logical_acl(0750, {})) == "user::rwx,group::r-x,other::---");
}

TEST_CASE("children inherit the default entries, under the mode asked for") {
  const Acl minimal = {user("", Access::kAll, AclScope::kDefault), group("", Access::kAll, AclScope::kDefault),
                       other(Access::kAll, AclScope::kDefault)};
  const StoredAcl file = inherit_acl(minimal, 0640, false);
  CHECK(file.mode == 0640);
  CHECK(file.entries.empty());
  CHECK(inherit_acl(minimal, 0640, true).entries == minimal);
  const Acl named = {user("", Access::kAll, AclScope::kDefault), user("bob", Access::kAll, AclScope::kDefault),
                     group("", Access::kReadExecute, AclScope::kDefault), mask(Access::kAll, AclScope::kDefault),
                     other(Access::kNone, AclScope::kDefault)};
  const StoredAcl child = inherit_acl(named, 0666, false);
  CHECK(child.mode == 0660);
  CHECK(text(child.entries) == "user:bob:rwx,group::r-x");
  CHECK(inherit_acl({user("bob", Access::kAll)}, 0644, true).mode == 0644);  // no default entries there
}
