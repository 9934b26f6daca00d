#pragma once

#include "client/cli/hdfs/dfs/shell.h"

namespace tusker::cli::dfs {

// Writes up to `length` bytes of a file from `from` to standard output; the number of bytes written.
Task<Result<int64_t>> copy_to_stdout(Shell& shell, client::InputStream& in, int64_t from, int64_t length);

}  // namespace tusker::cli::dfs
