#include <fmt/format.h>

#include "namenode/ops/attribute_operations.h"

namespace tusker::namenode {
namespace {

Result<void> check_enabled(const Settings& settings) {
  if (settings.acls_enabled) return {};
  return error(StatusCode::kAclException,
               "The ACL operation has been rejected.  Support for ACLs has been disabled by setting dfs.namenode.acls.enabled to false.");
}

// The whole new ACL of the inode; empty when there is to be none.
Result<Acl> changed(const Inode& inode, AclChange change, Acl spec) {
  const Acl existing = logical_acl(inode.mode, inode.acl);
  switch (change) {
    case AclChange::kModify:
      return merge_acl_entries(existing, std::move(spec));
    case AclChange::kRemoveEntries:
      return filter_acl_entries(existing, std::move(spec));
    case AclChange::kRemoveDefault:
      return filter_default_acl_entries(existing);
    case AclChange::kSet:
      if (spec.empty()) return Acl{};
      return replace_acl_entries(existing, std::move(spec));
    case AclChange::kRemoveAll:
      return Acl{};
  }
  return Acl{};
}

Result<Acl> apply(Inode& inode, const std::string& path, AclChange change, Acl spec) {
  TRY(Acl acl, changed(inode, change, std::move(spec)));
  if (acl.empty()) {
    inode.mode = mode_without_acl(inode.mode, inode.acl);
    inode.acl.clear();
    return acl;
  }
  if (!inode.is_directory() && has_default_entries(acl)) {
    return error(StatusCode::kAclException, fmt::format("Invalid ACL: only directories may have a default ACL. Path: {}", path));
  }
  StoredAcl stored = store_acl(inode.mode, acl);
  inode.mode = stored.mode;
  inode.acl = std::move(stored.entries);
  return acl;
}

}  // namespace

Result<void> change_acl(Namesystem& ns, Transaction& tx, const OpContext& op, const std::string& path, AclChange change, Acl spec) {
  TRY_VOID(check_enabled(ns.settings()));
  TRY(auto at, resolve_owned(tx, op.caller, path));
  Inode& target = at.target();
  auto acl = apply(target, at.path(), change, std::move(spec));
  if (!acl) {
    return error(acl.error().code(), fmt::format("{} Path: {}", acl.error().message(), change == AclChange::kSet ? path : at.path()));
  }
  tx.put_inode(target);
  tx.log(Edit::set_acl(at.path(), *acl));
  return {};
}

Result<Inode> get_acl_status(Namesystem& ns, const View& view, const Caller& caller, const std::string& path) {
  TRY_VOID(check_enabled(ns.settings()));
  TRY(auto at, resolve_existing(view, caller, path, PathUse::kRead, "cannot find "));
  return at.target();
}

}  // namespace tusker::namenode
