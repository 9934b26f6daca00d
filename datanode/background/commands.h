#pragma once

#include "common/async/task_group.h"
#include "datanode/background/namenode.h"
#include "datanode/ops/datanode_context.h"

namespace tusker::datanode {

// Carries out what the NameNode orders in its answers (BPOfferService.processCommandFromActive). Owned by the NameNode's actor; each order
// runs as a task of its own, so that heartbeats go on meanwhile. The NameNode bounds how many there are.
class Commands {
 public:
  Commands(DataNodeContext& context, rpc::Client& client, NameNode& namenode);

  // Starts what is ordered. True when the DataNode is to register again.
  bool obey(const hadoop::hdfs::datanode::DatanodeCommandProto& command);
  Task<void> stop() { return tasks_.stop(); }

 private:
  void obey_block_command(const hadoop::hdfs::datanode::BlockCommandProto& command);
  Task<void> transfer(Block block, hadoop::hdfs::DatanodeInfosProto targets, hadoop::hdfs::StorageTypesProto types,
                      hadoop::hdfs::StorageUuidsProto uuids);
  Task<void> invalidate(std::vector<Block> blocks);
  Task<void> recover(std::vector<hadoop::hdfs::RecoveringBlockProto> blocks);

  DataNodeContext& context_;
  rpc::Client& client_;
  NameNode& namenode_;
  TaskGroup tasks_;
};

}  // namespace tusker::datanode
