#include "resourcemanager/model/application.h"

namespace tusker::resourcemanager {

std::string_view name_of(AppState state) {
  switch (state) {
    case AppState::kSubmitted:
      return "SUBMITTED";
    case AppState::kAccepted:
      return "ACCEPTED";
    case AppState::kRunning:
      return "RUNNING";
    case AppState::kFinishing:
    case AppState::kFinished:
      return "FINISHED";
    case AppState::kFailed:
      return "FAILED";
    case AppState::kKilled:
      return "KILLED";
  }
  return "";
}

std::string_view name_of(FinalStatus status) {
  switch (status) {
    case FinalStatus::kUndefined:
      return "UNDEFINED";
    case FinalStatus::kSucceeded:
      return "SUCCEEDED";
    case FinalStatus::kFailed:
      return "FAILED";
    case FinalStatus::kKilled:
      return "KILLED";
    case FinalStatus::kEnded:
      return "ENDED";
  }
  return "";
}

std::string_view name_of(AttemptState state) {
  switch (state) {
    case AttemptState::kScheduled:
      return "SCHEDULED";
    case AttemptState::kAllocated:
      return "ALLOCATED";
    case AttemptState::kLaunched:
      return "LAUNCHED";
    case AttemptState::kRunning:
      return "RUNNING";
    case AttemptState::kFinishing:
      return "FINISHING";
    case AttemptState::kFinished:
      return "FINISHED";
    case AttemptState::kFailed:
      return "FAILED";
    case AttemptState::kKilled:
      return "KILLED";
  }
  return "";
}

bool counts_as_failure(int32_t exit_status) {
  using namespace yarn::exit_status;
  return exit_status != kPreempted && exit_status != kAborted && exit_status != kDisksFailed && exit_status != kKilledByResourceManager;
}

int32_t Application::failures(int64_t now_ms) const {
  int32_t count = 0;
  for (const Attempt& attempt : attempts) {
    if (attempt.state != AttemptState::kFailed || !counts_as_failure(attempt.exit_status)) continue;
    int64_t validity_ms = submission.attempt_failures_validity_ms;
    if (validity_ms <= 0 || now_ms - attempt.finish_ms < validity_ms) ++count;
  }
  return count;
}

}  // namespace tusker::resourcemanager
