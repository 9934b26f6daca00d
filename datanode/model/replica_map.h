#pragma once

#include <functional>
#include <unordered_map>

#include "datanode/model/replica.h"

namespace tusker::datanode {

// Replicas by block id (org.apache.hadoop.hdfs.server.datanode.fsdataset.impl.ReplicaMap). Not thread-safe: its owner guards it.
class ReplicaMap {
 public:
  // Null when there is none; good until the next add() or remove().
  Replica* find(BlockId id);
  const Replica* find(BlockId id) const;
  // Replaces one of the same id.
  Replica& put(Replica replica);
  bool remove(BlockId id) { return replicas_.erase(id) > 0; }
  size_t size() const { return replicas_.size(); }
  void for_each(const std::function<void(const Replica&)>& visit) const;

 private:
  std::unordered_map<BlockId, Replica> replicas_;
};

// Of two replicas of one block found on disk, true if `a` is the one to keep: the higher generation stamp, then a finalized one (the other
// is what a crash left of its move), then the longer.
bool better_duplicate(const Replica& a, const Replica& b);

}  // namespace tusker::datanode
