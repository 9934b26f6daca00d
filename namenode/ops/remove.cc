#include <fmt/format.h>

#include "namenode/ops/operations.h"
#include "namenode/ops/quota.h"
#include "namenode/ops/sub_access.h"

namespace tusker::namenode {

Result<void> check_subtree_access(const View& view, const Caller& caller, const Inode& root, const std::string& root_path) {
  return check_sub_access(view, caller, root, root_path, Access::kAll, true);
}

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
  delete_inode_rows(tx, file);
  return {};
}

void delete_inode_rows(Transaction& tx, const Inode& inode) {
  tx.remove(kInodeFamily, id_key(inode.id));
  if (inode.has_xattrs) tx.remove(kXAttrFamily, id_key(inode.id));
}

Result<InodeId> check_removal(const View& view, const OpContext& op, const std::string& path) {
  if (op.caller.superuser || !op.caller.checks_permissions) return InodeId();
  auto at = resolve(view, op.caller, path, PathUse::kWrite);
  if (!at || !at->exists() || !at->target().is_directory()) return InodeId();
  if (!at->components.empty()) {
    if (!check_sticky(op.caller, at->parent(), at->parent_path(), at->target(), at->path())) return InodeId();
    if (!check_access(op.caller, at->parent(), at->parent_path(), Access::kWrite)) return InodeId();
  }
  TRY_VOID(check_subtree_access(view, op.caller, at->target(), at->path()));
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
    TRY_VOID(check_sticky(op.caller, at.parent(), at.parent_path(), target, at.path()));
    TRY_VOID(check_access(op.caller, at.parent(), at.parent_path(), Access::kWrite));
  }
  if (checked != target.id) TRY_VOID(check_subtree_access(tx, op.caller, target, at.path()));
  if (target.is_directory() && !recursive && target.children > 0) {
    return error(StatusCode::kPathIsNotEmptyDirectory, fmt::format("`{} is non empty': Directory is not empty", at.path()));
  }
  if (is_root) return false;
  TRY(const Usage usage, usage_of(tx, target));
  TRY_VOID(tx.unlink(at.parent(), target, usage));
  if (target.is_directory()) {
    tx.put(kDoomedFamily, id_key(target.id), "");
    delete_inode_rows(tx, target);
  } else {
    TRY_VOID(delete_file_rows(tx, target));
  }
  tx.log(Edit::remove(at.path(), tx.now_ms(), op.ids));
  return true;
}

}  // namespace tusker::namenode
