#include "namenode/rpc/client_protocol.h"
#include "namenode/rpc/side_protocols.h"
#include "tests/unit/namenode/ops/namespace_fixture.h"

using namespace tusker;
using namespace tusker::namenode;

TEST_CASE("every RPC of the NameNode's protocols is answered or listed as unsupported") {
  tests::NamespaceFixture f(tests::Store::kMemory);
  security::Groups groups(f.real.env());
  ClientProtocol client(f.ns(), groups);
  DatanodeProtocol datanodes(f.ns());
  auto protocols = side_protocols(f.ns(), groups, datanodes);
  protocols.push_back(client.table());
  protocols.push_back(datanodes.table());
  for (const auto& protocol : protocols) {
    INFO(protocol.name);
    REQUIRE(protocol.service != nullptr);
    CHECK(protocol.unlisted().empty());
    for (const auto name : protocol.unsupported) CHECK(protocol.find(name) == nullptr);
  }
}
