#pragma once

#include <string>
#include <vector>

#include "client/hdfs/file_system.h"

namespace tusker::cli {

// `hdfs fsck PATH [-files [-blocks [-locations | -racks]]]` (DFSck): asks the NameNode's web port and copies its words; the last line
// decides the exit code.
Task<int> run_fsck(Env& env, const config::Config& conf, client::FileSystem& fs, Endpoint namenode, std::vector<std::string> words);

}  // namespace tusker::cli
