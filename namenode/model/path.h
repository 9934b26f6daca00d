#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"

namespace tusker::namenode {

inline constexpr size_t kPathCharactersMax = 8000;
inline constexpr size_t kPathDepthMax = 1000;

// The components of an absolute path: repeated and trailing slashes drop out; the root has none.
std::vector<std::string> path_components(std::string_view path);
// "/a/b" of {"a", "b"}; "/" of {}. `count` takes the first so many.
std::string join_path(const std::vector<std::string>& components, size_t count = SIZE_MAX);

// DFSUtilClient.isValidName: absolute, no "." or ".." component, no ':' in one, no "//" but at the end.
bool is_valid_name(std::string_view path);

// Checks for a path that an operation is to create; `operation` ("create", "mkdirs", "rename") begins the text of the length error.
// kInvalidPath, or kIo for the length.
Result<void> check_new_path(std::string_view path, std::string_view operation);
// The reserved names at the top and ".snapshot" anywhere can't be made. kHadoopIllegalArgument.
Result<void> check_reserved(const std::vector<std::string>& components);

}  // namespace tusker::namenode
