#pragma once

#include <cstdint>

#include "resourcemanager/ops/cluster.h"

namespace tusker::resourcemanager {

// Figures of the cluster at one moment, for /jmx and /ws/v1/cluster/metrics (ClusterMetrics, QueueMetrics).
struct MetricsSnapshot {
  int64_t active_nodes = 0;
  int64_t unhealthy_nodes = 0;
  int64_t lost_nodes = 0;
  int64_t rebooted_nodes = 0;
  int64_t shutdown_nodes = 0;

  int64_t apps_submitted = 0;
  int64_t apps_pending = 0;
  int64_t apps_running = 0;
  int64_t apps_completed = 0;
  int64_t apps_failed = 0;
  int64_t apps_killed = 0;

  int64_t containers_allocated = 0;
  int64_t containers_pending = 0;
  int64_t containers_allocated_total = 0;
  int64_t node_local_total = 0;
  int64_t rack_local_total = 0;
  int64_t off_switch_total = 0;
  yarn::Resource total;
  yarn::Resource used;
  yarn::Resource pending;
};

// Walks nodes and applications.
MetricsSnapshot measure(const Cluster& cluster);

}  // namespace tusker::resourcemanager
