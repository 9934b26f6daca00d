#pragma once

#include <vector>

#include "hdfs/DatanodeProtocol.pb.h"
#include "namenode/ops/datanode_operations.h"

namespace tusker::namenode {

// The replicas of one storage in a full report (BlockListAsLongs): varint buffers, or the older list of longs. kIo if the bytes don't
// hold as many entries as they claim.
Result<std::vector<ReportedReplica>> read_block_list(const hadoop::hdfs::datanode::StorageBlockReportProto& report);

}  // namespace tusker::namenode
