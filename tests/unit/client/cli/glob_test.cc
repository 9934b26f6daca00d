#include "client/cli/hdfs/dfs/shell.h"
#include "tests/support/catch.h"

namespace tusker::cli::dfs {

TEST_CASE("wildcards") {
  CHECK(glob_matches("*", "a"));
  CHECK(glob_matches("a*c", "abbc"));
  CHECK_FALSE(glob_matches("a*c", "abb"));
  CHECK(glob_matches("?b", "ab"));
  CHECK(glob_matches("[a-c]x", "bx"));
  CHECK_FALSE(glob_matches("[^a-c]x", "bx"));
  CHECK(glob_matches("a\\*", "a*"));
  CHECK_FALSE(glob_matches("a\\*", "ab"));
  CHECK(has_wildcard("a?"));
  CHECK_FALSE(has_wildcard("a\\?"));
  CHECK(unquoted("a\\?\\\\") == "a?\\");
}

TEST_CASE("braces") {
  CHECK(expand_braces("/{a,b}/c") == std::vector<std::string>{"/a/c", "/b/c"});
  CHECK(expand_braces("{a,b{c,d}}") == std::vector<std::string>{"a", "bc", "bd"});
  CHECK(expand_braces("plain") == std::vector<std::string>{"plain"});
}

TEST_CASE("paths are shown by the last component, and say whether they mean a directory") {
  CHECK(normalized("/a//b/../c/.") == "/a/c");
  CHECK(normalized("/..") == "/");
  CHECK(PathItem{.text = "x/"}.says_directory());
  CHECK(PathItem{.text = "x/.."}.says_directory());
  CHECK_FALSE(PathItem{.text = "x/y"}.says_directory());
}

}  // namespace tusker::cli::dfs
