#pragma once

#include <vector>

#include "common/rpc/method_table.h"
#include "datanode/ops/datanode_context.h"

namespace tusker::datanode {

// The protocols that a DataNode's IPC port serves. `context` must outlive the server.
rpc::Protocol client_datanode_protocol(DataNodeContext& context);
rpc::Protocol inter_datanode_protocol(DataNodeContext& context);

}  // namespace tusker::datanode
