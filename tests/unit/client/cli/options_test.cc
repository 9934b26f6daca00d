#include "client/cli/options.h"

#include "tests/support/catch.h"

namespace tusker::cli {

TEST_CASE("options come before arguments") {
  const Grammar grammar{.flags = {"f", "p"}, .valued = {"t"}, .arguments_min = 1};
  auto parsed = parse_options(grammar, {"-f", "-t", "3", "a", "-p"});
  REQUIRE(parsed);
  CHECK(parsed->has("f"));
  CHECK_FALSE(parsed->has("p"));
  CHECK(parsed->values.at("t") == "3");
  CHECK(parsed->arguments == std::vector<std::string>{"a", "-p"});

  CHECK(parse_options(grammar, {"--", "-f"})->arguments == std::vector<std::string>{"-f"});
  CHECK(parse_options(grammar, {"-"})->arguments == std::vector<std::string>{"-"});
  CHECK(parse_options(grammar, {"-x", "a"}).error().message() == "Illegal option -x");
  CHECK(parse_options(grammar, {"-f"}).error().message() == "Not enough arguments: expected 1 but got 0");
}

TEST_CASE("a value is not taken from the arguments that must be there, nor from another option") {
  const Grammar grammar{.flags = {"f"}, .valued = {"t"}, .arguments_min = 1};
  CHECK(parse_options(grammar, {"-t", "a"})->values.at("t").empty());
  CHECK(parse_options(grammar, {"-t", "a"})->arguments == std::vector<std::string>{"a"});
  CHECK(parse_options(grammar, {"-t", "-f", "a"})->values.at("t").empty());
}

TEST_CASE("an option with its value attached stands anywhere before --") {
  const Grammar grammar{.flags = {"f"}, .arguments_min = 2, .attached = "p"};
  auto parsed = parse_options(grammar, {"a", "b", "-ptop"});
  REQUIRE(parsed);
  CHECK(parsed->values.at("p") == "top");
  CHECK(parsed->arguments.size() == 2);
  CHECK_FALSE(parse_options(grammar, {"--", "a", "-p"})->values.contains("p"));
}

TEST_CASE("unknown dashed words are arguments where a command takes them") {
  const Grammar grammar{.flags = {"R"}, .arguments_min = 2, .rest_may_be_dashed = true};
  auto parsed = parse_options(grammar, {"-x", "-R", "a"});
  REQUIRE(parsed);
  CHECK(parsed->has("R"));
  CHECK(parsed->arguments == std::vector<std::string>{"-x", "a"});
}

}  // namespace tusker::cli
