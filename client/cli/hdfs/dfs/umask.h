#pragma once

#include "common/base/result.h"
#include "common/config/config.h"

namespace tusker::cli::dfs {

// `mode` without the bits of fs.permissions.umask-mode (default 022). kIllegalArgument if that isn't octal or symbolic.
Result<uint16_t> masked(const config::Config& conf, uint16_t mode);

// The mode that a chmod argument makes of `old_mode`: octal ("755", "1777") or symbolic ("u+x,go-w", "a=rX", "+t"), with the peculiarities
// of ChmodParser: "o=rx" clears the sticky bit, and of two clauses about one class the later counts.
// kHadoopIllegalArgument "mode 'M' does not match the expected pattern.".
Result<uint16_t> changed_mode(std::string_view text, uint16_t old_mode, bool is_directory);

}  // namespace tusker::cli::dfs
