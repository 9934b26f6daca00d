#pragma once

#include <memory>
#include <string>
#include <vector>

#include "client/hdfs/datanode_peer.h"
#include "common/transfer/checksum.h"

namespace tusker::client {

// The DataNodes that a block is written to, in order.
struct PipelineNodes {
  std::vector<hadoop::hdfs::DatanodeInfoProto> nodes;
  std::vector<hadoop::hdfs::StorageTypeProto> types;
  std::vector<std::string> storage_ids;

  static PipelineNodes of(const hadoop::hdfs::LocatedBlockProto& block);
  size_t size() const { return nodes.size(); }
  void remove(size_t index);
  // "[DatanodeInfoWithStorage[…], …]"
  std::string describe() const;
};

// What a pipeline is set up for.
struct PipelineRequest {
  hadoop::hdfs::ExtendedBlockProto block;  // its length: bytes acknowledged
  hadoop::common::TokenProto token;
  hadoop::hdfs::OpWriteBlockProto::BlockConstructionStage stage;
  int64_t block_bytes_hint = 0;
  int64_t bytes_sent = 0;
  int64_t new_generation_stamp = 0;
  transfer::DataChecksum checksum;
};

// A connection to the first DataNode, behind which stand the others; or which of them failed.
struct PipelineOutcome {
  std::shared_ptr<DatanodePeer> peer;  // null: it failed
  size_t bad_index = 0;
  std::string message;
};
// Connects, asks, and waits for the answer that has come from the last DataNode to the first (DataStreamer.createBlockOutputStream).
Task<PipelineOutcome> open_pipeline(ClientContext& context, PipelineNodes nodes, PipelineRequest request);

// Makes `source` copy what it has of a block to a new member of its pipeline (DataStreamer.transfer).
Task<Result<void>> transfer_to(ClientContext& context, hadoop::hdfs::DatanodeInfoProto source, PipelineNodes target,
                               hadoop::hdfs::ExtendedBlockProto block, hadoop::common::TokenProto token);

}  // namespace tusker::client
