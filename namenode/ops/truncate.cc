#include <fmt/format.h>

#include <algorithm>

#include "namenode/ops/operations.h"
#include "namenode/ops/quota.h"

namespace tusker::namenode {
namespace {

// A cut of this file that is under way already: false if it is the same one.
Result<std::optional<bool>> check_running(const View& view, const Inode& file, int64_t new_length, const Newcomer& newcomer) {
  if (file.blocks.empty()) return std::nullopt;
  TRY(const auto last, view.block(file.blocks.back()));
  if (!last || !last->is_being_truncated()) return std::nullopt;
  if (file.length - last->bytes + last->truncate_to == new_length) return false;
  return error(StatusCode::kAlreadyBeingCreated,
               fmt::format("Failed to {} {} for {} on {} because {} is being truncated.", newcomer.operation, newcomer.path,
                           newcomer.client_name, newcomer.client_ip, newcomer.path));
}

// Removes the blocks that begin at `new_length` or later (INodeFile.collectBlocksBeyondMax).
Result<void> drop_blocks_beyond(Transaction& tx, Inode& file, int64_t new_length) {
  TRY(auto blocks, blocks_of(tx, file));
  int64_t before = file.length;
  while (!blocks.empty() && before - blocks.back().bytes >= new_length) {
    before -= blocks.back().bytes;
    TRY_VOID(release_block(tx, file, blocks.back()));
    TRY_VOID(delete_block_rows(tx, blocks.back().id));
    file.blocks.pop_back();
    blocks.pop_back();
  }
  return {};
}

// INodeFile.computeQuotaDeltaForTruncate: a block that is cut takes a whole one's room meanwhile.
Result<void> check_truncate_quota(const View& view, const Inode& file, int64_t new_length) {
  TRY(const auto blocks, blocks_of(view, file));
  Stored delta;
  int64_t end = file.length;
  for (auto block = blocks.rbegin(); block != blocks.rend() && end > new_length; ++block) {
    const bool is_cut = end - block->bytes < new_length;
    const int64_t gain = is_cut ? std::max<int64_t>(file.block_bytes - block->bytes, 0) : -block->bytes;
    delta += Stored{is_cut ? 0 : gain, gain * file.replication, is_cut ? gain : 0, is_cut ? gain * file.replication : 0};
    end -= block->bytes;
  }
  return check_file_quota(view, file, delta);
}

// FSDirTruncateOp.prepareFileForTruncate, in place: the file's last block goes into a recovery that cuts its replicas.
Result<BlockInfo> cut_last_block(Namesystem& ns, Transaction& tx, const OpContext& op, const Inode& file, int64_t bytes) {
  TRY(auto found, tx.block(file.blocks.back()));
  if (!found) return error(StatusCode::kCorruption, fmt::format("the last block of inode {} has no row", file.id.value));
  BlockInfo block = *std::move(found);
  TRY(const auto replicas, tx.replicas(block.id));
  block.expected.clear();
  for (const auto& replica : replicas) {
    if (replica.is_good(block) && op.cluster->is_live(replica.storage)) block.expected.push_back(replica.storage);
  }
  block.charged_bytes = block.bytes;
  block.state = BlockState::kUnderRecovery;
  block.truncate_to = bytes;
  TRY_VOID(reserve_block(tx, file, block));
  ns.redundancy().remove(block.id);
  ns.redundancy().pending().erase(block.id);
  TRY_VOID(start_block_recovery(ns, tx, block));
  return block;
}

}  // namespace

// FSDirTruncateOp.truncate.
Result<bool> truncate(Namesystem& ns, Transaction& tx, const OpContext& op, const std::string& path, int64_t new_length,
                      const std::string& client_name) {
  TRY(auto at, resolve(tx, op.caller, path, PathUse::kWrite));
  const std::string where = at.path();
  if (at.exists()) TRY_VOID(check_access(op.caller, at.target(), where, Access::kWrite));
  TRY_VOID(check_is_file(at, where));
  const Newcomer newcomer{"TRUNCATE_FILE", where, client_name, op.client_ip};
  TRY(const auto running, check_running(tx, at.target(), new_length, newcomer));
  if (running) return *running;
  TRY_VOID(recover_for_newcomer(ns, tx, at.target(), newcomer));
  TRY(auto again, tx.inode(at.target().id));
  if (!again) return error(StatusCode::kCorruption, fmt::format("{} has no row", where));
  Inode file = *std::move(again);
  if (file.length == new_length) return true;
  if (file.length < new_length) {
    return error(StatusCode::kHadoopIllegalArgument,
                 fmt::format("Cannot truncate to a larger file size. Current size: {}, truncate size: {}.", file.length, new_length));
  }
  TRY_VOID(check_truncate_quota(tx, file, new_length));
  TRY_VOID(drop_blocks_beyond(tx, file, new_length));
  file.mtime_ms = tx.now_ms();
  std::optional<BlockInfo> cut;
  if (file.length > new_length) {
    reopen_file(ns, tx, file, client_name, op.client_ip);
    TRY(const auto last, tx.block(file.blocks.back()));
    TRY(cut, cut_last_block(ns, tx, op, file, new_length - (file.length - (last ? last->bytes : 0))));
  }
  tx.put_inode(file);
  tx.log(Edit::truncate(where, {client_name, op.client_ip}, new_length, tx.now_ms(), cut));
  return !cut;
}

}  // namespace tusker::namenode
