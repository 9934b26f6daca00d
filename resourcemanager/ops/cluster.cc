#include "resourcemanager/ops/cluster.h"

#include <fmt/format.h>

#include <algorithm>

#include "common/log/log.h"

namespace tusker::resourcemanager {

using namespace yarn::exit_status;

namespace {
constexpr int64_t kLaunchesLostMax = 10;
}

Application* Cluster::find(const yarn::ApplicationId& id) {
  auto application = applications.find(id);
  return application == applications.end() ? nullptr : &application->second;
}

Result<Application*> Cluster::get(const yarn::ApplicationId& id) {
  if (Application* application = find(id)) return application;
  return error(
      StatusCode::kApplicationNotFound,
      fmt::format("Application with id '{}' doesn't exist in RM. Please check that the job submission was successful.", id.to_string()));
}

Attempt* Cluster::find_live(const yarn::ApplicationAttemptId& id) {
  Application* application = find(id.application);
  if (application == nullptr || application->current() == nullptr || application->current()->id != id) return nullptr;
  return is_final(application->current()->state) ? nullptr : application->current();
}

const Node* Cluster::find_node(const yarn::NodeId& id) const {
  auto node = nodes.find(id);
  return node == nodes.end() ? nullptr : &node->second;
}

void Cluster::schedule(Now now) { place(scheduler.schedule(now.mono_ms), now); }

void Cluster::offer(const yarn::NodeId& node, Now now) { place(scheduler.offer(node, now.mono_ms), now); }

// Makes the containers of what the scheduler has placed. A master's is launched at once, others wait for their ApplicationMaster's call.
void Cluster::place(const std::vector<Allocation>& allocations, Now now) {
  for (const Allocation& allocation : allocations) {
    Application& application = *find(allocation.attempt.application);
    Attempt& attempt = *application.current();
    Node& node = nodes.at(allocation.node);
    Container container{.id = {allocation.attempt, ++attempt.containers_made},
                        .node = allocation.node,
                        .resource = allocation.resource,
                        .key = allocation.key,
                        .created_ms = now.wall_ms,
                        .waiting_since_mono_ms = now.mono_ms};
    container.is_master = !attempt.master;
    node.containers.insert(container.id);
    node.used += container.resource;
    node.applications.insert(allocation.attempt.application);
    application.nodes.insert(node.id);
    attempt.containers.insert(container.id);
    ++allocated_total;
    ++allocated_by_locality[allocation.level];
    if (container.is_master) {
      container.state = ContainerState::kAcquired;
      attempt.master = container.id;
      attempt.master_node = node.id;
      attempt.master_http_address = node.http_address();
      attempt.state = AttemptState::kAllocated;
      attempt.last_ping_mono_ms = now.mono_ms;
      application.diagnostics = "AM container is launched, waiting for AM container to Register with RM";
      outbox.launches.push_back({attempt.id, container, node.token_service(), application.submission, application.submit_ms});
    } else {
      attempt.newly_allocated.push_back(container.id);
    }
    LOG_DEBUG("allocated container={} node={} resource={}", container.id.to_string(), node.id.to_string(), container.resource.to_string());
    containers.emplace(container.id, std::move(container));
  }
}

void Cluster::charge(Application& application, const Container& container, Now now) {
  int64_t lived_ms = std::max<int64_t>(0, now.wall_ms - container.created_ms);
  application.memory_mb_ms += container.resource.memory_mb * lived_ms;
  application.vcore_ms += container.resource.vcores * lived_ms;
}

void Cluster::complete(const yarn::ContainerId& id, int32_t exit_status, std::string diagnostics, Now now) {
  auto found = containers.find(id);
  if (found == containers.end()) return;
  Container container = std::move(found->second);
  containers.erase(found);
  scheduler.release(container.node, id.attempt, container.resource);
  if (auto node = nodes.find(container.node); node != nodes.end()) {
    node->second.containers.erase(id);
    node->second.used -= container.resource;
  }
  Application* application = find(id.attempt.application);
  if (application == nullptr) return;
  charge(*application, container, now);
  Attempt* attempt = application->find(id.attempt);
  if (attempt == nullptr) return;
  attempt->containers.erase(id);
  if (attempt->master == id) {
    // Of an attempt that was given up before, what ended it counts, not the kill that followed.
    if (!is_final(attempt->state)) attempt->exit_status = exit_status;
    if (attempt->state == AttemptState::kFinishing) {
      end_attempt(*application, *attempt, AttemptState::kFinished, attempt->diagnostics, now);
      end_application(*application, AppState::kFinished, attempt->final_status, attempt->diagnostics, now);
    } else if (!is_final(attempt->state)) {
      fail_attempt(
          *application, *attempt,
          fmt::format(
              "AM Container for {} exited with  exitCode: {}\nFailing this attempt.Diagnostics: {}For more detailed output, check the "
              "application tracking page: http://{}/cluster/app/{} Then click on links to logs of each attempt.\n",
              attempt->id.to_string(), exit_status, diagnostics, options.web_address, application->submission.id.to_string()),
          now);
    }
    return;
  }
  if (is_final(attempt->state)) return;
  std::erase(attempt->newly_allocated, id);
  attempt->completed.push_back({id, exit_status, std::move(diagnostics), container.resource, container.node});
}

void Cluster::order_cleanup(const Container& container) {
  auto node = nodes.find(container.node);
  if (node != nodes.end()) node->second.containers_to_clean.push_back(container.id);
}

void Cluster::start_attempt(Application& application, Now now) {
  const Submission& submission = application.submission;
  yarn::ApplicationAttemptId id{submission.id, static_cast<int32_t>(application.attempts.size()) + 1};
  application.attempts.push_back({.id = id, .start_ms = now.wall_ms, .last_ping_mono_ms = now.mono_ms});
  application.state = AppState::kAccepted;
  scheduler.add_attempt(id, submission.priority, submission.master_resource);
  std::vector<ResourceRequest> requests;
  for (const std::string& name : submission.master_names) requests.push_back({{0, -1}, name, submission.master_resource, 1, true});
  requests.push_back({{0, -1}, "*", submission.master_resource, 1, submission.master_relax});
  scheduler.requests_of(id).update(requests);
  const auto& unreachable = application.unreachable_hosts;
  if (std::ranges::any_of(nodes, [&](const auto& node) { return !unreachable.contains(node.first.host); })) {
    scheduler.requests_of(id).update_blacklist({unreachable.begin(), unreachable.end()}, {});
  }
  outbox.attempts_started.push_back(id);
  application.diagnostics = scheduler.activated(id)
                                ? "Application is added to the scheduler and is not yet activated. Skipping AM assignment as cluster "
                                  "resource is empty or in use"
                                : "Application is added to the scheduler and is not yet activated. Queue's AM resource limit exceeded. ";
  schedule(now);
}

void Cluster::end_attempt(Application& application, Attempt& attempt, AttemptState state, std::string diagnostics, Now now) {
  attempt.state = state;
  attempt.finish_ms = now.wall_ms;
  attempt.diagnostics = std::move(diagnostics);
  outbox.attempts_ended.push_back(attempt.id);
  // The master is stopped at once; the others by their nodes' next heartbeat, which also ends the application there.
  auto live = attempt.containers;
  for (const yarn::ContainerId& id : live) {
    const Container container = containers.at(id);
    if (const Node* node = find_node(container.node)) {
      order_cleanup(container);
      if (attempt.master == id) {
        outbox.stops.push_back({attempt.id, application.submission.user, id, container.node, node->token_service()});
      }
    }
    complete(id, kKilledByResourceManager, "Container killed by the ResourceManager.", now);
  }
  attempt.newly_allocated.clear();
  attempt.completed.clear();
  attempt.completed_sent.clear();
  scheduler.remove_attempt(attempt.id);
}

void Cluster::lose_launch(Application& application, Attempt& attempt, std::string diagnostics, Now now) {
  application.unreachable_hosts.insert(attempt.master_node.host);
  const auto lost = std::ranges::count_if(application.attempts, [](const Attempt& a) { return a.exit_status == kAborted; });
  if (lost < kLaunchesLostMax) attempt.exit_status = kAborted;
  fail_attempt(application, attempt, std::move(diagnostics), now);
}

void Cluster::fail_attempt(Application& application, Attempt& attempt, std::string diagnostics, Now now) {
  end_attempt(application, attempt, AttemptState::kFailed, diagnostics, now);
  int32_t failures = application.failures(now.wall_ms);
  const Submission& submission = application.submission;
  const bool own_fault = counts_as_failure(attempt.exit_status);
  if (!submission.unmanaged && (submission.max_attempts > 1 || !own_fault) && failures < submission.max_attempts) {
    start_attempt(application, now);
    return;
  }
  std::string limits = submission.max_attempts < options.am_attempts_max
                           ? fmt::format(" (global limit ={}; local limit is ={})", options.am_attempts_max, submission.max_attempts)
                           : "";
  end_application(application, AppState::kFailed, FinalStatus::kFailed,
                  fmt::format("Application {} failed {} times{} due to {}. Failing the application.", submission.id.to_string(), failures,
                              limits, diagnostics),
                  now);
}

void Cluster::end_application(Application& application, AppState state, FinalStatus status, std::string diagnostics, Now now) {
  application.state = state;
  application.final_status = status;
  application.diagnostics = std::move(diagnostics);
  if (application.finish_ms == 0) application.finish_ms = now.wall_ms;
  for (const yarn::NodeId& id : application.nodes) {
    if (auto node = nodes.find(id); node != nodes.end()) node->second.applications_to_clean.push_back(application.submission.id);
  }
  LOG_INFO("application ended id={} state={} final={}", application.submission.id.to_string(), name_of(state), name_of(status));
  forget_old_applications();
}

void Cluster::forget_old_applications() {
  auto ended = std::ranges::count_if(applications, [](const auto& entry) { return is_final(entry.second.state); });
  for (auto it = applications.begin(); it != applications.end() && ended > options.completed_applications_max;) {
    if (is_final(it->second.state)) {
      it = applications.erase(it);
      --ended;
    } else {
      ++it;
    }
  }
}

void Cluster::lose_node(const yarn::NodeId& id, NodeState state, Now now) {
  auto found = nodes.find(id);
  if (found == nodes.end()) return;
  LOG_WARN("node {} is {}", id.to_string(), name_of(state));
  auto lost = found->second.containers;
  scheduler.remove_node(id);
  Node node = std::move(found->second);
  nodes.erase(found);
  node.state = state;
  node.containers.clear();
  node.used = {};
  inactive_nodes.insert_or_assign(id, std::move(node));
  for (const yarn::ContainerId& container : lost) complete(container, kAborted, "Container released on a *lost* node", now);
  announce(id);
  schedule(now);
}

void Cluster::announce(const yarn::NodeId& node) {
  for (auto& [id, application] : applications) {
    Attempt* attempt = application.current();
    if (attempt != nullptr && attempt->state == AttemptState::kRunning) attempt->updated_nodes.push_back(node);
  }
}

}  // namespace tusker::resourcemanager
