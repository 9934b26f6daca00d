#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "mapreduce/formats/file_store.h"

namespace tusker::mapreduce {

// Hadoop's path patterns (org.apache.hadoop.fs.GlobFilter): * ? [a-c] [^a] {x,y} within a component, \ quotes the next character.

bool has_glob(std::string_view path);
// `name` is one component. `pattern` must be free of braces (expand_braces).
bool glob_matches(std::string_view pattern, std::string_view name);
// "{a,b}/c" → "a/c", "b/c"; braces may nest.
std::vector<std::string> expand_braces(std::string_view pattern);
// The existing paths that a pattern stands for, in name order; a path without pattern characters gives itself if it exists.
Result<std::vector<StoreStatus>> glob(FileStore& store, const std::string& pattern);

}  // namespace tusker::mapreduce
