#pragma once

#include <vector>

#include "datanode/model/pending_reports.h"
#include "datanode/model/replica.h"
#include "datanode/model/storage.h"
#include "hdfs/DatanodeProtocol.pb.h"

namespace tusker::datanode {

// Reports in the wire's form.

// A storage's replicas in the buffer encoding (BlockListAsLongs): zig-zag id, length, stamp and state as varints, in slices of 64 KiB.
// `replicas` in the order of their ids.
void set_blocks(hadoop::hdfs::datanode::StorageBlockReportProto& report, const std::vector<Replica>& replicas);
hadoop::hdfs::DatanodeStorageProto to_storage(const StorageUsage& usage);
hadoop::hdfs::StorageReportProto to_report(const StorageUsage& usage);
hadoop::hdfs::datanode::StorageReceivedDeletedBlocksProto to_received_deleted(const StorageUsage& storage,
                                                                              const std::vector<BlockEvent>& events);

}  // namespace tusker::datanode
