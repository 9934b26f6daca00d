#pragma once

namespace tusker::cli {

// What `hdfs version`, `yarn version` and `mapred version` print: the Hadoop version that this is compatible with comes first, since
// programs read it there.
void print_version();

}  // namespace tusker::cli
