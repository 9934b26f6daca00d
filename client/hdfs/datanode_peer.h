#pragma once

#include <memory>

#include "client/hdfs/client_context.h"
#include "common/transfer/input_buffer.h"
#include "common/transfer/op.h"
#include "hdfs/datatransfer.pb.h"

namespace tusker::client {

// A connection to a DataNode's transfer port. On the strand of who connected it.
struct DatanodePeer {
  DatanodePeer(std::unique_ptr<Stream> s, size_t buffer_bytes) : stream(std::move(s)), in(*stream, buffer_bytes) {}
  std::unique_ptr<Stream> stream;
  transfer::InputBuffer in;
};

// "ip:port", as firstBadLink and messages name a DataNode.
std::string transfer_address(const hadoop::hdfs::DatanodeIDProto& id);
// "DatanodeInfoWithStorage[ip:port,DS-…,DISK]", as messages of Hadoop's clients do.
std::string describe(const hadoop::hdfs::DatanodeInfoProto& node, const std::string& storage_id, int storage_type);

Task<Result<std::shared_ptr<DatanodePeer>>> connect_datanode(ClientContext& context, hadoop::hdfs::DatanodeIDProto id, size_t buffer_bytes,
                                                             Deadline deadline);
// The part of every operation that names client and block.
void set_header(hadoop::hdfs::ClientOperationHeaderProto& header, const ClientContext& context,
                const hadoop::hdfs::ExtendedBlockProto& block, const hadoop::common::TokenProto& token);

}  // namespace tusker::client
