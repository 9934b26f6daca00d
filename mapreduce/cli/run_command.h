#pragma once

#include <string>
#include <vector>

namespace tusker::mapreduce {

// `mapred run LIB [-D key=value]… [-input P] [-output P] [-reducers N] [the job's own arguments]`. Returns the exit code: 0 only when the
// job succeeded.
int run_command(const std::vector<std::string>& arguments);

}  // namespace tusker::mapreduce
