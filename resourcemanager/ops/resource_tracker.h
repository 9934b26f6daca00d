#pragma once

#include <string>
#include <vector>

#include "resourcemanager/ops/cluster.h"

// ResourceTracker's operations (ResourceTrackerService, RMNodeImpl).

namespace tusker::resourcemanager {

// A container as its node reports it.
struct ContainerReport {
  yarn::ContainerId id;
  bool complete = false;
  int32_t exit_status = 0;
  std::string diagnostics;
};

struct NodeRegistration {
  yarn::NodeId id;
  int32_t http_port = 0;
  std::string ip;
  std::string rack;
  std::string version;
  yarn::Resource capability;
  std::vector<ContainerReport> containers;
  std::vector<yarn::ApplicationId> applications;
};

// Takes a node in, or again. One that comes back without applications has started anew: what it ran before is lost. kYarn with the
// text for its operator when it is refused (it must then shut down).
Result<void> register_node(Cluster& cluster, NodeRegistration registration, Now now);

struct NodeHeartbeat {
  yarn::NodeId id;
  int32_t response_id = 0;
  std::vector<ContainerReport> containers;
  bool healthy = true;
  std::string health_report;
  int64_t health_ms = 0;
};

struct NodeOrders {
  bool resync = false;  // register again: this ResourceManager doesn't know it, or lost count
  std::string diagnostics;
  bool repeated = false;  // Node::last_response is the answer
  Node* node = nullptr;
  int32_t response_id = 0;
  std::vector<yarn::ContainerId> containers_to_clean;
  std::vector<yarn::ApplicationId> applications_to_clean;
  std::vector<yarn::ContainerId> containers_to_remove;
};

// Notes what has started and ended on the node, offers it to the scheduler, and gives it its orders.
NodeOrders node_heartbeat(Cluster& cluster, NodeHeartbeat heartbeat, Now now);

// A clean stop: the node is SHUTDOWN at once.
void unregister_node(Cluster& cluster, const yarn::NodeId& id, Now now);

}  // namespace tusker::resourcemanager
