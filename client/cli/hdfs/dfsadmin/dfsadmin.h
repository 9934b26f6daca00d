#pragma once

#include <string>
#include <vector>

#include "client/hdfs/file_system.h"

namespace tusker::cli {

// `hdfs dfsadmin`: one command a file in this folder. Exit code 0, or 255 after any error.
Task<int> run_dfsadmin(Env& env, const config::Config& conf, client::FileSystem& fs, Endpoint namenode, std::vector<std::string> words);

// Each prints its result or gives the error to print.
Task<Result<void>> report(client::FileSystem& fs, std::vector<std::string> words);
Task<Result<void>> safemode(Env& env, client::FileSystem& fs, std::vector<std::string> words);
Task<Result<void>> print_topology(client::FileSystem& fs);

}  // namespace tusker::cli
