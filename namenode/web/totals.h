#pragma once

#include "namenode/ops/operations.h"

namespace tusker::namenode {

// Sums over the DataNodes; space and load are of the live ones.
struct Totals {
  int64_t live = 0;
  int64_t dead = 0;
  int64_t capacity = 0;
  int64_t used = 0;
  int64_t remaining = 0;
  int64_t non_dfs = 0;
  int64_t block_pool_used = 0;
  int64_t failed_volumes = 0;
  int64_t scheduled = 0;  // blocks
  int64_t load = 0;       // transfers under way
};
Totals totals_of(const ClusterView& view);

// Of all that is in the namespace. May read the store.
Usage usage_of_root(Namesystem& ns);

}  // namespace tusker::namenode
