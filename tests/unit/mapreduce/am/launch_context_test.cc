#include "mapreduce/am/launch_context.h"

#include "common/config/keys_mapred.h"
#include "common/env/real_env.h"
#include "tests/support/catch.h"

using namespace tusker;
using namespace tusker::mapreduce;

TEST_CASE("the program is looked for beside the NodeManager, unless the job says where") {
  config::Config config;
  REQUIRE(mapred_directory(config) == "${TUSKER_PROGRAM_DIRECTORY:-" + program_directory() + "}");
  REQUIRE(program_directory().starts_with("/"));
  config.set(std::string(config::kProgramDirectory.name), "/opt/tusker/bin");
  REQUIRE(mapred_directory(config) == "/opt/tusker/bin");
}
