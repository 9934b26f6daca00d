#pragma once

#include "namenode/rpc/side_protocols.h"

namespace tusker::namenode {

// RefreshUserMappings, RefreshAuthorizationPolicy, RefreshCallQueue, GenericRefresh.
std::vector<rpc::Protocol> refresh_protocols(SideServices& services);

}  // namespace tusker::namenode
