#include "resourcemanager/rpc/protocols.h"
#include "common/env/real_env.h"
#include "tests/support/catch.h"

using namespace tusker;

namespace {

void check_complete(const rpc::Protocol& protocol) {
  INFO(protocol.name);
  REQUIRE(protocol.service != nullptr);
  CHECK(protocol.unlisted().empty());
  for (auto name : protocol.unsupported) CHECK(protocol.find(name) == nullptr);
}

}  // namespace

TEST_CASE("every RPC of YARN's protocols is answered or listed as unsupported") {
  RealEnv env;
  resourcemanager::ClusterOptions options;
  resourcemanager::Core core(env.env(), resourcemanager::Cluster(options, {}));
  resourcemanager::TokenSecrets secrets(env.env().random);
  net::Topology topology;
  resourcemanager::Services services{core, secrets, topology, options};
  check_complete(resourcemanager::application_client_protocol(services));
  check_complete(resourcemanager::application_master_protocol(services));
  check_complete(resourcemanager::resource_tracker_protocol(services));
}
