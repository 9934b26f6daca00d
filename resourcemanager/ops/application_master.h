#pragma once

#include <optional>
#include <string>
#include <vector>

#include "resourcemanager/ops/cluster.h"

// ApplicationMasterProtocol's operations (ApplicationMasterService). `id` is what the caller's token says.

namespace tusker::resourcemanager {

// Notes where the master is; the attempt and its application are RUNNING from now on. kInvalidApplicationMasterRequest for an unknown
// attempt or a second registration.
Result<const Application*> register_master(Cluster& cluster, const yarn::ApplicationAttemptId& id, std::string host, int32_t rpc_port,
                                           std::string tracking_url, Now now);

struct AllocateCall {
  int32_t response_id = 0;
  std::vector<ResourceRequest> asks;
  std::vector<yarn::ContainerId> releases;
  std::vector<std::string> blacklist_additions;
  std::vector<std::string> blacklist_removals;
  float progress = 0;
  std::optional<std::string> tracking_url;
};

struct AllocateAnswer {
  bool repeated = false;  // the call was a repetition: Attempt::last_response is the answer
  Attempt* attempt = nullptr;
  int32_t response_id = 0;
  std::vector<Container> allocated;
  std::vector<CompletedContainer> completed;
  std::vector<yarn::NodeId> updated_nodes;
  yarn::Resource headroom;
  int32_t nodes = 0;
  int32_t priority = 0;
};

// The master's heartbeat. Errors: kApplicationAttemptNotFound (ended or superseded), kApplicationMasterNotRegistered,
// kInvalidApplicationMasterRequest for a wrong response_id, kInvalidResourceRequest, kInvalidContainerRelease; an error changes nothing but
// the time of the last sign of life.
Result<AllocateAnswer> allocate(Cluster& cluster, const yarn::ApplicationAttemptId& id, AllocateCall call, Now now);

// The master is done; its container may go on for a while. kApplicationMasterNotRegistered before registration.
Result<void> finish_master(Cluster& cluster, const yarn::ApplicationAttemptId& id, FinalStatus status, std::string diagnostics,
                           std::string tracking_url, Now now);

}  // namespace tusker::resourcemanager
