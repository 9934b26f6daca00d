#pragma once

#include "datanode/ops/datanode_context.h"

namespace tusker::datanode {

// What of ours, or of another DataNode's, turned out to be bad, and is told to the NameNode so that it makes good copies elsewhere.

// The replica of `block` that another DataNode sent doesn't match its checksums (DataNode.reportRemoteBadBlock).
void report_remote_replica(DataNodeContext& context, const Block& block, const hadoop::hdfs::DatanodeInfoProto& node);
// Our replica can't be read, is too short or lacks its checksums. Nothing is said of one that isn't any more what it was when that was
// found: it may have been cut or deleted meanwhile.
Task<void> report_own_replica(DataNodeContext& context, Replica found);
// Deals with an error of opening a replica's files: the replica is reported when they are missing or damaged, else the volumes are checked.
Task<void> note_open_failure(DataNodeContext& context, BlockId id, Status why);
// To be called after an error of a disk: gives up volumes that don't work any more, and tells the NameNode what was lost.
Task<void> check_volumes(DataNodeContext& context);

}  // namespace tusker::datanode
