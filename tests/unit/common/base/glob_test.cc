#include "common/base/glob.h"

#include "tests/support/catch.h"

namespace tusker {

TEST_CASE("wildcards") {
  CHECK(glob_matches("*", "a"));
  CHECK(glob_matches("a*c", "abbc"));
  CHECK_FALSE(glob_matches("a*c", "abb"));
  CHECK(glob_matches("?b", "ab"));
  CHECK(glob_matches("[a-c]x", "bx"));
  CHECK_FALSE(glob_matches("[^a-c]x", "bx"));
  CHECK(glob_matches("a\\*", "a*"));
  CHECK_FALSE(glob_matches("a\\*", "ab"));
  CHECK(glob_matches("part-?-0000[0-3]", "part-r-00002"));
  CHECK_FALSE(glob_matches("part-?-0000[0-3]", "part-r-00004"));
  CHECK_FALSE(glob_matches("[a", "a"));
  CHECK(has_wildcard("a?"));
  CHECK_FALSE(has_wildcard("a\\?"));
  CHECK(unquoted("a\\?\\\\") == "a?\\");
}

TEST_CASE("braces") {
  CHECK(expand_braces("/{a,b}/c") == std::vector<std::string>{"/a/c", "/b/c"});
  CHECK(expand_braces("{a,b{c,d}}") == std::vector<std::string>{"a", "bc", "bd"});
  CHECK(expand_braces("/{a/x") == std::vector<std::string>{"/{a/x"});
  CHECK(expand_braces("plain") == std::vector<std::string>{"plain"});
}

}  // namespace tusker
