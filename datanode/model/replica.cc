#include "datanode/model/replica.h"

namespace tusker::datanode {

std::string_view name_of(ReplicaState state) {
  switch (state) {
    case ReplicaState::kFinalized:
      return "FINALIZED";
    case ReplicaState::kRbw:
      return "RBW";
    case ReplicaState::kRwr:
      return "RWR";
    case ReplicaState::kRur:
      return "RUR";
    case ReplicaState::kTemporary:
      return "TEMPORARY";
  }
  return "UNKNOWN";
}

ReplicaProgress::OnDisk ReplicaProgress::on_disk() const {
  MutexLock lock(mutex_);
  return on_disk_;
}

void ReplicaProgress::set_on_disk(OnDisk on_disk) {
  MutexLock lock(mutex_);
  on_disk_ = on_disk;
}

int64_t Replica::bytes_on_disk() const { return activity && activity->progress ? activity->progress->on_disk().bytes : bytes; }

int64_t Replica::visible_bytes() const {
  const ReplicaState as = state == ReplicaState::kRur && activity ? activity->before_recovery : state;
  switch (as) {
    case ReplicaState::kFinalized:
      return bytes;
    case ReplicaState::kRbw:
      return activity && activity->progress ? activity->progress->acked() : bytes;
    default:
      return -1;
  }
}

std::string describe(const Replica& replica) {
  return std::string(name_of(replica.state)) + " replica " + replica.block().name() + " of " + std::to_string(replica.bytes_on_disk()) +
         " bytes";
}

}  // namespace tusker::datanode
