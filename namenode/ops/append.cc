#include <fmt/format.h>

#include <algorithm>

#include "namenode/ops/operations.h"
#include "namenode/ops/quota.h"

namespace tusker::namenode {
namespace {

std::string block_text(const BlockInfo& block) { return fmt::format("blk_{}_{}", block.id.value, block.generation.value); }

// The last block must be whole, and somewhere (BlockManager.isSufficientlyReplicated).
Result<void> check_last_block(Namesystem& ns, const View& view, const OpContext& op, const BlockInfo& last, const std::string& path) {
  if (last.state == BlockState::kCommitted) {
    return error(StatusCode::kRetriable, fmt::format("org.apache.hadoop.hdfs.server.namenode.NotReplicatedYetException: append: "
                                                     "lastBlock={} of src={} is COMMITTED but not yet COMPLETE.",
                                                     block_text(last), path));
  }
  if (!last.is_complete()) return {};
  TRY(const int live, count_live_replicas(view, *op.cluster, last));
  const auto alive = std::ranges::count_if(op.cluster->nodes, [](const auto& node) { return node->alive; });
  if (live >= std::min<int64_t>(ns.settings().replication_min, alive)) return {};
  return error(StatusCode::kIo, fmt::format("append: lastBlock={} of src={} is not sufficiently replicated yet.", block_text(last), path));
}

// BlockManager.convertLastBlockToUnderConstruction: the last block, written on where its replicas are now.
Result<LocatedBlock> reopen_block(Namesystem& ns, Transaction& tx, const OpContext& op, const Inode& file, BlockInfo block) {
  TRY(const auto replicas, tx.replicas(block.id));
  block.charged_bytes = block.bytes;
  block.expected.clear();
  for (const auto& replica : replicas) {
    if (replica.is_good(block) && op.cluster->is_live(replica.storage)) block.expected.push_back(replica.storage);
  }
  block.state = BlockState::kUnderConstruction;
  TRY_VOID(reserve_block(tx, file, block));
  ns.redundancy().remove(block.id);
  ns.redundancy().pending().erase(block.id);
  return LocatedBlock{block, file.length - block.bytes, block.expected, false};
}

}  // namespace

// FSDirAppendOp.appendFile.
Result<Appended> append(Namesystem& ns, Transaction& tx, const OpContext& op, const std::string& path, const std::string& client_name,
                        bool new_block) {
  TRY(auto at, resolve(tx, op.caller, path, PathUse::kWrite));
  const std::string where = at.path();
  if (at.exists() && at.target().is_directory()) {
    return error(StatusCode::kFileAlreadyExists, fmt::format("Cannot append to directory {}; already exists as a directory.", where));
  }
  if (!at.exists()) {
    return error(StatusCode::kFileNotFound, fmt::format("Failed to append to non-existent file {} for client {}", where, op.client_ip));
  }
  TRY_VOID(check_access(op.caller, at.target(), where, Access::kWrite));
  TRY_VOID(recover_for_newcomer(ns, tx, at.target(), {"APPEND_FILE", where, client_name, op.client_ip}));
  TRY(auto again, tx.inode(at.target().id));
  if (!again) return error(StatusCode::kCorruption, fmt::format("{} has no row", where));
  Appended out{*std::move(again), {}};
  std::optional<BlockInfo> last;
  if (!out.file.blocks.empty()) {
    TRY(last, tx.block(out.file.blocks.back()));
  }
  if (last) TRY_VOID(check_last_block(ns, tx, op, *last, where));
  if (last) {
    const int64_t room = std::max<int64_t>(out.file.block_bytes - last->bytes, 0);
    TRY_VOID(check_file_quota(tx, out.file, {0, room * out.file.replication, room, 0}));
  }
  reopen_file(ns, tx, out.file, client_name, op.client_ip);
  tx.put_inode(out.file);
  if (last && new_block) {
    out.last = LocatedBlock{*last, 0, {}, false};
  } else if (last && last->bytes != out.file.block_bytes) {
    TRY(out.last, reopen_block(ns, tx, op, out.file, *last));
  }
  tx.log(Edit::append(where, out.file, new_block, op.ids));
  TRY(out.file.storage_policy, effective_policy(tx, out.file));
  return out;
}

}  // namespace tusker::namenode
