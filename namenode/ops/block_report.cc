#include <algorithm>
#include <map>

#include "common/log/log.h"
#include "namenode/ops/datanode_operations.h"

namespace tusker::namenode {
namespace {

void order_deletion(Transaction& tx, StorageId storage, BlockId block, GenerationStamp generation) {
  std::string value;
  append_be<int64_t>(value, generation.value);
  tx.put(kInvalidateFamily, storage_key(storage, block), value);
}

void put_replica(Transaction& tx, BlockId block, const Replica& replica) {
  tx.put(kReplicaFamily, replica_key(block, replica.storage), encode(replica));
  tx.put(kStorageFamily, storage_key(replica.storage, block), "");
}

// BlockManager.checkReplicaCorrupt, for a replica that its node holds as `reported` says.
bool contradicts(const BlockInfo& stored, const ReportedReplica& reported) {
  const bool settled = stored.is_complete() || stored.state == BlockState::kCommitted;
  switch (reported.state) {
    case ReplicaState::kFinalized:
      return settled ? reported.generation != stored.generation || reported.bytes != stored.bytes : reported.generation < stored.generation;
    case ReplicaState::kBeingWritten:
      return stored.is_complete() ? reported.generation != stored.generation : reported.generation < stored.generation;
    case ReplicaState::kWaitingForRecovery:
      return stored.is_complete() || reported.generation < stored.generation;
    default:
      return true;
  }
}

Result<void> after_change(Namesystem& ns, Transaction& tx, BlockInfo& block) {
  TRY_VOID(try_complete_block(ns, tx, block));
  if (!block.is_complete()) return {};
  TRY(const auto file, tx.inode(block.file));
  // The last block of an open file is its writer's business.
  if (!file || (file->under_construction && !file->blocks.empty() && file->blocks.back() == block.id)) return {};
  return check_redundancy(ns, tx, block, file->replication);
}

}  // namespace

Result<void> replica_reported(Namesystem& ns, Transaction& tx, StorageId storage, const ReportedReplica& reported) {
  TRY(auto found, tx.block(reported.block));
  if (!found) {
    order_deletion(tx, storage, reported.block, reported.generation);
    return {};
  }
  BlockInfo block = *std::move(found);
  if (contradicts(block, reported)) {
    LOG_WARN("replica blk_{}_{} of {} bytes on storage {} contradicts blk_{}_{} of {} bytes", reported.block.value,
             reported.generation.value, reported.bytes, storage.value, block.id.value, block.generation.value, block.bytes);
    put_replica(tx, block.id, Replica{storage, reported.generation, reported.bytes, true});
    return after_change(ns, tx, block);
  }
  if (reported.state != ReplicaState::kFinalized) {
    // Being written: a place where the block is expected, not a replica yet.
    if (!block.is_complete() && std::ranges::find(block.expected, storage) == block.expected.end()) {
      block.expected.push_back(storage);
      tx.put_block(block);
    }
    return {};
  }
  put_replica(tx, block.id, Replica{storage, reported.generation, reported.bytes, false});
  if (const auto pending = ns.redundancy().pending().find(block.id); pending != ns.redundancy().pending().end()) {
    if (--pending->second.copies <= 0) ns.redundancy().pending().erase(pending);
  }
  if (Datanode* node = ns.cluster().find_storage(storage)) node->blocks_scheduled = std::max<int64_t>(0, node->blocks_scheduled - 1);
  return after_change(ns, tx, block);
}

Result<void> replica_deleted(Namesystem& ns, Transaction& tx, StorageId storage, BlockId id) {
  tx.remove(kReplicaFamily, replica_key(id, storage));
  tx.remove(kStorageFamily, storage_key(storage, id));
  LOG_DEBUG("replica blk_{} on storage {} is gone", id.value, storage.value);
  TRY(auto block, tx.block(id));
  if (!block) return {};
  return after_change(ns, tx, *block);
}

Result<void> replica_is_bad(Namesystem& ns, Transaction& tx, StorageId storage, BlockId id) {
  TRY(auto block, tx.block(id));
  if (!block) return {};
  TRY(const auto row, tx.row(kReplicaFamily, replica_key(id, storage)));
  if (!row) return {};
  TRY(Replica replica, decode_replica(storage, *row));
  replica.corrupt = true;
  put_replica(tx, id, replica);
  LOG_WARN("replica blk_{} on storage {} is corrupt", id.value, storage.value);
  return after_change(ns, tx, *block);
}

Result<ReportDifference> compare_report(const View& view, StorageId storage, const std::vector<ReportedReplica>& report) {
  ReportDifference out;
  std::map<BlockId, const ReportedReplica*> reported;
  for (const auto& replica : report) reported[replica.block] = &replica;
  const std::string prefix = storage_prefix(storage);
  TRY_VOID(view.scan(kStorageFamily, prefix, prefix_end(prefix), [&](std::string_view key, std::string_view) -> Result<bool> {
    const auto block = id_from<BlockId>(key, 4);
    const auto it = reported.find(block);
    if (it == reported.end()) {
      out.missing.push_back(block);
      return true;
    }
    TRY(const auto row, view.row(kReplicaFamily, replica_key(block, storage)));
    if (row && it->second->state == ReplicaState::kFinalized) {
      TRY(const Replica known, decode_replica(storage, *row));
      if (known.generation == it->second->generation && known.bytes == it->second->bytes) reported.erase(it);
    }
    return true;
  }));
  for (const auto& [block, replica] : reported) out.changed.push_back(*replica);
  return out;
}

}  // namespace tusker::namenode
