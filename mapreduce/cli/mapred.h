#pragma once

#include <string>
#include <vector>

namespace tusker::mapreduce {

// The `mapred` program: `run`, `job`, `version` for people; `appmaster` and `task` are what containers execute. Returns the exit code.
int mapred(const std::vector<std::string>& arguments);

}  // namespace tusker::mapreduce
