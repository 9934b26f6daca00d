#include "mapreduce/formats/glob.h"

#include "tests/support/catch.h"

using namespace tusker::mapreduce;

TEST_CASE("Hadoop's patterns") {
  REQUIRE(glob_matches("*", "anything"));
  REQUIRE(glob_matches("part-?-0000[0-3]", "part-r-00002"));
  REQUIRE_FALSE(glob_matches("part-?-0000[0-3]", "part-r-00004"));
  REQUIRE(glob_matches("[^a]b", "cb"));
  REQUIRE_FALSE(glob_matches("[^a]b", "ab"));
  REQUIRE(glob_matches("a\\*b", "a*b"));
  REQUIRE_FALSE(glob_matches("a\\*b", "axb"));
  REQUIRE_FALSE(glob_matches("[a", "a"));
  REQUIRE(expand_braces("/{a,b{c,d}}/x") == std::vector<std::string>{"/a/x", "/bc/x", "/bd/x"});
  REQUIRE(expand_braces("/{a/x") == std::vector<std::string>{"/{a/x"});
  REQUIRE(normal_path("//a/./b/../c/") == "/a/c");
  REQUIRE(normal_path("/..") == "/");
}
