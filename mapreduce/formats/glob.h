#pragma once

#include <string>
#include <vector>

#include "mapreduce/formats/file_store.h"

namespace tusker::mapreduce {

// The existing paths that a pattern (common/base/glob.h) stands for, in name order; a path without pattern characters gives itself if it
// exists.
Result<std::vector<StoreStatus>> glob(FileStore& store, const std::string& pattern);

}  // namespace tusker::mapreduce
