#include "resourcemanager/ops/metrics.h"

namespace tusker::resourcemanager {
namespace {

void count_nodes(const Cluster& cluster, MetricsSnapshot& m) {
  for (const auto& [id, node] : cluster.nodes) ++(node.state == NodeState::kRunning ? m.active_nodes : m.unhealthy_nodes);
  for (const auto& [id, node] : cluster.inactive_nodes) {
    if (node.state == NodeState::kLost) ++m.lost_nodes;
    if (node.state == NodeState::kRebooted) ++m.rebooted_nodes;
    if (node.state == NodeState::kShutdown) ++m.shutdown_nodes;
  }
}

void count_applications(const Cluster& cluster, MetricsSnapshot& m) {
  m.apps_submitted = static_cast<int64_t>(cluster.applications.size());
  for (const auto& [id, application] : cluster.applications) {
    switch (application.state) {
      case AppState::kSubmitted:
      case AppState::kAccepted:
        ++m.apps_pending;
        break;
      case AppState::kRunning:
      case AppState::kFinishing:
        ++m.apps_running;
        break;
      case AppState::kFinished:
        ++m.apps_completed;
        break;
      case AppState::kFailed:
        ++m.apps_failed;
        break;
      case AppState::kKilled:
        ++m.apps_killed;
        break;
    }
  }
}

int64_t count_of(const Cluster& cluster, Locality level) {
  auto found = cluster.allocated_by_locality.find(level);
  return found == cluster.allocated_by_locality.end() ? 0 : found->second;
}

}  // namespace

MetricsSnapshot measure(const Cluster& cluster) {
  MetricsSnapshot m;
  count_nodes(cluster, m);
  count_applications(cluster, m);
  m.containers_allocated = static_cast<int64_t>(cluster.containers.size());
  m.containers_pending = cluster.scheduler.pending_count();
  m.containers_allocated_total = cluster.allocated_total;
  m.node_local_total = count_of(cluster, Locality::kNodeLocal);
  m.rack_local_total = count_of(cluster, Locality::kRackLocal);
  m.off_switch_total = count_of(cluster, Locality::kOffSwitch);
  m.total = cluster.scheduler.total();
  m.used = cluster.scheduler.used();
  m.pending = cluster.scheduler.pending();
  return m;
}

}  // namespace tusker::resourcemanager
