#pragma once

#include <functional>
#include <vector>

#include "namenode/ops/operations.h"

namespace tusker::namenode {

// What the balancer asks of a DataNode's blocks.
struct BlocksRequest {
  int64_t bytes = 0;            // so much in all
  int64_t block_bytes_min = 0;  // smaller ones don't matter
  int64_t hot_since_ms = 0;     // blocks of files that were read after it come last (wall clock); 0: all are equal
  BlockId last_block;           // the greatest that was given out
};

// A complete block and where good replicas of it are.
struct PlacedBlock {
  BlockInfo block;
  std::vector<StorageId> storages;
};

// Blocks of a node, from a random one on (BlockManager.getBlocksWithLocations). `below(n)` gives a random number in [0, n).
Result<std::vector<PlacedBlock>> blocks_of_datanode(const View& view, const ClusterView& cluster, const Datanode& node,
                                                    const BlocksRequest& request, const std::function<uint64_t(uint64_t)>& below);

}  // namespace tusker::namenode
