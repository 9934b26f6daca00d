#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "common/base/yarn_ids.h"

namespace tusker::resourcemanager {

// NodeState.
enum class NodeState : uint8_t { kRunning, kUnhealthy, kLost, kRebooted, kShutdown };
std::string_view name_of(NodeState state);

// A NodeManager as the ResourceManager sees it (RMNode). Orders wait here until its next heartbeat fetches them.
struct Node {
  yarn::NodeId id;
  int32_t http_port = 0;
  std::string ip;  // numeric, for the service of its tokens
  std::string rack;
  std::string version;
  yarn::Resource capability;
  NodeState state = NodeState::kRunning;
  std::string health_report;
  int64_t last_health_ms = 0;
  int64_t last_heartbeat_mono_ms = 0;
  int32_t response_id = 0;
  std::string last_response;  // the answer to the last heartbeat, for its repetition

  std::set<yarn::ContainerId> containers;  // live ones
  yarn::Resource used;

  std::vector<yarn::ContainerId> containers_to_clean;      // to be killed
  std::vector<yarn::ApplicationId> applications_to_clean;  // finished
  std::vector<yarn::ContainerId> containers_to_remove;     // whose end the ApplicationMaster has taken note of
  std::set<yarn::ApplicationId> applications;              // that had containers here

  std::string http_address() const { return id.host + ":" + std::to_string(http_port); }
  std::string token_service() const { return ip + ":" + std::to_string(id.port); }
};

}  // namespace tusker::resourcemanager
