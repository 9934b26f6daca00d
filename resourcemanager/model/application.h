#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "common/base/yarn_ids.h"
#include "resourcemanager/model/container.h"

namespace tusker::resourcemanager {

// RMAppState as clients see it (YarnApplicationState), with FINISHING: unregistered, its master not gone yet.
enum class AppState : uint8_t { kSubmitted, kAccepted, kRunning, kFinishing, kFinished, kFailed, kKilled };
enum class FinalStatus : uint8_t { kUndefined, kSucceeded, kFailed, kKilled, kEnded };
// RMAppAttemptState, without the states that wait for a store.
enum class AttemptState : uint8_t { kScheduled, kAllocated, kLaunched, kRunning, kFinishing, kFinished, kFailed, kKilled };

std::string_view name_of(AppState state);  // YarnApplicationState's name: FINISHING reads as FINISHED
std::string_view name_of(FinalStatus status);
std::string_view name_of(AttemptState state);
constexpr bool is_final(AppState state) { return state >= AppState::kFinished; }
constexpr bool is_final(AttemptState state) { return state >= AttemptState::kFinished; }

// One run of an application's master (RMAppAttempt).
struct Attempt {
  yarn::ApplicationAttemptId id;
  AttemptState state = AttemptState::kScheduled;
  std::optional<yarn::ContainerId> master;
  yarn::NodeId master_node;
  std::string master_http_address;
  int64_t start_ms = 0;
  int64_t finish_ms = 0;
  int64_t last_ping_mono_ms = 0;
  int32_t exit_status = yarn::exit_status::kInvalid;  // of the master's container, once it ended
  std::string diagnostics;

  // What the master told at registration and since.
  std::string host = "N/A";
  int32_t rpc_port = -1;
  std::string tracking_url;
  float progress = 0;
  FinalStatus final_status = FinalStatus::kUndefined;

  // The exchange of allocate: -1 before registration, then the id of the last answer, which is kept for a repeated call.
  int32_t response_id = -1;
  std::string last_response;

  int64_t containers_made = 0;             // the number of the last one
  std::set<yarn::ContainerId> containers;  // live ones, the master's among them
  // What the next answer to allocate brings, and what the last one brought: that is known to have come only when the next call is there.
  std::vector<yarn::ContainerId> newly_allocated;
  std::vector<CompletedContainer> completed;
  std::vector<std::pair<yarn::NodeId, yarn::ContainerId>> completed_sent;
  std::vector<yarn::NodeId> updated_nodes;

  bool registered() const { return response_id >= 0; }
};

// What a client submitted, checked.
struct Submission {
  yarn::ApplicationId id;
  std::string user;
  std::string name;
  std::string queue;
  std::string type;
  std::vector<std::string> tags;
  int32_t priority = 0;
  int32_t max_attempts = 1;
  bool unmanaged = false;
  yarn::Resource master_resource;         // normalised
  std::vector<std::string> master_names;  // hosts and racks that were asked for besides "*"
  bool master_relax = true;               // relax_locality of "*"
  int64_t attempt_failures_validity_ms = -1;
  std::string launch_context;           // ContainerLaunchContextProto, as it came
  std::string log_aggregation_context;  // LogAggregationContextProto, or ""
};

// An application from its submission to its end (RMApp).
struct Application {
  Submission submission;
  AppState state = AppState::kSubmitted;
  FinalStatus final_status = FinalStatus::kUndefined;
  std::string diagnostics;
  int64_t submit_ms = 0;
  int64_t launch_ms = 0;
  int64_t finish_ms = 0;
  std::deque<Attempt> attempts;
  std::set<yarn::NodeId> nodes;             // where it had containers
  std::set<std::string> unreachable_hosts;  // where a master couldn't be started

  // Of containers that have ended, in ms; those that live are added when asked.
  int64_t memory_mb_ms = 0;
  int64_t vcore_ms = 0;

  Attempt* current() { return attempts.empty() ? nullptr : &attempts.back(); }
  const Attempt* current() const { return attempts.empty() ? nullptr : &attempts.back(); }
  Attempt* find(const yarn::ApplicationAttemptId& id) {
    for (Attempt& attempt : attempts) {
      if (attempt.id == id) return &attempt;
    }
    return nullptr;
  }
  // Attempts that count against max_attempts at `now_ms`: failed by their own fault, within the validity interval.
  int32_t failures(int64_t now_ms) const;
};

// An exit of a master that isn't the application's fault: preempted, lost with its node, disks failed, killed by the ResourceManager.
bool counts_as_failure(int32_t exit_status);

}  // namespace tusker::resourcemanager
