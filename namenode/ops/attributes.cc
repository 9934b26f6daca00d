#include <fmt/format.h>

#include <algorithm>

#include "namenode/ops/operations.h"
#include "namenode/ops/quota.h"

namespace tusker::namenode {
namespace {

Result<void> check_not_reserved(const std::string& path) {
  if (path == "/.reserved") return error(StatusCode::kInvalidPath, "Invalid path name " + path);
  return {};
}

}  // namespace

// FSDirAttrOp.setReplication: false for what isn't a file, missing paths included.
Result<bool> set_replication(Namesystem& ns, Transaction& tx, const OpContext& op, const std::string& path, int16_t replication) {
  if (replication > ns.settings().replication_max) {
    return error(StatusCode::kIo, fmt::format("Requested replication factor of {} exceeds maximum of {} for {}", replication,
                                              ns.settings().replication_max, path));
  }
  if (replication < ns.settings().replication_min) {
    return error(StatusCode::kIo, fmt::format("Requested replication factor of {} is less than the required minimum of {} for {}",
                                              replication, ns.settings().replication_min, path));
  }
  TRY(auto at, resolve(tx, op.caller, path, PathUse::kWrite));
  if (!at.exists()) return false;
  TRY_VOID(check_access(op.caller, at.target(), at.path(), Access::kWrite));
  if (!at.target().is_file()) return false;
  Inode file = at.target();
  TRY(Usage before, usage_of(tx, file));
  file.replication = replication;
  TRY(Usage delta, usage_of(tx, file));
  delta += -before;
  TRY_VOID(check_quota(tx, at.chain, at.chain.size() - 1, delta));
  tx.put_inode(file);
  if (delta != Usage{}) TRY_VOID(tx.add_usage(file.parent, delta));
  for (const BlockId id : file.blocks) {
    TRY(const auto block, tx.block(id));
    if (block && block->is_complete()) TRY_VOID(check_redundancy(ns, tx, *block, replication));
  }
  tx.log(Edit::set_replication(at.path(), replication));
  return true;
}

Result<void> set_permission(Namesystem&, Transaction& tx, const OpContext& op, const std::string& path, uint16_t mode) {
  TRY_VOID(check_not_reserved(path));
  TRY(auto at, resolve_owned(tx, op.caller, path));
  const auto bits = static_cast<uint16_t>(mode & 01777);
  if (at.target().mode == bits) return {};
  // Of an inode with an ACL these group bits are the mask.
  at.target().mode = bits;
  tx.put_inode(at.target());
  tx.log(Edit::set_permissions(at.path(), bits));
  return {};
}

Result<void> set_owner(Namesystem&, Transaction& tx, const OpContext& op, const std::string& path, const std::string& user,
                       const std::string& group) {
  TRY_VOID(check_not_reserved(path));
  TRY(auto at, resolve_owned(tx, op.caller, path));
  Inode& target = at.target();
  if (!op.caller.superuser) {
    if (!user.empty() && user != op.caller.name) {
      return error(StatusCode::kAccessControl,
                   fmt::format("User {} is not a super user (non-super user cannot change owner).", op.caller.name));
    }
    if (!group.empty() && std::ranges::find(op.caller.groups, group) == op.caller.groups.end()) {
      return error(StatusCode::kAccessControl, fmt::format("User {} does not belong to {}", op.caller.name, group));
    }
  }
  const Inode before = target;
  if (!user.empty()) target.owner = user;
  if (!group.empty()) target.group = group;
  if (target.owner == before.owner && target.group == before.group) return {};
  tx.put_inode(target);
  tx.log(Edit::set_owner(at.path(), user, group));
  return {};
}

// FSDirAttrOp.setTimes: a negative time leaves what is.
Result<void> set_times(Namesystem&, Transaction& tx, const OpContext& op, const std::string& path, int64_t mtime_ms, int64_t atime_ms) {
  TRY(auto at, resolve(tx, op.caller, path, PathUse::kWrite));
  if (!at.exists()) return error(StatusCode::kFileNotFound, fmt::format("File/Directory {} does not exist.", at.path()));
  TRY_VOID(check_access(op.caller, at.target(), at.path(), Access::kWrite));
  if (mtime_ms < 0 && atime_ms < 0) return {};
  if (mtime_ms >= 0) at.target().mtime_ms = mtime_ms;
  if (atime_ms >= 0) at.target().atime_ms = atime_ms;
  tx.put_inode(at.target());
  tx.log(Edit::times(at.path(), mtime_ms, atime_ms));
  return {};
}

Result<void> touch_file(Namesystem& ns, Transaction& tx, InodeId file) {
  const int64_t precision_ms = ns.settings().atime_precision_ms;
  TRY(auto inode, tx.inode(file));
  if (precision_ms <= 0 || !inode || !inode->is_file() || tx.now_ms() <= inode->atime_ms + precision_ms) return {};
  TRY(const auto path, tx.path_of(*inode));
  if (!path) return {};
  inode->atime_ms = tx.now_ms();
  tx.put_inode(*inode);
  tx.log(Edit::times(*path, -1, inode->atime_ms));
  return {};
}

}  // namespace tusker::namenode
