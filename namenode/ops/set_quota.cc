#include <fmt/format.h>

#include "namenode/ops/attribute_operations.h"

namespace tusker::namenode {
namespace {

bool is_limit(int64_t value) { return value >= 0 || value == kQuotaReset; }

std::unexpected<Status> unsupported(std::string text) {
  return error(
      Status(StatusCode::kIo, std::move(text)).with_remote_class("org.apache.hadoop.hdfs.server.namenode.UnsupportedActionException"));
}

Result<void> check_change(const Settings& settings, const QuotaChange& change) {
  if (!is_limit(change.names) || !is_limit(change.space)) {
    return error(StatusCode::kIllegalArgument, fmt::format("Illegal value for nsQuota or ssQuota : {} and {}", change.names, change.space));
  }
  if (change.type && (!settings.quota_by_storage_type || change.names != kQuotaDontSet)) {
    return unsupported(
        fmt::format("Failed to set quota by storage type because eitherdfs.quota.by.storage.type.enabled is set to {} or "
                    "nsQuota value is illegal {}",
                    settings.quota_by_storage_type, change.names));
  }
  return {};
}

// dfs.permissions.allow.owner.set.quota: whoever owns the directory above may.
Result<void> check_parent_owner(const Caller& caller, const Resolved& at) {
  if (caller.superuser || !caller.checks_permissions) return {};
  const bool owns = !at.components.empty() && at.parent_exists() && check_owner(caller, at.chain[at.components.size() - 1], at.path());
  if (owns) return {};
  return error(StatusCode::kAccessControl,
               fmt::format("Access denied for user {}. Superuser or owner of parent folder privilege is required", caller.name));
}

Result<void> check_directory(const Resolved& at) {
  if (!at.exists()) return error(StatusCode::kFileNotFound, "Directory does not exist: " + at.path());
  if (!at.target().is_directory()) return error(StatusCode::kPathIsNotDirectory, fmt::format("`{}': Is not a directory", at.path()));
  return {};
}

Quota changed(const Inode& directory, const QuotaChange& change) {
  Quota out = directory.quota;
  const int64_t space = change.space == kQuotaDontSet ? out.space : change.space;
  if (change.type) {
    out.types[static_cast<size_t>(*change.type)] = space;
    return out;
  }
  // The root always has a limit of names.
  if (directory.id == kRootInode && change.names == kQuotaReset) {
    out.names = kQuotaDontSet;
  } else if (change.names != kQuotaDontSet) {
    out.names = change.names;
  }
  out.space = space;
  return out;
}

}  // namespace

const char* QuotaChange::operation() const {
  if (names == kQuotaReset && space == kQuotaDontSet) return "clearQuota";
  if (names == kQuotaDontSet && space == kQuotaReset) return "clearSpaceQuota";
  return space == kQuotaDontSet ? "setQuota" : "setSpaceQuota";
}

Result<void> set_quota(Namesystem& ns, Transaction& tx, const OpContext& op, const std::string& path, const QuotaChange& change) {
  TRY(auto at, resolve(tx, op.caller, path, PathUse::kWrite));
  if (ns.settings().owner_sets_quota) TRY_VOID(check_parent_owner(op.caller, at));
  TRY_VOID(check_change(ns.settings(), change));
  TRY_VOID(check_directory(at));
  Inode& directory = at.target();
  const Quota quota = changed(directory, change);
  if (quota == directory.quota) return {};
  directory.quota = quota;
  tx.put_inode(directory);
  if (change.type) {
    tx.log(Edit::set_quota_by_type(path, *change.type, quota.types[static_cast<size_t>(*change.type)]));
  } else {
    tx.log(Edit::set_quota(path, quota.names, quota.space));
  }
  return {};
}

}  // namespace tusker::namenode
