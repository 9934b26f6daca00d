#include <fmt/format.h>

#include "namenode/ops/operations.h"

namespace tusker::namenode {
namespace {

constexpr size_t kPermissionWalkMax = 1'000'000;

// ALL is needed on every non-empty directory below, for whoever isn't the superuser (FSPermissionChecker.checkSubAccess).
Result<void> check_subtree(const View& view, const Caller& caller, const Inode& root, const std::string& root_path) {
  if (caller.superuser || !caller.checks_permissions || !root.is_directory()) return {};
  std::vector<std::pair<Inode, std::string>> todo = {{root, root_path}};
  size_t seen = 0;
  while (!todo.empty()) {
    const auto [directory, path] = std::move(todo.back());
    todo.pop_back();
    if (directory.children == 0) continue;
    TRY_VOID(check_access(caller, directory, path, Access::kAll));
    TRY_VOID(view.children(directory.id, "", [&, &parent = directory, &parent_path = path](Inode child) -> Result<bool> {
      if (++seen > kPermissionWalkMax)
        return error(StatusCode::kIo, fmt::format("{} has too many entries to check at once; delete its parts", root_path));
      const std::string child_path = parent_path + "/" + child.name;
      TRY_VOID(check_sticky(caller, parent, parent_path, child, child_path));
      if (child.is_directory()) todo.emplace_back(std::move(child), child_path);
      return true;
    }));
  }
  return {};
}

}  // namespace

Result<void> delete_block_rows(Transaction& tx, BlockId block) {
  TRY(const auto replicas, tx.replicas(block));
  for (const auto& replica : replicas) {
    tx.remove(kReplicaFamily, replica_key(block, replica.storage));
    tx.remove(kStorageFamily, storage_key(replica.storage, block));
    tx.put(kInvalidateFamily, storage_key(replica.storage, block), encode(DeletionOrder{replica.generation}));
  }
  TRY(const auto row, tx.row(kBlockFamily, id_key(block)));
  if (row) tx.block_deleted();
  tx.remove(kBlockFamily, id_key(block));
  return {};
}

Result<void> delete_file_rows(Transaction& tx, const Inode& file) {
  if (file.under_construction) tx.close_lease(file);
  for (const BlockId block : file.blocks) TRY_VOID(delete_block_rows(tx, block));
  tx.remove(kInodeFamily, id_key(file.id));
  return {};
}

Result<InodeId> check_removal(const View& view, const OpContext& op, const std::string& path) {
  if (op.caller.superuser || !op.caller.checks_permissions) return InodeId();
  auto at = resolve(view, op.caller, path, PathUse::kWrite);
  if (!at || !at->exists() || at->components.empty() || !at->target().is_directory()) return InodeId();
  if (!check_access(op.caller, at->parent(), at->parent_path(), Access::kWrite)) return InodeId();
  if (!check_sticky(op.caller, at->parent(), at->parent_path(), at->target(), at->path())) return InodeId();
  TRY_VOID(check_subtree(view, op.caller, at->target(), at->path()));
  return at->target().id;
}

// FSDirDeleteOp.delete. The subtree is cut off at once; its rows are cleared in chunks by background/deletion.
Result<bool> remove(Namesystem& ns, Transaction& tx, const OpContext& op, const std::string& path, bool recursive, InodeId checked) {
  static_cast<void>(ns);
  TRY(auto at, resolve(tx, op.caller, path, PathUse::kWrite));
  if (at.components == std::vector<std::string>{".reserved"}) return error(StatusCode::kInvalidPath, "Invalid path name /.reserved");
  if (!at.exists()) return false;
  const Inode target = at.target();
  const bool is_root = at.components.empty();
  if (!is_root) {
    TRY_VOID(check_access(op.caller, at.parent(), at.parent_path(), Access::kWrite));
    TRY_VOID(check_sticky(op.caller, at.parent(), at.parent_path(), target, at.path()));
  }
  if (target.is_directory() && !recursive && target.children > 0) {
    return error(StatusCode::kPathIsNotEmptyDirectory, fmt::format("`{} is non empty': Directory is not empty", at.path()));
  }
  if (is_root) return false;
  if (checked != target.id) TRY_VOID(check_subtree(tx, op.caller, target, at.path()));
  Usage usage = usage_of_file(target);
  if (target.is_directory()) {
    TRY(usage, tx.usage(target.id));
  }
  TRY_VOID(tx.unlink(at.parent(), target, usage));
  if (target.is_directory()) {
    tx.put(kDoomedFamily, id_key(target.id), "");
  } else {
    TRY_VOID(delete_file_rows(tx, target));
  }
  tx.log(Edit::remove(at.path(), tx.now_ms(), op.ids));
  return true;
}

}  // namespace tusker::namenode
