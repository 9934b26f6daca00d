#pragma once

#include <map>
#include <string>
#include <vector>

#include "common/base/result.h"
#include "common/config/config.h"
#include "mapreduce/formats/file_store.h"
#include "yarn/yarn_service_protos.pb.h"

namespace tusker::mapreduce {

// What a container of a job starts with: the ApplicationMaster's, written by the submitter, and the tasks', written by the
// ApplicationMaster.
struct LaunchPlan {
  std::vector<std::pair<std::string, std::string>> files;  // link in the work directory → absolute path in `store`
  std::map<std::string, std::string> environment;
  std::string command;  // after the program: "appmaster -conf job.xml"
  std::string program_directory;
  std::string credentials;  // HDTS bytes
  std::map<std::string, std::string> service_data;
};

// Looks the files up: the NodeManager refuses what has changed since. Blocks.
Result<hadoop::yarn::ContainerLaunchContextProto> make_launch_context(FileStore& store, const LaunchPlan& plan);

// Where the `mapred` program stands on the nodes, as a launch context's command has it: tusker.mapreduce.program-directory; or beside the
// NodeManager, which says so in TUSKER_PROGRAM_DIRECTORY; or, with a NodeManager that doesn't, where this program is.
std::string mapred_directory(const config::Config& config);

}  // namespace tusker::mapreduce
