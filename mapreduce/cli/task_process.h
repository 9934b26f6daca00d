#pragma once

#include <string>
#include <vector>

#include "mapreduce/cli/task_beacon.h"

namespace tusker::mapreduce {

// The exit code of a task's process.
enum class TaskOutcome : int {
  kRan = 0,          // an attempt, well or not; its outcome has been reported
  kUnreachable = 3,  // the ApplicationMaster can't be reached, or something else of ours failed
  kNoMore = 10,      // there is no task for this container any more
};

// The process before this one in the container, if it died in the midst of an attempt.
struct LastTask {
  std::string attempt;
  std::string diagnostics;
};

// Asks the ApplicationMaster for one task and runs it. In a process of its own; blocks.
TaskOutcome run_task_process(const std::vector<std::string>& arguments, TaskBeacon& beacon, const LastTask& last);

}  // namespace tusker::mapreduce
