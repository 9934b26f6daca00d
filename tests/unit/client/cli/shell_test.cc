#include "client/cli/hdfs/dfs/shell.h"

#include "tests/support/catch.h"

namespace tusker::cli::dfs {

TEST_CASE("paths are shown by the last component, and say whether they mean a directory") {
  CHECK(normalized("/a//b/../c/.") == "/a/c");
  CHECK(normalized("/..") == "/");
  CHECK(PathItem{.text = "x/"}.says_directory());
  CHECK(PathItem{.text = "x/.."}.says_directory());
  CHECK_FALSE(PathItem{.text = "x/y"}.says_directory());
}

}  // namespace tusker::cli::dfs
