#include "mapreduce/cli/task_command.h"

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <cstring>

#include <fmt/format.h>

#include "common/log/log.h"
#include "mapreduce/cli/task_beacon.h"
#include "mapreduce/cli/task_process.h"

namespace tusker::mapreduce {
namespace {

// What became of a process that was in the midst of an attempt.
std::string death_of(int status, const TaskBeacon& beacon) {
  std::string how;
  if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) {
    how = "The task's process was killed (signal 9): by somebody, or because memory ran out";
  } else if (WIFSIGNALED(status)) {
    how = fmt::format("The job's library crashed the task's process: signal {} ({})", WTERMSIG(status), ::strsignal(WTERMSIG(status)));
  } else {
    how =
        fmt::format("The task's process ended with exit code {} before the task did: the job's library called exit()", WEXITSTATUS(status));
  }
  return beacon.place().empty() ? how : how + ", " + beacon.place();
}

}  // namespace

int task_command(const std::vector<std::string>& arguments) {
  TaskBeacon* beacon = TaskBeacon::create();
  if (beacon == nullptr) {
    LOG_ERROR("no memory to share with the task's process");
    return 1;
  }
  LastTask last;
  while (true) {
    beacon->clear();
    // Nothing in this process has threads: the child begins as if it were new.
    const pid_t child = ::fork();
    if (child < 0) {
      LOG_ERROR("cannot start a process for a task: {}", std::strerror(errno));
      return 1;
    }
    if (child == 0) {
      ::prctl(PR_SET_PDEATHSIG, SIGKILL);
      std::_Exit(static_cast<int>(run_task_process(arguments, *beacon, last)));
    }
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    last = {};
    if (beacon->running()) {
      last = {beacon->attempt(), death_of(status, *beacon)};
      LOG_ERROR("{}: {}", last.attempt, last.diagnostics);
      continue;
    }
    if (!WIFEXITED(status)) return 1;
    const auto outcome = static_cast<TaskOutcome>(WEXITSTATUS(status));
    if (outcome == TaskOutcome::kNoMore) return 0;
    if (outcome != TaskOutcome::kRan) return 1;
  }
}

}  // namespace tusker::mapreduce
