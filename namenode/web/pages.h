#pragma once

#include "common/net/http_server.h"
#include "namenode/ops/operations.h"

namespace tusker::namenode {

// The overview, and what scripts ask for in text: /isActive, /topology. The parameters must outlive the server.
void add_namenode_pages(net::HttpServer& server, Namesystem& ns);

}  // namespace tusker::namenode
