#pragma once

#include <string>
#include <vector>

namespace tusker::mapreduce {

// `mapred task HOST PORT -conf job.xml`: what a job's containers run. This process does nothing but start others, one for each task
// attempt, so that a job's code that crashes, exits or spoils its memory harms its own attempt alone; it tells the ApplicationMaster what
// became of them. A process asks the ApplicationMaster at HOST:PORT for a task, runs it, and ends; when there is none, this one ends too.
int task_command(const std::vector<std::string>& arguments);

}  // namespace tusker::mapreduce
