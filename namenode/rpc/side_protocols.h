#pragma once

#include <vector>

#include "common/rpc/method_table.h"
#include "common/security/groups.h"
#include "namenode/rpc/datanode_protocol.h"

namespace tusker::namenode {

// The small protocols that share the NameNode's port: GetUserMappings, RefreshUserMappings, NamenodeProtocol, HAServiceProtocol.
// What is captured must outlive the server.
std::vector<rpc::Protocol> side_protocols(Namesystem& ns, security::Groups& groups, DatanodeProtocol& datanodes);

}  // namespace tusker::namenode
