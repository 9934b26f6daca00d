#pragma once

#include "common/net/http_server.h"
#include "common/security/groups.h"
#include "namenode/ops/operations.h"

namespace tusker::namenode {

// GET /fsck?ugi=USER&path=P[&files=1&blocks=1&locations=1&racks=1…] (NamenodeFsck): walks a subtree in pages against snapshots, off the
// core, and tells of every file whose blocks are not as they should be. The parameters must outlive the server.
void add_fsck(net::HttpServer& server, Namesystem& ns, security::Groups& groups);

}  // namespace tusker::namenode
