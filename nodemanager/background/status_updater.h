#pragma once

#include <functional>
#include <string>

#include "common/async/task_group.h"
#include "common/rpc/client.h"
#include "nodemanager/ops/containers.h"
#include "nodemanager/ops/token_secrets.h"
#include "yarn/yarn_server_common_service_protos.pb.h"

namespace tusker::nodemanager {

// How this node is, as it tells the ResourceManager.
struct NodeHealth {
  bool healthy = true;
  std::string report;
  int64_t checked_ms = 0;
};

// Speaks with the ResourceManager (NodeStatusUpdaterImpl): registers, sends heartbeats at the interval that the ResourceManager sets and at
// once when a container started or ended, carries out what it is ordered, registers again when asked or when the ResourceManager is new.
// Tries for ever to reach one. Runs on the core's strand. Owned by the server; stop() before it dies.
class StatusUpdater {
 public:
  struct Options {
    Endpoint resource_manager;
    security::User user;
    yarn::NodeId node;
    int32_t http_port = 0;
    yarn::Resource capability;
    Duration retry_interval = std::chrono::milliseconds(250);
  };
  // `on_shutdown` is called when the ResourceManager tells this node to shut down.
  StatusUpdater(Env& env, Executor core, Options options, Containers& containers, TokenSecrets& secrets, std::function<NodeHealth()> health,
                std::function<void(std::string)> on_shutdown);

  void start();
  // Says good-bye to the ResourceManager, which takes the node out at once.
  Task<void> unregister();
  Task<void> stop();
  bool registered() const { return registered_; }

 private:
  Task<void> run();
  Task<bool> register_node();
  Task<bool> heartbeat();
  void obey(const hadoop::yarn::NodeHeartbeatResponseProto& orders);
  hadoop::yarn::RegisterNodeManagerRequestProto registration() const;
  hadoop::yarn::NodeHeartbeatRequestProto heartbeat_request() const;

  Env& env_;
  Executor core_;
  const Options options_;
  Containers& containers_;
  TokenSecrets& secrets_;
  std::function<NodeHealth()> health_;
  std::function<void(std::string)> on_shutdown_;
  rpc::Client client_;
  rpc::Target target_;
  bool registered_ = false;
  bool told_to_shut_down_ = false;
  int32_t response_id_ = 0;
  bool missed_ = false;  // the last heartbeat wasn't answered
  Duration interval_ = std::chrono::seconds(1);
  TaskGroup tasks_;
};

}  // namespace tusker::nodemanager
