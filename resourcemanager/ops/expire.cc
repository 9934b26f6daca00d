#include "resourcemanager/ops/expire.h"

#include <fmt/format.h>

namespace tusker::resourcemanager {

void expire_nodes(Cluster& cluster, Now now) {
  std::vector<yarn::NodeId> expired;
  for (const auto& [id, node] : cluster.nodes) {
    if (now.mono_ms - node.last_heartbeat_mono_ms > cluster.options.nm_expiry_ms) expired.push_back(id);
  }
  for (const yarn::NodeId& id : expired) cluster.lose_node(id, NodeState::kLost, now);
}

void expire_masters(Cluster& cluster, Now now) {
  std::vector<yarn::ApplicationId> expired;
  for (auto& [id, application] : cluster.applications) {
    Attempt* attempt = application.current();
    if (attempt == nullptr || is_final(attempt->state) || attempt->state == AttemptState::kScheduled) continue;
    if (now.mono_ms - attempt->last_ping_mono_ms > cluster.options.am_expiry_ms) expired.push_back(id);
  }
  for (const yarn::ApplicationId& id : expired) {
    Application& application = *cluster.find(id);
    Attempt& attempt = *application.current();
    if (attempt.state == AttemptState::kFinishing) {
      cluster.end_attempt(application, attempt, AttemptState::kFinished, attempt.diagnostics, now);
      cluster.end_application(application, AppState::kFinished, attempt.final_status, attempt.diagnostics, now);
    } else {
      cluster.fail_attempt(application, attempt, fmt::format("ApplicationMaster for attempt {} timed out", attempt.id.to_string()), now);
    }
  }
  if (!expired.empty()) cluster.schedule(now);
}

void expire_containers(Cluster& cluster, Now now) {
  std::vector<yarn::ContainerId> expired;
  for (const auto& [id, container] : cluster.containers) {
    bool waits = container.state == ContainerState::kAcquired && !container.is_master;
    if (waits && now.mono_ms - container.waiting_since_mono_ms > cluster.options.container_allocation_expiry_ms) expired.push_back(id);
  }
  for (const yarn::ContainerId& id : expired) {
    cluster.order_cleanup(cluster.containers.at(id));
    cluster.complete(id, yarn::exit_status::kAborted, "Container expired since it was unused", now);
  }
  if (!expired.empty()) cluster.schedule(now);
}

}  // namespace tusker::resourcemanager
