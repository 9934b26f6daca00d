#include "resourcemanager/ops/submit_application.h"

#include <fmt/format.h>

#include "common/log/log.h"

namespace tusker::resourcemanager {

yarn::ApplicationId new_application(Cluster& cluster) { return {cluster.options.start_ms, ++cluster.last_application}; }

Result<void> check_resource(const Cluster& cluster, const yarn::Resource& asked) {
  const yarn::Resource configured = cluster.scheduler.options().maximum;
  const yarn::Resource maximum = cluster.scheduler.maximum();
  bool memory_ok = asked.memory_mb >= 0 && asked.memory_mb <= maximum.memory_mb;
  bool vcores_ok = asked.vcores >= 0 && asked.vcores <= maximum.vcores;
  if (memory_ok && vcores_ok) return {};
  return error(
      StatusCode::kInvalidResourceRequest,
      fmt::format("Invalid resource request! Cannot allocate containers as requested resource is {} allowed allocation. "
                  "Requested resource type=[{}], Requested resource={}, maximum allowed allocation={}, please note that maximum allowed "
                  "allocation is calculated by scheduler based on maximum resource of registered NodeManagers, which might be less "
                  "than configured maximum allocation={}",
                  asked.memory_mb < 0 || asked.vcores < 0 ? "less than 0, which is less than minimum" : "greater than maximum",
                  memory_ok ? "vcores" : "memory-mb", asked.to_string(), maximum.to_string(), configured.to_string()));
}

Result<void> submit_application(Cluster& cluster, Submission submission, Now now) {
  if (cluster.find(submission.id) != nullptr) return {};
  if (submission.unmanaged) {
    return error(StatusCode::kYarn,
                 "Unmanaged ApplicationMasters are not supported by this ResourceManager; submit one with a launch context");
  }
  TRY_VOID(check_resource(cluster, submission.master_resource));
  submission.master_resource = cluster.scheduler.normalise(submission.master_resource);
  if (submission.max_attempts <= 0) submission.max_attempts = cluster.options.am_attempts_default;
  submission.max_attempts = std::min(submission.max_attempts, cluster.options.am_attempts_max);
  const yarn::ApplicationId id = submission.id;
  const std::string queue = submission.queue;
  auto unfinished = std::ranges::count_if(cluster.applications, [](const auto& entry) { return !is_final(entry.second.state); });

  LOG_INFO("submitted application={} user={} name={} type={}", id.to_string(), submission.user, submission.name, submission.type);
  if (queue == "default") submission.queue = "root.default";
  Application& application = cluster.applications[id];
  application.submission = std::move(submission);
  application.submit_ms = now.wall_ms;
  if (application.submission.queue != "root.default") {
    cluster.end_application(
        application, AppState::kFailed, FinalStatus::kFailed,
        fmt::format("Application {} submitted by user {} to unknown queue: {}", id.to_string(), application.submission.user, queue), now);
  } else if (unfinished >= cluster.options.applications_max) {
    cluster.end_application(application, AppState::kFailed, FinalStatus::kFailed,
                            fmt::format("Queue root.default already has {} applications, cannot accept submission of application: {}",
                                        unfinished, id.to_string()),
                            now);
  } else {
    cluster.start_attempt(application, now);
  }
  return {};
}

Result<bool> kill_application(Cluster& cluster, const yarn::ApplicationId& id, std::string diagnostics, Now now) {
  TRY(Application * application, cluster.get(id));
  if (is_final(application->state)) return true;
  if (application->state == AppState::kFinishing) return true;
  if (Attempt* attempt = application->current(); attempt != nullptr && !is_final(attempt->state)) {
    cluster.end_attempt(*application, *attempt, AttemptState::kKilled, diagnostics, now);
  }
  cluster.end_application(*application, AppState::kKilled, FinalStatus::kKilled, std::move(diagnostics), now);
  cluster.schedule(now);
  return true;
}

Result<void> fail_application_attempt(Cluster& cluster, const yarn::ApplicationAttemptId& id, Now now) {
  TRY(Application * application, cluster.get(id.application));
  Attempt* attempt = application->find(id);
  if (attempt == nullptr) {
    return error(StatusCode::kApplicationAttemptNotFound,
                 fmt::format("ApplicationAttempt with id '{}' doesn't exist in RM.", id.to_string()));
  }
  if (!is_final(attempt->state) && attempt->state != AttemptState::kFinishing) {
    cluster.fail_attempt(*application, *attempt, fmt::format("Attempt {} was failed by a client's request", id.to_string()), now);
    cluster.schedule(now);
  }
  return {};
}

}  // namespace tusker::resourcemanager
