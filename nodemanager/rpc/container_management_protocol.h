#pragma once

#include "common/env/env.h"
#include "common/rpc/method_table.h"
#include "nodemanager/ops/containers.h"
#include "nodemanager/ops/token_secrets.h"

namespace tusker::nodemanager {

// What handlers need. Owned by the server; outlives the RPC server.
struct Services {
  Env& env;
  Executor core;
  Containers& containers;
  TokenSecrets& secrets;
};

// ContainerManagementProtocol's table (ContainerManagerImpl). Callers are known by their NM tokens.
rpc::Protocol container_management_protocol(Services& services);

}  // namespace tusker::nodemanager
