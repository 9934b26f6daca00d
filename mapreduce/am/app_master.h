#pragma once

#include <string>
#include <vector>

namespace tusker::mapreduce {

// `mapred appmaster`: the ApplicationMaster of one job, in a container of its own (org.apache.hadoop.mapreduce.v2.app.MRAppMaster). Takes
// `-conf job.xml`; the rest stands in the container's environment. Returns the exit code.
int run_app_master(const std::vector<std::string>& arguments);

}  // namespace tusker::mapreduce
