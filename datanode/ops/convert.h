#pragma once

#include <string>

#include "common/base/result.h"
#include "common/env/network.h"
#include "common/transfer/checksum.h"
#include "datanode/model/block.h"
#include "datanode/model/storage.h"
#include "hdfs/datatransfer.pb.h"
#include "hdfs/hdfs.pb.h"

namespace tusker::datanode {

// Between the wire's types and ours.
Block to_block(const hadoop::hdfs::ExtendedBlockProto& proto);
Block to_block(const hadoop::hdfs::BlockProto& proto);
hadoop::hdfs::ExtendedBlockProto to_extended(const std::string& pool, const Block& block);
void set_block(hadoop::hdfs::BlockProto& proto, const Block& block);
Result<transfer::DataChecksum> to_checksum(const hadoop::hdfs::ChecksumProto& proto);
void set_checksum(hadoop::hdfs::ChecksumProto& proto, const transfer::DataChecksum& checksum);
// "ip:port" of a DataNode's transfer port, as clients have it in their lists.
std::string transfer_address(const hadoop::hdfs::DatanodeIDProto& id);
// Where to connect for transfers, or for RPC.
Endpoint transfer_endpoint(const hadoop::hdfs::DatanodeIDProto& id, bool by_host_name);
Endpoint ipc_endpoint(const hadoop::hdfs::DatanodeIDProto& id, bool by_host_name);
// A token that says nothing, where the wire demands one.
void set_empty_token(hadoop::common::TokenProto& token);

}  // namespace tusker::datanode
