#include <fmt/format.h>

#include "namenode/model/path.h"
#include "namenode/ops/new_names.h"
#include "namenode/ops/operations.h"
#include "namenode/ops/quota.h"

namespace tusker::namenode {
namespace {

bool is_below(const std::vector<std::string>& inner, const std::vector<std::string>& outer) {
  return inner.size() > outer.size() && std::equal(outer.begin(), outer.end(), inner.begin());
}

// FSDirRenameOp.verifyQuotaForRename: what the directories gain that the source isn't below yet, less what is replaced there.
Result<void> check_rename_quota(const View& view, const Resolved& from, const Resolved& to) {
  size_t common = 0;
  while (common + 1 < std::min(from.chain.size(), to.chain.size()) && from.chain[common + 1].id == to.chain[common + 1].id) ++common;
  TRY(Usage delta, usage_of(view, from.target()));
  if (to.exists()) {
    TRY(const Usage replaced, usage_of(view, to.target()));
    delta += -replaced;
  }
  return check_quota(view, to.chain, to.components.size(), delta, common + 1);
}

// FSDirRenameOp.verifyFsLimitsForRename: a directory is as full as before if it is the same one.
Result<void> check_rename_limits(const Settings& settings, const Resolved& from, const Resolved& to) {
  Inode parent = to.exists() ? to.chain[to.chain.size() - 2] : to.chain.back();
  if (from.chain.size() > 1 && from.chain[from.chain.size() - 2].id == parent.id) parent.children = 0;
  return check_limits(settings, parent, join_path(to.components, to.components.size() - 1), to.components.back());
}

// Moves `from`'s target below the last inode of `to.chain`, under the name that `to` ends with.
Result<void> move(Transaction& tx, Resolved& from, Resolved& to) {
  Inode moved = from.target();
  TRY(const Usage usage, usage_of(tx, moved));
  TRY_VOID(tx.unlink(from.parent(), moved, usage));
  // The new parent may be the old one, or an ancestor of it: read what the unlink wrote.
  TRY(auto parent, tx.inode(to.chain.back().id));
  if (!parent) return error(StatusCode::kCorruption, "the directory to move into has no row");
  moved.parent = parent->id;
  moved.name = to.components.back();
  return tx.link(*parent, moved, usage);
}

// Before anything is known of what exists: the source's parent and the nearest ancestor of the destination must be the caller's to change.
Result<void> check_rename_access(const OpContext& op, Resolved& from, Resolved& to) {
  if (!from.components.empty() && from.parent_exists()) {
    if (from.exists()) TRY_VOID(check_sticky(op.caller, from.parent(), from.parent_path(), from.target(), from.path()));
    TRY_VOID(check_access(op.caller, from.parent(), from.parent_path(), Access::kWrite));
  }
  if (to.components.empty()) return {};
  return check_access(op.caller, to.parent(), to.parent_path(), Access::kWrite);
}

Result<void> check_not_reserved(const Resolved& from, const Resolved& to) {
  const std::vector<std::string> reserved = {".reserved"};
  if (from.components != reserved && to.components != reserved) return {};
  return error(StatusCode::kInvalidPath, "Invalid path name Cannot rename to or from /.reserved");
}

Result<void> check_target_name(const std::string& to) {
  if (!is_valid_name(to)) return error(StatusCode::kInvalidPath, fmt::format("Invalid path name Invalid file name: {}", to));
  return check_new_path(to, "rename");
}

// Whether rename2 may replace what is at the destination (FSDirRenameOp.validateOverwrite).
Result<void> check_replacement(const Resolved& from, Resolved& to, bool overwrite) {
  const Inode& source = from.target();
  const Inode old = to.target();
  if (old.is_directory() != source.is_directory()) {
    return error(StatusCode::kIo, fmt::format("Source {} and destination {} must both be directories", from.path(), to.path()));
  }
  if (!overwrite) return error(StatusCode::kFileAlreadyExists, fmt::format("rename destination {} already exists", to.path()));
  if (old.children > 0) return error(StatusCode::kIo, fmt::format("rename destination directory is not empty: {}", to.path()));
  return {};
}

Result<void> replace_destination(Transaction& tx, Resolved& to) {
  const Inode old = to.target();
  TRY(const Usage usage, usage_of(tx, old));
  TRY_VOID(tx.unlink(to.parent(), old, usage));
  if (old.is_file()) {
    TRY_VOID(delete_file_rows(tx, old));
  } else {
    delete_inode_rows(tx, old);
    tx.remove(kUsageFamily, id_key(old.id));
  }
  to.chain.pop_back();
  return {};
}

}  // namespace

// FSDirRenameOp.renameTo, the old semantics: what can't be done is false, a destination directory is moved into.
Result<bool> rename(Namesystem& ns, Transaction& tx, const OpContext& op, const std::string& from_path, const std::string& to_path) {
  TRY_VOID(check_target_name(to_path));
  TRY(auto from, resolve(tx, op.caller, from_path, PathUse::kWrite));
  TRY(auto to, resolve(tx, op.caller, to_path, PathUse::kCreate));
  if (to.exists() && to.target().is_directory() && !from.components.empty()) {
    to.components.push_back(from.components.back());
    TRY(auto inside, tx.child(to.target(), from.components.back()));
    if (inside) to.chain.push_back(*std::move(inside));
  }
  TRY_VOID(check_rename_access(op, from, to));
  if (!from.exists() || from.components.empty()) return false;
  if (to.components == from.components) return true;
  if (is_below(to.components, from.components)) return false;
  TRY_VOID(check_not_reserved(from, to));
  if (to.exists() || !to.parent_exists() || !to.chain.back().is_directory()) return false;
  TRY_VOID(check_reserved(to.components));
  const std::string source = from.path();
  TRY_VOID(check_rename_limits(ns.settings(), from, to));
  TRY_VOID(check_rename_quota(tx, from, to));
  TRY_VOID(move(tx, from, to));
  tx.log(Edit::rename_old(source, to.path(), tx.now_ms(), op.ids));
  return true;
}

// FSDirRenameOp.renameTo with options: what can't be done is an exception, nothing is moved into.
Result<void> rename2(Namesystem& ns, Transaction& tx, const OpContext& op, const std::string& from_path, const std::string& to_path,
                     const RenameOptions& options) {
  TRY_VOID(check_target_name(to_path));
  TRY(auto from, resolve(tx, op.caller, from_path, PathUse::kWrite));
  TRY(auto to, resolve(tx, op.caller, to_path, PathUse::kCreate));
  TRY_VOID(check_rename_access(op, from, to));
  if (options.to_trash && from.exists() && options.checked != from.target().id) {
    TRY_VOID(check_subtree_access(tx, op.caller, from.target(), from.path()));
  }
  if (!from.exists()) return error(StatusCode::kFileNotFound, fmt::format("rename source {} is not found.", from.path()));
  if (from.components.empty()) return error(StatusCode::kIo, "rename source cannot be the root");
  if (to.components == from.components) {
    return error(StatusCode::kFileAlreadyExists, fmt::format("The source {} and destination {} are the same", from.path(), to.path()));
  }
  if (is_below(to.components, from.components)) {
    return error(StatusCode::kIo, fmt::format("Rename destination {} is a directory or file under source {}", to.path(), from.path()));
  }
  TRY_VOID(check_not_reserved(from, to));
  if (to.components.empty()) return error(StatusCode::kIo, "rename destination cannot be the root");
  if (to.exists()) TRY_VOID(check_replacement(from, to, options.overwrite));
  if (!to.parent_exists()) {
    return error(StatusCode::kFileNotFound, fmt::format("rename destination parent {} not found.", to.path()));
  }
  if (!to.parent().is_directory()) {
    return error(StatusCode::kParentNotDirectory, fmt::format("rename destination parent {} is a file.", to.path()));
  }
  TRY_VOID(check_reserved(to.components));
  TRY_VOID(check_rename_limits(ns.settings(), from, to));
  TRY_VOID(check_rename_quota(tx, from, to));
  if (to.exists()) TRY_VOID(replace_destination(tx, to));
  // The destination may have stood in the source's own parent: read that again.
  TRY(auto source_parent, tx.inode(from.parent().id));
  if (source_parent) from.parent() = *std::move(source_parent);
  TRY_VOID(move(tx, from, to));
  tx.log(Edit::rename(from.path(), to.path(), tx.now_ms(), {options.overwrite, options.to_trash}, op.ids));
  return {};
}

}  // namespace tusker::namenode
