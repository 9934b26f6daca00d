#include "mapreduce/am/host_blacklist.h"

#include "tests/support/catch.h"

using namespace tusker::mapreduce;

using Names = std::vector<std::string>;

TEST_CASE("a host is listed after three failures, and told once") {
  HostBlacklist list({});
  list.set_cluster_nodes(4);
  for (int i = 0; i < 2; ++i) list.attempt_failed("a");
  REQUIRE_FALSE(list.lists("a"));
  REQUIRE(list.take_changes(false).additions.empty());
  list.attempt_failed("a");
  REQUIRE(list.lists("a"));
  REQUIRE(list.take_changes(false).additions == Names{"a"});
  REQUIRE(list.take_changes(false).additions.empty());
  REQUIRE(list.take_changes(true).additions == Names{"a"});
  list.forgive("a");
  REQUIRE(list.take_changes(false).removals == Names{"a"});
}

TEST_CASE("with too many hosts on it the list isn't followed") {
  HostBlacklist list({});
  list.set_cluster_nodes(4);
  list.unreachable("a");
  REQUIRE(list.take_changes(false).additions == Names{"a"});
  list.unreachable("b");
  REQUIRE_FALSE(list.lists("a"));
  REQUIRE(list.take_changes(false).removals == Names{"a"});
  list.set_cluster_nodes(8);
  REQUIRE(list.take_changes(false).additions == Names{"a", "b"});
  HostBlacklist off({.enabled = false});
  off.set_cluster_nodes(8);
  off.unreachable("a");
  REQUIRE_FALSE(off.lists("a"));
}
