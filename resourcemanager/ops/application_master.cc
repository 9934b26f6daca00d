#include "resourcemanager/ops/application_master.h"

#include <fmt/format.h>

#include <cmath>

#include "common/log/log.h"
#include "resourcemanager/ops/submit_application.h"

namespace tusker::resourcemanager {
namespace {

constexpr int32_t next_response_id(int32_t id) { return static_cast<int32_t>((static_cast<uint32_t>(id) + 1) & 0x7fffffff); }

float clamp_progress(float progress) {
  if (std::isnan(progress) || progress < 0) return 0;
  return std::min(progress, 1.0F);
}

// What was sent with the last answer has arrived: its nodes may forget those containers.
void acknowledge(Cluster& cluster, Attempt& attempt) {
  for (auto& [node_id, container] : attempt.completed_sent) {
    if (auto node = cluster.nodes.find(node_id); node != cluster.nodes.end()) node->second.containers_to_remove.push_back(container);
  }
  attempt.completed_sent.clear();
}

Result<void> check_call(const Cluster& cluster, const Attempt& attempt, const AllocateCall& call) {
  for (const ResourceRequest& ask : call.asks) TRY_VOID(check_resource(cluster, ask.capability));
  for (const std::string& name : call.blacklist_additions) {
    if (name != "*") continue;
    return error(Status(StatusCode::kInvalidRequest, "Cannot add * to the blacklist!")
                     .with_remote_class("org.apache.hadoop.yarn.exceptions.InvalidResourceBlacklistRequestException"));
  }
  for (const yarn::ContainerId& id : call.releases) {
    if (id.attempt != attempt.id) {
      return error(StatusCode::kInvalidContainerRelease,
                   fmt::format("Cannot release container : {} not belonging to this application attempt : {}", id.to_string(),
                               attempt.id.to_string()));
    }
  }
  return {};
}

}  // namespace

Result<const Application*> register_master(Cluster& cluster, const yarn::ApplicationAttemptId& id, std::string host, int32_t rpc_port,
                                           std::string tracking_url, Now now) {
  Attempt* attempt = cluster.find_live(id);
  if (attempt == nullptr) {
    return error(StatusCode::kInvalidApplicationMasterRequest, fmt::format("Application doesn't exist in cache {}", id.to_string()));
  }
  attempt->last_ping_mono_ms = now.mono_ms;
  if (attempt->registered()) {
    return error(StatusCode::kInvalidApplicationMasterRequest,
                 fmt::format("Application Master is already registered : {}", id.application.to_string()));
  }
  // What kept its master from some hosts need not concern its containers.
  const auto& unreachable = cluster.find(id.application)->unreachable_hosts;
  cluster.scheduler.requests_of(id).update_blacklist({}, {unreachable.begin(), unreachable.end()});
  attempt->response_id = 0;
  attempt->state = AttemptState::kRunning;
  attempt->host = std::move(host);
  attempt->rpc_port = rpc_port;
  attempt->tracking_url = std::move(tracking_url);
  Application& application = *cluster.find(id.application);
  application.state = AppState::kRunning;
  application.diagnostics.clear();
  LOG_INFO("registered master attempt={} host={} port={}", id.to_string(), attempt->host, rpc_port);
  return &application;
}

Result<AllocateAnswer> allocate(Cluster& cluster, const yarn::ApplicationAttemptId& id, AllocateCall call, Now now) {
  Attempt* attempt = cluster.find_live(id);
  if (attempt == nullptr) {
    return error(StatusCode::kApplicationAttemptNotFound,
                 fmt::format("Application attempt {} doesn't exist in ApplicationMasterService cache.", id.to_string()));
  }
  attempt->last_ping_mono_ms = now.mono_ms;
  if (!attempt->registered()) {
    return error(
        StatusCode::kApplicationMasterNotRegistered,
        fmt::format(
            "AM is not registered for known application attempt: {} or RM had restarted after AM registered. AM should re-register.",
            id.to_string()));
  }
  // 1. A repetition of the last call gets the last answer again.
  if (next_response_id(call.response_id) == attempt->response_id) {
    AllocateAnswer answer;
    answer.repeated = true;
    answer.attempt = attempt;
    return answer;
  }
  if (call.response_id != attempt->response_id) {
    return error(StatusCode::kInvalidApplicationMasterRequest,
                 fmt::format("Invalid responseId in AllocateRequest from application attempt: {}, expect responseId to be {}, but get {}",
                             id.to_string(), attempt->response_id, call.response_id));
  }
  TRY_VOID(check_call(cluster, *attempt, call));
  acknowledge(cluster, *attempt);
  attempt->progress = clamp_progress(call.progress);
  if (call.tracking_url) attempt->tracking_url = *call.tracking_url;

  AllocateAnswer answer;
  answer.attempt = attempt;
  answer.response_id = attempt->response_id = next_response_id(attempt->response_id);
  if (attempt->state == AttemptState::kFinishing) return answer;

  // 2. Give back, ask, and serve at once.
  for (const yarn::ContainerId& released : call.releases) {
    // Its own container goes with its end.
    if (released == attempt->master) continue;
    if (auto container = cluster.containers.find(released); container != cluster.containers.end()) {
      cluster.order_cleanup(container->second);
      cluster.complete(released, yarn::exit_status::kAborted, "Container released by application", now);
    }
  }
  for (ResourceRequest& ask : call.asks) ask.capability = cluster.scheduler.normalise(ask.capability);
  AppRequests& requests = cluster.scheduler.requests_of(id);
  requests.update(call.asks);
  requests.update_blacklist(call.blacklist_additions, call.blacklist_removals);
  if (!requests.keys().empty() || !call.releases.empty()) cluster.schedule(now);

  // 3. Hand over what there is for this attempt.
  for (const yarn::ContainerId& allocated : attempt->newly_allocated) {
    Container& container = cluster.containers.at(allocated);
    container.state = ContainerState::kAcquired;
    container.waiting_since_mono_ms = now.mono_ms;
    answer.allocated.push_back(container);
  }
  attempt->newly_allocated.clear();
  for (CompletedContainer& completed : attempt->completed) {
    attempt->completed_sent.emplace_back(completed.node, completed.id);
    answer.completed.push_back(std::move(completed));
  }
  attempt->completed.clear();
  answer.updated_nodes = std::exchange(attempt->updated_nodes, {});
  answer.headroom = cluster.scheduler.headroom();
  answer.nodes = static_cast<int32_t>(cluster.nodes.size());
  answer.priority = cluster.find(id.application)->submission.priority;
  return answer;
}

Result<void> finish_master(Cluster& cluster, const yarn::ApplicationAttemptId& id, FinalStatus status, std::string diagnostics,
                           std::string tracking_url, Now now) {
  Attempt* attempt = cluster.find_live(id);
  if (attempt == nullptr) {
    // The application is over, and the master hears that it is, as often as it asks.
    Application* application = cluster.find(id.application);
    if (application != nullptr && is_final(application->state) && application->find(id) != nullptr) return {};
    return error(StatusCode::kApplicationAttemptNotFound,
                 fmt::format("Application attempt {} doesn't exist in ApplicationMasterService cache.", id.to_string()));
  }
  attempt->last_ping_mono_ms = now.mono_ms;
  if (!attempt->registered()) {
    return error(StatusCode::kApplicationMasterNotRegistered,
                 fmt::format("Application Master is trying to unregister before registering for: {}", id.application.to_string()));
  }
  if (attempt->state == AttemptState::kFinishing) return {};
  if (diagnostics.size() > static_cast<size_t>(cluster.options.diagnostics_bytes_max)) {
    diagnostics.erase(0, diagnostics.size() - static_cast<size_t>(cluster.options.diagnostics_bytes_max));
  }
  Application& application = *cluster.find(id.application);
  attempt->state = AttemptState::kFinishing;
  attempt->final_status = status;
  attempt->diagnostics = diagnostics;
  attempt->tracking_url = std::move(tracking_url);
  attempt->progress = 1;
  attempt->finish_ms = now.wall_ms;
  application.state = AppState::kFinishing;
  application.final_status = status;
  application.diagnostics = std::move(diagnostics);
  application.finish_ms = now.wall_ms;
  // Nothing more is placed for it.
  std::vector<ResourceRequest> none;
  for (const auto& [key, requests] : cluster.scheduler.requests_of(id).keys()) {
    for (const auto& [name, entry] : requests.by_name) none.push_back({key, name, {}, 0, true});
  }
  cluster.scheduler.requests_of(id).update(none);
  LOG_INFO("finished master attempt={} status={}", id.to_string(), name_of(status));
  return {};
}

}  // namespace tusker::resourcemanager
