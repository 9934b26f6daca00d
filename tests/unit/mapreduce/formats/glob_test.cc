#include "mapreduce/formats/glob.h"

#include "tests/support/catch.h"

using namespace tusker::mapreduce;

TEST_CASE("paths lose their empty and dotted components") {
  REQUIRE(normal_path("//a/./b/../c/") == "/a/c");
  REQUIRE(normal_path("/..") == "/");
}
