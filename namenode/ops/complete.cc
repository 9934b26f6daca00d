#include <fmt/format.h>

#include "namenode/ops/operations.h"

namespace tusker::namenode {
namespace {

// A repeated complete() of a file that is closed already, with the same last block, is fine.
Result<bool> was_completed(const View& view, const std::string& path, InodeId id, const std::optional<BlockRef>& last) {
  std::optional<Inode> file;
  if (id.value != 0) {
    TRY(file, view.inode(id));
  } else {
    Caller any;
    any.superuser = true;
    TRY(auto at, resolve(view, any, path, PathUse::kRead));
    if (at.exists()) file = at.target();
  }
  if (!file || !file->is_file() || file->under_construction) return false;
  if (!last) return file->blocks.empty();
  if (file->blocks.empty() || file->blocks.back() != last->id) return false;
  TRY(const auto block, view.block(last->id));
  return block && block->generation == last->generation;  // another generation: a recovery took the file from this writer
}

}  // namespace

Result<void> commit_last_block(Transaction& tx, Inode& file, BlockInfo& block, const BlockRef& said) {
  if (block.is_complete()) return {};
  if (block.state == BlockState::kUnderRecovery) {
    return error(StatusCode::kIo,
                 fmt::format("Commit or complete block blk_{}_{}, whereas it is under recovery.", said.id.value, said.generation.value));
  }
  if (block.state == BlockState::kCommitted) return {};
  if (block.generation != said.generation) {
    return error(StatusCode::kIo, fmt::format("Commit block with mismatching GS. NN has blk_{}_{}, client submits blk_{}_{}",
                                              block.id.value, block.generation.value, said.id.value, said.generation.value));
  }
  if (said.bytes < block.bytes) {
    return error(StatusCode::kIo,
                 fmt::format("Commit block with a length of {} bytes, less than the {} that were synced", said.bytes, block.bytes));
  }
  block.state = BlockState::kCommitted;
  return set_block_length(tx, file, block, said.bytes);
}

Result<bool> complete(Namesystem& ns, Transaction& tx, const OpContext& op, const std::string& path, const std::string& client_name,
                      const std::optional<BlockRef>& last, InodeId id) {
  TRY(const bool repeated, was_completed(tx, path, id, last));
  if (repeated) return true;
  TRY(Inode file, check_lease(tx, path, id, client_name));
  if (last && !file.blocks.empty()) {
    if (file.blocks.back() != last->id) {
      return error(StatusCode::kIo, fmt::format("Trying to commit inconsistent block: id = blk_{}, expected id = blk_{}", last->id.value,
                                                file.blocks.back().value));
    }
    TRY(auto block, tx.block(last->id));
    if (block) TRY_VOID(commit_last_block(tx, file, *block, *last));
  }
  for (size_t i = file.blocks.size() > 2 ? file.blocks.size() - 2 : 0; i < file.blocks.size(); ++i) {
    TRY(auto block, tx.block(file.blocks[i]));
    if (!block) continue;
    TRY(const bool done, try_complete_block(ns, tx, *block));
    if (!done) return false;
  }
  std::optional<std::string> where;
  TRY(where, tx.path_of(file));
  TRY_VOID(close_file(ns, tx, file, where.value_or(path)));
  for (const BlockId block_id : file.blocks) {
    TRY(const auto block, tx.block(block_id));
    if (block) TRY_VOID(check_redundancy(ns, tx, *block, file.replication));
  }
  static_cast<void>(op);
  return true;
}

Result<void> fsync(Namesystem& ns, Transaction& tx, const OpContext&, const std::string& path, InodeId id, const std::string& client_name,
                   int64_t last_block_bytes) {
  TRY(Inode file, check_lease(tx, path, id, client_name));
  ns.leases().renew(client_name, ns.now_ms());
  if (last_block_bytes <= 0 || file.blocks.empty()) return {};  // the list of blocks is durable since add_block
  TRY(auto block, tx.block(file.blocks.back()));
  if (!block || block->is_complete() || block->state == BlockState::kCommitted) return {};
  TRY_VOID(set_block_length(tx, file, *block, last_block_bytes));
  TRY(const auto blocks, blocks_of(tx, file));
  tx.log(Edit::update_blocks(path, blocks, {}));
  return {};
}

}  // namespace tusker::namenode
