#pragma once

#include "common/net/http_server.h"
#include "common/net/topology.h"
#include "common/rpc/method_table.h"
#include "resourcemanager/ops/core.h"
#include "resourcemanager/ops/token_secrets.h"

namespace tusker::resourcemanager {

// What handlers need. Owned by the server; outlives the RPC servers.
struct Services {
  Core& core;
  TokenSecrets& secrets;
  const net::Topology& topology;
  const ClusterOptions& options;
};

// Tables of the protocols: which RPCs are answered, and which not yet.
rpc::Protocol application_client_protocol(Services& services);
rpc::Protocol application_master_protocol(Services& services);
rpc::Protocol resource_tracker_protocol(Services& services);

// /ws/v1/cluster/… as Hadoop's JSON, /cluster as a page, / as its redirect.
void add_web_routes(net::HttpServer& server, Services& services);

}  // namespace tusker::resourcemanager
