#pragma once

#include "resourcemanager/ops/cluster.h"

namespace tusker::resourcemanager {

// One turn each of the liveness monitors: what has given no sign of life for its interval is given up.
void expire_nodes(Cluster& cluster, Now now);       // NMLivelinessMonitor
void expire_masters(Cluster& cluster, Now now);     // AMLivelinessMonitor
void expire_containers(Cluster& cluster, Now now);  // ContainerAllocationExpirer: handed out and never started

}  // namespace tusker::resourcemanager
