#include "client/yarn/resource_requests.h"

#include <map>

#include "tests/support/catch.h"

using namespace tusker;
using namespace tusker::client;

namespace {

std::map<std::string, int> counts(const std::vector<hadoop::yarn::ResourceRequestProto>& asks) {
  std::map<std::string, int> by_name;
  for (const auto& ask : asks) by_name[ask.resource_name()] = ask.num_containers();
  return by_name;
}

}  // namespace

TEST_CASE("requests count for their hosts, their racks and any") {
  ResourceRequestTable table;
  ContainerRequest first{.priority = 20, .capability = {1024, 1}, .hosts = {"h1", "h2"}, .racks = {"/r1"}};
  ContainerRequest second{.priority = 20, .capability = {1024, 1}, .hosts = {"h2", "h3"}, .racks = {"/r1"}};
  table.add(first);
  table.add(second);
  CHECK(table.pending() == 2);
  CHECK(counts(table.take_changes()) == std::map<std::string, int>{{"h1", 1}, {"h2", 2}, {"h3", 1}, {"/r1", 2}, {"*", 2}});
  CHECK(table.take_changes().empty());

  table.remove(first);
  CHECK(counts(table.take_changes()) == std::map<std::string, int>{{"h1", 0}, {"h2", 1}, {"/r1", 1}, {"*", 1}});
  CHECK(counts(table.all()) == std::map<std::string, int>{{"h2", 1}, {"h3", 1}, {"/r1", 1}, {"*", 1}});
  CHECK(table.pending() == 1);
}

TEST_CASE("priorities and request ids are kept apart") {
  ResourceRequestTable table;
  table.add({.priority = 10, .capability = {512, 1}});
  table.add({.priority = 20, .allocation_request_id = 7, .capability = {1024, 1}, .relax_locality = false});
  auto asks = table.take_changes();
  REQUIRE(asks.size() == 2);
  CHECK(asks[0].priority().priority() == 10);
  CHECK(asks[0].allocation_request_id() == -1);
  CHECK(asks[0].relax_locality());
  CHECK(asks[1].allocation_request_id() == 7);
  CHECK_FALSE(asks[1].relax_locality());
}
