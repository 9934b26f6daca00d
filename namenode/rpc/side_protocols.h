#pragma once

#include <functional>
#include <vector>

#include "common/rpc/method_table.h"
#include "common/security/groups.h"
#include "namenode/ops/reconfiguration.h"

namespace tusker::namenode {

// What the small protocols on the NameNode's port work on; all of it must outlive the server.
struct SideServices {
  Namesystem& ns;
  security::Groups& groups;
  Reconfiguration& reconfiguration;
  // Reads hadoop.proxyuser.* again.
  std::function<Task<Result<void>>()> refresh_proxy_users;
};

// GetUserMappings, HAService, Reconfiguration, and those that have something read again: RefreshUserMappings, RefreshAuthorizationPolicy,
// RefreshCallQueue, GenericRefresh.
std::vector<rpc::Protocol> side_protocols(SideServices& services);

}  // namespace tusker::namenode
