#pragma once

#include <string>
#include <vector>

namespace tusker::mapreduce {

// `mapred job -list [all] | -status JOB | -kill JOB`: jobs as the ResourceManager and the history directory know them. Returns the exit
// code.
int job_command(const std::vector<std::string>& arguments);

}  // namespace tusker::mapreduce
