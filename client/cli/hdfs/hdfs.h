#pragma once

#include <string>
#include <vector>

namespace tusker::cli {

// The `hdfs` command: dfs, dfsadmin, fsck, getconf, groups, version here; namenode and datanode by starting those programs, which stand
// beside this one. Returns the exit code.
int hdfs(const std::vector<std::string>& words);

}  // namespace tusker::cli
