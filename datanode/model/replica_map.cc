#include "datanode/model/replica_map.h"

namespace tusker::datanode {

Replica* ReplicaMap::find(BlockId id) {
  const auto at = replicas_.find(id);
  return at == replicas_.end() ? nullptr : &at->second;
}

const Replica* ReplicaMap::find(BlockId id) const {
  const auto at = replicas_.find(id);
  return at == replicas_.end() ? nullptr : &at->second;
}

Replica& ReplicaMap::put(Replica replica) {
  const BlockId id = replica.id;
  return replicas_.insert_or_assign(id, std::move(replica)).first->second;
}

void ReplicaMap::for_each(const std::function<void(const Replica&)>& visit) const {
  for (const auto& [id, replica] : replicas_) visit(replica);
}

bool better_duplicate(const Replica& a, const Replica& b) {
  if (a.generation_stamp != b.generation_stamp) return a.generation_stamp > b.generation_stamp;
  const bool a_final = a.state == ReplicaState::kFinalized;
  const bool b_final = b.state == ReplicaState::kFinalized;
  if (a_final != b_final) return a_final;
  return a.bytes > b.bytes;
}

}  // namespace tusker::datanode
