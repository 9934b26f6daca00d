#pragma once

#include "common/metrics/registry.h"
#include "common/net/http_server.h"
#include "common/rpc/server.h"
#include "namenode/ops/namesystem.h"

namespace tusker::namenode {

// The JMX beans that monitoring reads (FSNamesystem, FSNamesystemState, NameNodeInfo, NameNodeStatus, RpcActivity), with Hadoop's names.
void add_namenode_beans(metrics::Registry& registry, Namesystem& ns, const rpc::Server& server, int64_t start_wall_ms);
// The state at a glance on "/", as plain HTML.
void add_namenode_pages(net::HttpServer& server, Namesystem& ns);

}  // namespace tusker::namenode
