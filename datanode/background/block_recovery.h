#pragma once

#include "datanode/background/namenode.h"
#include "datanode/ops/datanode_context.h"
#include "hdfs/HdfsServer.pb.h"

namespace tusker::datanode {

// Recovers a block as its primary DataNode (BlockRecoveryWorker.RecoveryTaskContiguous): agrees with the others that hold it on a length,
// makes all replicas so, and tells the NameNode. An error is for the log: the NameNode starts another attempt in time.
Task<Result<void>> recover_block(DataNodeContext& context, rpc::Client& client, NameNode& namenode,
                                 hadoop::hdfs::RecoveringBlockProto recovering);

// The part that is only arithmetic.
struct RecoveryReplica {
  size_t location;  // index among the block's locations
  ReplicaState state;
  Block block;
};
struct RecoveryPlan {
  std::vector<RecoveryReplica> participants;
  int64_t bytes = 0;
};
// Which replicas take part, and their length afterwards. kIo "Inconsistent size of finalized replicas" when those contradict one another.
Result<RecoveryPlan> plan_recovery(const std::vector<RecoveryReplica>& replicas);

}  // namespace tusker::datanode
