#pragma once

#include <cstdint>
#include <string>

#include "common/base/yarn_ids.h"

namespace tusker::resourcemanager {

// RMContainerState, without the states of reservations.
enum class ContainerState : uint8_t {
  kAllocated,  // chosen by the scheduler; its ApplicationMaster doesn't know yet
  kAcquired,   // handed over, with its token
  kRunning,    // reported by its node
  kCompleted,
};

// Requests of one attempt that may be satisfied for each other: the same priority and allocation request id (SchedulerRequestKey).
struct RequestKey {
  int32_t priority = 0;  // smaller is served first
  int64_t allocation_request_id = -1;
  friend auto operator<=>(const RequestKey&, const RequestKey&) = default;
};

// A slice of a node given to an attempt (RMContainer). Times are ms since 1970, except where monotonic.
struct Container {
  yarn::ContainerId id;
  yarn::NodeId node;
  yarn::Resource resource;
  RequestKey key;
  ContainerState state = ContainerState::kAllocated;
  bool is_master = false;
  int64_t created_ms = 0;
  int64_t waiting_since_mono_ms = 0;  // of kAllocated and kAcquired: when the wait for its start began
};

// How a container ended, as its ApplicationMaster is told.
struct CompletedContainer {
  yarn::ContainerId id;
  int32_t exit_status = yarn::exit_status::kInvalid;
  std::string diagnostics;
  yarn::Resource resource;
  yarn::NodeId node;
};

}  // namespace tusker::resourcemanager
