#pragma once

#include "common/metrics/registry.h"
#include "common/rpc/server.h"
#include "namenode/ops/operations.h"

namespace tusker::namenode {

// The NameNode's JMX beans, with Hadoop's names and types: FSNamesystem, FSNamesystemState, NameNodeInfo, NameNodeStatus, BlockStats,
// ReplicatedBlocksState, ECBlockGroupsState and the RPC port's. What this server has no figure for isn't there.
void add_namenode_beans(metrics::Registry& registry, Namesystem& ns, const rpc::Server& server, int64_t start_wall_ms);

}  // namespace tusker::namenode
