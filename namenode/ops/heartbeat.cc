#include <algorithm>

#include "common/log/log.h"
#include "namenode/ops/datanode_operations.h"

namespace tusker::namenode {
namespace {

constexpr int64_t kResendMs = 300'000;  // an order that was neither reported done nor refuted is given again

Result<void> update_storages(Namesystem& ns, Transaction& tx, const Heartbeat& beat) {
  for (const auto& reported : beat.storages) TRY_VOID(storage_id(ns, tx, beat.uuid, reported.uuid));
  bool changed = false;
  // A volume that fails is left out of the heartbeat rather than named.
  for (Storage& s : ns.cluster().find(beat.uuid)->storages) {
    const auto said = std::ranges::find(beat.storages, s.uuid, &ReportedStorage::uuid);
    const bool failed = said == beat.storages.end() || said->failed;
    if (failed != s.failed) {
      LOG_WARN("storage {} ({}) of datanode {} {}", s.uuid, s.id.value, beat.uuid, failed ? "has failed" : "is back");
      s.failed = failed;
      s.reported = false;
      changed = true;
      ns.storages_to_check().insert(s.id);
    }
    if (said == beat.storages.end()) {
      s.capacity = s.dfs_used = s.remaining = s.block_pool_used = s.non_dfs_used = 0;
      continue;
    }
    changed = changed || (s.capacity == 0 && said->capacity > 0);  // writers can use it from now on
    s.capacity = said->capacity;
    s.dfs_used = said->dfs_used;
    s.remaining = said->remaining;
    s.block_pool_used = said->block_pool_used;
    s.non_dfs_used = said->non_dfs_used;
  }
  if (changed) ns.publish_cluster();
  return {};
}

// Whether a copy too many is one no longer: others went while the order waited. Then it is a copy again.
Result<bool> is_needed_after_all(Namesystem& ns, Transaction& tx, StorageId storage, const BlockInfo& block, const DeletionOrder& order) {
  if (!order.was_good || order.sent_wall_ms != 0 || order.generation != block.generation) return false;
  TRY(const int live, count_live_replicas(tx, *ns.cluster_view(), block));
  if (live > 0) return false;
  tx.put(kReplicaFamily, replica_key(block.id, storage), encode(Replica{storage, block.generation, block.bytes, false}));
  tx.put(kStorageFamily, storage_key(storage, block.id), "");
  LOG_WARN("replica blk_{}_{} on storage {} is kept: the others are gone", block.id.value, block.generation.value, storage.value);
  return true;
}

// The node's deletions, at most `limit`. Of blocks that live on elsewhere the order stays until the node says that it is done; the rest is
// told once, and a full report finds what the node didn't do.
Result<std::vector<Invalidation>> take_invalidations(Namesystem& ns, Transaction& tx, const Datanode& node, size_t limit) {
  std::vector<Invalidation> out;
  struct Due {
    StorageId storage;
    BlockId block;
    DeletionOrder order;
  };
  std::vector<Due> due;
  size_t waiting = 0;  // sent and not done: when it is too much the node gets no more, whatever it has to do
  for (const auto& s : node.storages) {
    if (s.failed || due.size() >= limit) continue;
    const std::string prefix = storage_prefix(s.id);
    TRY_VOID(tx.scan(kInvalidateFamily, prefix, prefix_end(prefix), [&](std::string_view key, std::string_view value) -> Result<bool> {
      TRY(const DeletionOrder order, decode_deletion_order(value));
      const int64_t age_ms = tx.now_ms() - order.sent_wall_ms;
      if (order.sent_wall_ms != 0 && age_ms >= 0 && age_ms < kResendMs) return ++waiting < 4 * limit;
      due.push_back({s.id, id_from<BlockId>(key, 4), order});
      return due.size() < limit;
    }));
  }
  for (auto& [storage, id, order] : due) {
    TRY(const auto block, tx.block(id));
    const std::string key = storage_key(storage, id);
    bool needed = false;
    if (block) {
      TRY(needed, is_needed_after_all(ns, tx, storage, *block, order));
    }
    if (!needed) out.push_back({id, order.generation, block.has_value()});
    if (block && !needed) {
      order.sent_wall_ms = tx.now_ms();
      tx.put(kInvalidateFamily, key, encode(order));
    } else {
      tx.remove(kInvalidateFamily, key);
    }
  }
  return out;
}

}  // namespace

Result<HeartbeatAnswer> heartbeat(Namesystem& ns, Transaction& tx, const Heartbeat& beat) {
  HeartbeatAnswer answer;
  Datanode* node = ns.cluster().find(beat.uuid);
  if (node == nullptr || !node->registered || !node->alive) {
    answer.must_register = true;
    return answer;
  }
  TRY_VOID(update_storages(ns, tx, beat));
  node->scheduled.roll(ns.now_ms());
  node->xceivers = beat.xceivers;
  node->xmits = beat.xmits;
  node->failed_volumes = beat.failed_volumes;
  node->last_heartbeat_ms = ns.now_ms();
  node->last_heartbeat_wall_ms = tx.now_ms();
  ns.touch_cluster();
  if (beat.wants_report_lease) answer.report_lease = ns.cluster().grant_report_lease(beat.uuid, ns.now_ms());
  if (ns.safe_mode().on()) return answer;
  answer.balancer_bandwidth = std::exchange(node->balancer_bandwidth, 0);
  answer.recoveries = ns.cluster().take_recoveries(beat.uuid);
  if (!answer.recoveries.empty()) return answer;
  const int64_t streams = std::max<int64_t>(0, ns.settings().replication_streams_max - static_cast<int64_t>(beat.xmits));
  answer.transfers = ns.cluster().take_transfers(beat.uuid, static_cast<size_t>(streams));
  TRY(answer.invalidations, take_invalidations(ns, tx, *node, static_cast<size_t>(ns.settings().invalidate_limit)));
  return answer;
}

}  // namespace tusker::namenode
