#pragma once

#include <functional>
#include <string>
#include <vector>

#include "namenode/model/datanode.h"

namespace tusker::namenode {

struct PlacementRequest {
  int replicas = 3;                         // how many more are wanted
  int64_t block_bytes = 0;                  // room that a target must have
  std::string writer_ip;                    // the first replica goes to a DataNode there, if there is one
  std::vector<StorageId> existing;          // replicas that are there already; their nodes are out, their racks count
  std::vector<std::string> excluded_uuids;  // DataNodes that must not be taken
  std::vector<std::string> favored;         // "host:port", tried first
  bool avoid_writer = false;                // NO_LOCAL_WRITE: not on the writer's node as long as others suffice
};

// BlockPlacementPolicyDefault: first replica on the writer's node, second on another rack, third on the second's rack, further ones
// anywhere; never two on a node, at most (total - 1) / racks + 2 on a rack. `below(n)` gives a random number in [0, n).
// Returns the targets ordered as a short pipeline from the writer; fewer than asked when there are no more.
std::vector<StorageId> choose_targets(const ClusterView& cluster, const PlacementRequest& request,
                                      const std::function<uint64_t(uint64_t)>& below);

// Which of a block's replicas to delete when there are `excess` too many: from racks and nodes that have more than one first, then where
// least space is left.
std::vector<StorageId> choose_excess(const ClusterView& cluster, std::vector<StorageId> replicas, int excess);

// Sorts storages by their distance from a reader: same host, same rack, the rest; random among equals; dead ones last.
void sort_by_distance(const ClusterView& cluster, const std::string& reader_ip, const std::string& reader_rack,
                      std::vector<StorageId>& storages, const std::function<uint64_t(uint64_t)>& below);

// Whether replicas on these storages satisfy the rule for racks: two racks at least, if the cluster and the count allow.
bool racks_satisfied(const ClusterView& cluster, const std::vector<StorageId>& replicas, int wanted);

}  // namespace tusker::namenode
