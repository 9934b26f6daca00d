#pragma once

#include <string>
#include <vector>

#include "datanode/ops/datanode_context.h"
#include "hdfs/datatransfer.pb.h"

namespace tusker::datanode {

// Where copies of a replica go: the first DataNode gets it from us, each next from the one before.
struct TransferTargets {
  std::vector<hadoop::hdfs::DatanodeInfoProto> nodes;
  std::vector<hadoop::hdfs::StorageTypeProto> types;
  std::vector<std::string> storage_uuids;
};

// Pushes a replica to other DataNodes (DataNode.DataTransfer). With a client's name it does so for that client's pipeline: the replica may
// still be written, and the target confirms. Without, it is a replication that the NameNode ordered: only finalized replicas go.
Task<Result<void>> transfer_replica(DataNodeContext& context, Block block, TransferTargets targets, std::string client_name);

}  // namespace tusker::datanode
