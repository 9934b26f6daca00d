#include "namenode/model/path.h"

#include "tests/support/catch.h"

using namespace tusker::namenode;
using tusker::StatusCode;

TEST_CASE("paths fall into components") {
  CHECK(path_components("/").empty());
  CHECK(path_components("//a///b/") == std::vector<std::string>{"a", "b"});
  CHECK(join_path({"a", "b"}) == "/a/b");
  CHECK(join_path({"a", "b"}, 1) == "/a");
  CHECK(join_path({}) == "/");
}

TEST_CASE("names that HDFS refuses") {
  CHECK(is_valid_name("/a/b"));
  CHECK_FALSE(is_valid_name("a/b"));
  CHECK_FALSE(is_valid_name("/a/../b"));
  CHECK_FALSE(is_valid_name("/a/./b"));
  CHECK_FALSE(is_valid_name("/a:b"));
  CHECK_FALSE(is_valid_name("/a//b"));
  CHECK_FALSE(is_valid_name("//a"));
  CHECK(is_valid_name("/a//"));
  CHECK(is_valid_name("/"));
  CHECK(is_valid_name("/.reserved/.inodes/16386/.."));
}

TEST_CASE("a new path has limits") {
  CHECK(check_new_path("/a", "create"));
  const auto dots = check_new_path("/a/../b", "create");
  REQUIRE_FALSE(dots);
  CHECK(dots.error().code() == StatusCode::kInvalidPath);
  const auto deep = check_new_path("/" + std::string(8001, 'x'), "mkdirs");
  REQUIRE_FALSE(deep);
  CHECK(deep.error().message() == "mkdirs: Pathname too long.  Limit 8000 characters, 1000 levels.");
  // Characters count, not bytes: 4,000 letters of two bytes are 4,000.
  std::string umlauts = "/";
  for (int i = 0; i < 4000; ++i) umlauts += "\xc3\xa4";
  CHECK(check_new_path(umlauts, "create"));
}

TEST_CASE("reserved names can't be made") {
  CHECK(check_reserved({"a"}));
  CHECK_FALSE(check_reserved({"a", ".snapshot"}));
  CHECK_FALSE(check_reserved({".reserved", "x"}));
}
