#include <algorithm>
#include <map>
#include <set>

#include "common/log/log.h"
#include "namenode/ops/datanode_operations.h"

namespace tusker::namenode {
namespace {

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
  if (reported.block > tx.counters().last_block || reported.generation > tx.counters().last_generation) {
    // This namespace never gave it out: the store is older than the DataNodes. Deleting on such a word would destroy what a newer copy of
    // the store may still know.
    LOG_WARN("replica blk_{}_{} on storage {} is from the future; it is left alone", reported.block.value, reported.generation.value,
             storage.value);
    ns.note_future(reported.block);
    return {};
  }
  const std::string order_key = storage_key(storage, reported.block);
  TRY(auto found, tx.block(reported.block));
  if (!found) {
    tx.put(kInvalidateFamily, order_key, encode(DeletionOrder{reported.generation}));
    return {};
  }
  TRY(const auto order_row, tx.row(kInvalidateFamily, order_key));
  if (order_row) {
    TRY(const DeletionOrder order, decode_deletion_order(*order_row));
    if (order.generation == reported.generation) return {};  // its deletion is under way, whatever this report saw
    tx.remove(kInvalidateFamily, order_key);                 // what was to be deleted isn't there any more
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
  Replica replica{storage, reported.generation, reported.bytes, false};
  TRY(const auto known, tx.row(kReplicaFamily, replica_key(block.id, storage)));
  if (known) {
    // Said again, a bad replica is no better.
    TRY(const Replica before, decode_replica(storage, *known));
    replica.corrupt = before.corrupt && before.generation == replica.generation && before.bytes == replica.bytes;
  }
  put_replica(tx, block.id, replica);
  if (const auto pending = ns.redundancy().pending().find(block.id); !known && pending != ns.redundancy().pending().end()) {
    if (--pending->second.copies <= 0) ns.redundancy().pending().erase(pending);
  }
  if (Datanode* node = ns.cluster().find_storage(storage)) node->scheduled.remove();
  return after_change(ns, tx, block);
}

Result<void> replica_deleted(Namesystem& ns, Transaction& tx, StorageId storage, BlockId id) {
  tx.remove(kReplicaFamily, replica_key(id, storage));
  tx.remove(kStorageFamily, storage_key(storage, id));
  tx.remove(kInvalidateFamily, storage_key(storage, id));
  LOG_DEBUG("replica blk_{} on storage {} is gone", id.value, storage.value);
  TRY(auto block, tx.block(id));
  if (!block) return {};
  return after_change(ns, tx, *block);
}

Result<void> replica_is_bad(Namesystem& ns, Transaction& tx, const BadReplica& bad) {
  TRY(auto block, tx.block(bad.block));
  Datanode* node = ns.cluster().find(bad.node_uuid);
  if (!block || node == nullptr) return {};
  const Storage* named = bad.storage_uuid.empty() ? nullptr : Cluster::storage_of(*node, bad.storage_uuid);
  TRY(const auto replicas, tx.replicas(bad.block));
  bool changed = false;
  for (Replica replica : replicas) {
    if (named != nullptr ? replica.storage != named->id : ns.cluster().find_storage(replica.storage) != node) continue;
    if (replica.corrupt || replica.generation != bad.generation) continue;
    replica.corrupt = true;
    put_replica(tx, bad.block, replica);
    changed = true;
    LOG_WARN("replica blk_{}_{} on storage {} of {} is corrupt", bad.block.value, bad.generation.value, replica.storage.value,
             node->xfer_address());
  }
  if (!changed) return {};
  return after_change(ns, tx, *block);
}

void storage_reported(Namesystem& ns, const std::string& node_uuid, const std::string& storage_uuid) {
  Datanode* node = ns.cluster().find(node_uuid);
  Storage* storage = node == nullptr ? nullptr : Cluster::storage_of(*node, storage_uuid);
  if (storage == nullptr || storage->reported) return;
  storage->reported = true;
  ns.storages_to_check().insert(storage->id);  // copies too many waited for this report
}

Result<ReportDifference> compare_report(const View& view, StorageId storage, const std::vector<ReportedReplica>& report) {
  ReportDifference out;
  std::map<BlockId, const ReportedReplica*> reported;
  std::set<BlockId> held;
  for (const auto& replica : report) {
    reported[replica.block] = &replica;
    held.insert(replica.block);
  }
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
  TRY_VOID(view.scan(kInvalidateFamily, prefix, prefix_end(prefix), [&](std::string_view key, std::string_view value) -> Result<bool> {
    TRY(const DeletionOrder order, decode_deletion_order(value));
    if (order.sent_wall_ms != 0 && !held.contains(id_from<BlockId>(key, 4))) out.obeyed.push_back(id_from<BlockId>(key, 4));
    return true;
  }));
  return out;
}

}  // namespace tusker::namenode
