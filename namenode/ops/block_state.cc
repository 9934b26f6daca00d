#include <fmt/format.h>

#include <algorithm>

#include "common/log/log.h"
#include "namenode/model/placement.h"
#include "namenode/ops/operations.h"
#include "namenode/ops/quota.h"

namespace tusker::namenode {
void drop_replica(Transaction& tx, const BlockInfo& block, const Replica& replica) {
  tx.remove(kReplicaFamily, replica_key(block.id, replica.storage));
  tx.remove(kStorageFamily, storage_key(replica.storage, block.id));
  tx.put(kInvalidateFamily, storage_key(replica.storage, block.id), encode(DeletionOrder{replica.generation, replica.is_good(block)}));
  LOG_DEBUG("replica blk_{}_{} on storage {} is to be deleted", block.id.value, replica.generation.value, replica.storage.value);
}

Result<std::vector<BlockInfo>> blocks_of(const View& view, const Inode& file) {
  std::vector<BlockInfo> out;
  for (const BlockId id : file.blocks) {
    TRY(auto block, view.block(id));
    if (block) out.push_back(*std::move(block));
  }
  return out;
}

Result<void> set_block_length(Transaction& tx, Inode& file, BlockInfo& block, int64_t bytes) {
  const Stored before = stored_of(file, block);
  const int64_t delta = bytes - block.bytes;
  block.bytes = bytes;
  if (block.is_complete()) {
    block.charged_bytes = bytes;
  } else {
    block.charged_bytes = std::max(block.charged_bytes, bytes);
  }
  tx.put_block(block);
  if (delta == 0) return {};
  file.length += delta;
  tx.put_inode(file);
  Stored change = stored_of(file, block);
  return add_file_usage(tx, file, change += -before);
}

Result<void> reserve_block(Transaction& tx, const Inode& file, BlockInfo& block) {
  const Stored before = stored_of(file, block);
  block.charged_bytes = std::max(file.block_bytes, block.bytes);
  tx.put_block(block);
  Stored change = stored_of(file, block);
  return add_file_usage(tx, file, change += -before);
}

Result<void> release_block(Transaction& tx, Inode& file, BlockInfo& block) {
  const Stored before = stored_of(file, block);
  file.length -= block.bytes;
  block.bytes = block.charged_bytes = 0;
  tx.put_inode(file);
  tx.put_block(block);
  return add_file_usage(tx, file, -before);
}

Result<int> count_good_replicas(const View& view, const BlockInfo& block) {
  TRY(const auto replicas, view.replicas(block.id));
  return static_cast<int>(std::ranges::count_if(replicas, [&block](const Replica& r) { return r.is_good(block); }));
}

Result<int> count_live_replicas(const View& view, const ClusterView& cluster, const BlockInfo& block) {
  TRY(const auto replicas, view.replicas(block.id));
  return static_cast<int>(std::ranges::count_if(replicas, [&](const Replica& r) {
    return r.is_good(block) && cluster.is_live(r.storage) && cluster.node_of(r.storage)->registered;
  }));
}

namespace {

// A complete block counts no more than it has. Nothing counts what was cut off from the tree.
Result<void> settle_usage(Transaction& tx, BlockInfo& block) {
  const int64_t reserved = block.reserved_bytes();
  block.charged_bytes = block.bytes;
  if (reserved == 0) return {};
  TRY(const auto file, tx.inode(block.file));
  if (!file) return {};
  TRY(const auto path, tx.path_of(*file));
  if (!path) return {};
  return add_file_usage(tx, *file, Stored{0, -reserved * file->replication, -reserved, -reserved * file->replication});
}

}  // namespace

Result<bool> try_complete_block(Namesystem& ns, Transaction& tx, BlockInfo& block) {
  if (block.is_complete()) return true;
  if (block.state != BlockState::kCommitted) return false;
  TRY(const int good, count_good_replicas(tx, block));
  if (good < ns.settings().replication_min) return false;
  TRY_VOID(settle_usage(tx, block));
  block.state = BlockState::kComplete;
  // The rest of the pipeline reports in a moment: nobody is to make copies until then.
  const int awaited = static_cast<int>(block.expected.size()) - good;
  if (awaited > 0) {
    ns.redundancy().pending()[block.id] = {awaited, ns.now_ms() + ns.settings().reconstruction_timeout_ms};
  }
  block.expected.clear();
  block.recovery = GenerationStamp();
  tx.put_block(block);
  return true;
}

Result<void> check_redundancy(Namesystem& ns, Transaction& tx, const BlockInfo& block, int16_t expected) {
  if (!block.is_complete()) return {};
  TRY(const auto replicas, tx.replicas(block.id));
  const auto view = ns.cluster_view();
  std::vector<StorageId> live;
  std::vector<Replica> corrupt;  // these and those of another generation or length
  bool stale = false;
  for (const auto& r : replicas) {
    if (!view->is_live(r.storage)) continue;
    if (!r.is_good(block)) {
      corrupt.push_back(r);
      continue;
    }
    live.push_back(r.storage);
    stale = stale || !view->storage(r.storage)->reported;
  }
  const int have = static_cast<int>(live.size());
  ns.redundancy().note_missing(block.id, have == 0, have == 0 && !corrupt.empty());
  const auto alive = std::ranges::count_if(view->nodes, [](const auto& node) { return node->alive; });
  // Bad replicas go once the good ones suffice, or when their nodes are the only ones left that could take good ones.
  const bool crowded = static_cast<size_t>(alive) <= live.size() + corrupt.size();
  if (!corrupt.empty() && (have >= expected || (have >= ns.settings().replication_min && crowded))) {
    for (const auto& r : corrupt) drop_replica(tx, block, r);
  }
  if (have > expected && !stale) {
    // A replica of a node that sent no full report since it came back may be gone: nothing is deleted on such a word.
    for (const StorageId id : choose_excess(*view, live, have - expected)) {
      drop_replica(tx, block, Replica{id, block.generation, block.bytes, false});
    }
    ns.redundancy().remove(block.id);
    return {};
  }
  const auto pending = ns.redundancy().pending().find(block.id);
  const int awaited = pending == ns.redundancy().pending().end() ? 0 : pending->second.copies;
  if (have == 0 || (have + awaited >= expected && (awaited > 0 || racks_satisfied(*view, live, expected)))) {
    ns.redundancy().remove(block.id);  // fine, or copies are on their way, or nothing to copy from
    return {};
  }
  const size_t level = have >= expected ? 3 : have == 1 ? 0 : have * 3 <= expected ? 1 : 2;
  ns.redundancy().add(block.id, level);
  return {};
}

}  // namespace tusker::namenode
