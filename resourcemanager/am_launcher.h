#pragma once

#include "common/async/task_group.h"
#include "common/rpc/client.h"
#include "resourcemanager/ops/core.h"
#include "resourcemanager/ops/token_secrets.h"

namespace tusker::resourcemanager {

// Starts and stops ApplicationMasters on their nodes (ApplicationMasterLauncher, AMLauncher): the one place from which the ResourceManager
// calls NodeManagers. To a node it looks like an ApplicationMaster: it authenticates with an NM token of the attempt. Owned by the server;
// deliver() from any thread; stop() before it dies.
class AmLauncher {
 public:
  AmLauncher(Core& core, TokenSecrets& secrets, ClusterOptions options);

  // Takes the core's orders. Doesn't block. A launch that fails fails its attempt; a stop that fails is left to the node's next heartbeat.
  void deliver(Outbox outbox);
  Task<void> stop();

 private:
  Task<void> launch(LaunchOrder order);
  Task<Result<void>> start_container(LaunchOrder order);
  Task<void> stop_container(StopOrder order);
  // The client's launch context with what every master gets besides: its AMRM token and two variables.
  Result<std::string> launch_context(const LaunchOrder& order);

  Core& core_;
  TokenSecrets& secrets_;
  const ClusterOptions options_;
  rpc::Client client_;
  TaskGroup tasks_;
};

}  // namespace tusker::resourcemanager
