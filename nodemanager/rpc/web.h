#pragma once

#include <atomic>

#include "common/net/http_server.h"
#include "nodemanager/rpc/container_management_protocol.h"

namespace tusker::nodemanager {

// What the pages tell of the node itself.
struct NodeFacts {
  yarn::NodeId id;
  std::atomic<int32_t> http_port{0};  // known once the web port is open
  int64_t start_ms = 0;
  yarn::Resource capability;
  std::vector<std::string> log_dirs;
};

// /ws/v1/node/…, /node, /node/containerlogs/CONTAINER/USER[/FILE] (NMWebServices, ContainerLogsPage).
void add_web_routes(net::HttpServer& server, Services& services, const NodeFacts& facts);

}  // namespace tusker::nodemanager
