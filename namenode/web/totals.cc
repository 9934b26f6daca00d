#include "namenode/web/totals.h"

namespace tusker::namenode {

Totals totals_of(const ClusterView& view) {
  Totals t;
  for (const auto& node : view.nodes) {
    if (!node->alive) {
      ++t.dead;
      continue;
    }
    ++t.live;
    t.capacity += node->capacity();
    t.used += node->dfs_used();
    t.remaining += node->remaining();
    t.non_dfs += node->non_dfs_used();
    t.block_pool_used += node->block_pool_used();
    t.failed_volumes += node->failed_volumes;
    t.scheduled += node->scheduled.count();
    t.load += node->xceivers;
  }
  return t;
}

Usage usage_of_root(Namesystem& ns) { return ReadView(ns.engine(), kv::Tier::kAll).usage(kRootInode).value_or(Usage{}); }

}  // namespace tusker::namenode
