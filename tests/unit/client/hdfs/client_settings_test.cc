#include "client/hdfs/client_settings.h"

#include "tests/support/catch.h"

using namespace tusker;

TEST_CASE("a timeout of 0 is none") {
  config::Config config;
  config.set("dfs.client.socket-timeout", "0");
  config.set("dfs.datanode.socket.write.timeout", "0");
  config.set("ipc.client.rpc-timeout.ms", "0");
  const auto settings = client::read_settings(config);
  REQUIRE(settings);
  CHECK(settings->read_timeout(3) > std::chrono::hours(24 * 365));
  CHECK(settings->write_timeout(3) > std::chrono::hours(24 * 365));
  CHECK(settings->rpc_timeout > std::chrono::hours(24 * 365));
}
