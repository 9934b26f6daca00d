#include "resourcemanager/ops/resource_tracker.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "common/log/log.h"

namespace tusker::resourcemanager {
namespace {

constexpr int32_t next_response_id(int32_t id) { return static_cast<int32_t>((static_cast<uint32_t>(id) + 1) & 0x7fffffff); }

// Takes note of one container of a node. One that nobody knows any more, or that is over for us, is to be killed there; its end is to be
// forgotten there.
void on_report(Cluster& cluster, Node& node, const ContainerReport& report, Now now) {
  auto found = cluster.containers.find(report.id);
  if (found == cluster.containers.end() || found->second.node != node.id) {
    (report.complete ? node.containers_to_remove : node.containers_to_clean).push_back(report.id);
    // Started there after its application had ended, which the node hasn't heard of.
    const Application* application = cluster.find(report.id.attempt.application);
    if (application == nullptr || is_final(application->state)) node.applications_to_clean.push_back(report.id.attempt.application);
    return;
  }
  if (!report.complete) {
    found->second.state = ContainerState::kRunning;
    return;
  }
  Attempt* attempt = cluster.find_live(report.id.attempt);
  bool of_master = attempt != nullptr && attempt->master == report.id;
  // A master's end, or one that nobody waits for, may be forgotten at once; others when their ApplicationMaster has heard of it.
  if (attempt == nullptr || of_master) node.containers_to_remove.push_back(report.id);
  cluster.complete(report.id, report.exit_status, report.diagnostics, now);
}

// A node that was here before, with its applications: what it doesn't report any more is lost.
void reconcile(Cluster& cluster, Node& node, const std::vector<ContainerReport>& reports, Now now) {
  std::vector<yarn::ContainerId> missing;
  for (const yarn::ContainerId& id : node.containers) {
    bool reported = std::ranges::any_of(reports, [&](const ContainerReport& report) { return report.id == id; });
    // An allocated container may not have been started yet.
    if (!reported && cluster.containers.at(id).state == ContainerState::kRunning) missing.push_back(id);
  }
  for (const yarn::ContainerId& id : missing) {
    cluster.complete(id, yarn::exit_status::kAborted, "Container is not known to its node any more", now);
  }
}

}  // namespace

Result<void> register_node(Cluster& cluster, NodeRegistration registration, Now now) {
  const yarn::Resource minimum = cluster.scheduler.options().minimum;
  if (registration.capability.memory_mb < minimum.memory_mb || registration.capability.vcores < minimum.vcores) {
    return error(StatusCode::kYarn,
                 fmt::format("NodeManager from  {} doesn't satisfy minimum allocations, Sending SHUTDOWN signal to the NodeManager. "
                             "Node capabilities are {}; minimums are {}mb and {} vcores",
                             registration.id.host, registration.capability.to_string(), minimum.memory_mb, minimum.vcores));
  }
  if (auto known = cluster.nodes.find(registration.id); known != cluster.nodes.end()) {
    if (registration.applications.empty() || known->second.capability != registration.capability) {
      cluster.lose_node(registration.id, NodeState::kRebooted, now);
    } else {
      known->second.response_id = 0;
      known->second.last_heartbeat_mono_ms = now.mono_ms;
      reconcile(cluster, known->second, registration.containers, now);
    }
  }
  if (!cluster.nodes.contains(registration.id)) {
    cluster.inactive_nodes.erase(registration.id);
    Node node{.id = registration.id,
              .http_port = registration.http_port,
              .ip = registration.ip,
              .rack = registration.rack,
              .version = registration.version,
              .capability = registration.capability,
              .last_health_ms = now.wall_ms,
              .last_heartbeat_mono_ms = now.mono_ms};
    cluster.scheduler.add_node(node.id, node.rack, node.capability);
    cluster.nodes.emplace(node.id, std::move(node));
    LOG_INFO("registered node={} rack={} capability={} version={}", registration.id.to_string(), registration.rack,
             registration.capability.to_string(), registration.version);
    cluster.announce(registration.id);
  }
  Node& node = cluster.nodes.at(registration.id);
  cluster.scheduler.heard(node.id, now.mono_ms);
  for (const ContainerReport& report : registration.containers) on_report(cluster, node, report, now);
  for (const yarn::ApplicationId& id : registration.applications) {
    const Application* application = cluster.find(id);
    if (application == nullptr || is_final(application->state)) node.applications_to_clean.push_back(id);
  }
  cluster.schedule(now);
  return {};
}

NodeOrders node_heartbeat(Cluster& cluster, NodeHeartbeat heartbeat, Now now) {
  NodeOrders orders;
  auto found = cluster.nodes.find(heartbeat.id);
  if (found == cluster.nodes.end()) {
    orders.resync = true;
    orders.diagnostics = fmt::format("Node not found resyncing {}", heartbeat.id.to_string());
    return orders;
  }
  Node& node = found->second;
  node.last_heartbeat_mono_ms = now.mono_ms;
  cluster.scheduler.heard(node.id, now.mono_ms);
  orders.node = &node;
  if (next_response_id(heartbeat.response_id) == node.response_id && !node.last_response.empty()) {
    orders.repeated = true;
    return orders;
  }
  if (heartbeat.response_id != node.response_id) {
    orders.resync = true;
    orders.diagnostics = fmt::format("Too far behind rm response id:{} nm response id:{}", node.response_id, heartbeat.response_id);
    cluster.lose_node(heartbeat.id, NodeState::kRebooted, now);
    orders.node = nullptr;
    return orders;
  }
  orders.response_id = node.response_id = next_response_id(node.response_id);

  NodeState state = heartbeat.healthy ? NodeState::kRunning : NodeState::kUnhealthy;
  node.health_report = std::move(heartbeat.health_report);
  node.last_health_ms = heartbeat.health_ms;
  if (state != node.state) {
    LOG_WARN("node {} is {}: {}", node.id.to_string(), name_of(state), node.health_report);
    node.state = state;
    cluster.scheduler.set_usable(node.id, heartbeat.healthy);
    cluster.announce(node.id);
  }
  for (const ContainerReport& report : heartbeat.containers) on_report(cluster, node, report, now);
  cluster.offer(node.id, now);
  cluster.schedule(now);

  orders.containers_to_clean = std::exchange(node.containers_to_clean, {});
  orders.applications_to_clean = std::exchange(node.applications_to_clean, {});
  orders.containers_to_remove = std::exchange(node.containers_to_remove, {});
  return orders;
}

void unregister_node(Cluster& cluster, const yarn::NodeId& id, Now now) { cluster.lose_node(id, NodeState::kShutdown, now); }

}  // namespace tusker::resourcemanager
