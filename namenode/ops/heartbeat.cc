#include <algorithm>

#include "namenode/ops/datanode_operations.h"

namespace tusker::namenode {
namespace {

Result<void> update_storages(Namesystem& ns, Transaction& tx, const Heartbeat& beat) {
  for (const auto& reported : beat.storages) {
    TRY_VOID(storage_id(ns, tx, beat.uuid, reported.uuid));
    Storage& s = *Cluster::storage_of(*ns.cluster().find(beat.uuid), reported.uuid);
    s.failed = reported.failed;
    s.capacity = reported.capacity;
    s.dfs_used = reported.dfs_used;
    s.remaining = reported.remaining;
    s.block_pool_used = reported.block_pool_used;
    s.non_dfs_used = reported.non_dfs_used;
  }
  return {};
}

// Takes the node's deletions out of the store: they are sent once, and a full report finds what the node didn't do.
Result<std::vector<Invalidation>> take_invalidations(Transaction& tx, const Datanode& node, size_t limit) {
  std::vector<Invalidation> out;
  std::vector<std::string> keys;
  for (const auto& s : node.storages) {
    if (out.size() >= limit) break;
    const std::string prefix = storage_prefix(s.id);
    TRY_VOID(tx.scan(kInvalidateFamily, prefix, prefix_end(prefix), [&](std::string_view key, std::string_view value) -> Result<bool> {
      const auto block = id_from<BlockId>(key, 4);
      TRY(const auto known, tx.row(kBlockFamily, id_key(block)));
      out.push_back({block, value.size() == 8 ? id_from<GenerationStamp>(value) : GenerationStamp(), known.has_value()});
      keys.emplace_back(key);
      return out.size() < limit;
    }));
  }
  for (auto& key : keys) tx.remove(kInvalidateFamily, std::move(key));
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
  node->xceivers = beat.xceivers;
  node->xmits = beat.xmits;
  node->failed_volumes = beat.failed_volumes;
  node->last_heartbeat_ms = ns.now_ms();
  node->last_heartbeat_wall_ms = tx.now_ms();
  ns.touch_cluster();
  if (beat.wants_report_lease) answer.report_lease = ns.cluster().grant_report_lease(beat.uuid, ns.now_ms());
  if (ns.safe_mode().on()) return answer;
  answer.recoveries = ns.cluster().take_recoveries(beat.uuid);
  if (!answer.recoveries.empty()) return answer;
  const int64_t streams = std::max<int64_t>(0, ns.settings().replication_streams_max - static_cast<int64_t>(beat.xmits));
  answer.transfers = ns.cluster().take_transfers(beat.uuid, static_cast<size_t>(streams));
  TRY(answer.invalidations, take_invalidations(tx, *node, static_cast<size_t>(ns.settings().invalidate_limit)));
  return answer;
}

}  // namespace tusker::namenode
