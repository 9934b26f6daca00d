#include "resourcemanager/scheduler/scheduler.h"

#include "tests/support/catch.h"

using namespace tusker;
using namespace tusker::resourcemanager;

namespace {

const yarn::ApplicationAttemptId kApp1{{1, 1}, 1};
const yarn::ApplicationAttemptId kApp2{{1, 2}, 1};
yarn::NodeId node(int i) { return {"h" + std::to_string(i), 1}; }

// Six nodes on two racks, 4 GB each.
Scheduler cluster(SchedulerOptions options = {}) {
  Scheduler scheduler(options);
  for (int i = 1; i <= 6; ++i) scheduler.add_node(node(i), i <= 3 ? "/r1" : "/r2", {4096, 4});
  scheduler.add_attempt(kApp1, 0, {1024, 1});
  return scheduler;
}

ResourceRequest ask(std::string name, int32_t count, int64_t id = -1, bool relax = true) {
  return {{20, id}, std::move(name), {1024, 1}, count, relax};
}

}  // namespace

TEST_CASE("requests are served at once on the hosts they name") {
  auto scheduler = cluster();
  scheduler.requests_of(kApp1).update({ask("h2", 2), ask("h5", 1), ask("/r1", 2), ask("/r2", 1), ask("*", 3)});
  auto placed = scheduler.schedule(0);
  REQUIRE(placed.size() == 3);
  for (const auto& one : placed) CHECK(one.level == Locality::kNodeLocal);
  CHECK(scheduler.used().memory_mb == 3072);
  CHECK(scheduler.pending_count() == 0);
  CHECK(scheduler.schedule(0).empty());
}

TEST_CASE("a request id of its own keeps each task at its own hosts") {
  auto scheduler = cluster();
  std::vector<ResourceRequest> asks;
  for (int task = 1; task <= 6; ++task) {
    asks.push_back(ask("h" + std::to_string(task), 1, task));
    asks.push_back(ask("h" + std::to_string(task % 6 + 1), 1, task));
    asks.push_back(ask("*", 1, task));
  }
  scheduler.requests_of(kApp1).update(asks);
  auto placed = scheduler.schedule(0);
  REQUIRE(placed.size() == 6);
  for (const auto& one : placed) {
    auto task = one.key.allocation_request_id;
    CHECK((one.node == node(static_cast<int>(task)) || one.node == node(static_cast<int>(task % 6 + 1))));
  }
}

TEST_CASE("a full host is waited for, then its rack is taken, then any") {
  auto scheduler = cluster();
  scheduler.requests_of(kApp1).update({ask("h1", 4), ask("/r1", 4), ask("*", 4)});
  REQUIRE(scheduler.schedule(0).size() == 4);  // h1 is full
  scheduler.requests_of(kApp1).update({ask("h1", 1), ask("/r1", 1), ask("*", 1)});
  CHECK(scheduler.schedule(0).empty());
  SECTION("by offers: more than there are nodes") {
    for (int offer = 0; offer < 7; ++offer) CHECK(scheduler.offer(node(4 + offer % 3), 1).empty());
    auto placed = scheduler.offer(node(2), 1);
    REQUIRE(placed.size() == 1);
    CHECK(placed[0].level == Locality::kRackLocal);
  }
  SECTION("by time") {
    CHECK(scheduler.schedule(999).empty());
    auto placed = scheduler.schedule(1000);
    REQUIRE(placed.size() == 1);
    CHECK(placed[0].level == Locality::kRackLocal);
  }
  SECTION("the host comes free meanwhile") {
    scheduler.release(node(1), kApp1, {1024, 1});
    auto placed = scheduler.schedule(10);
    REQUIRE(placed.size() == 1);
    CHECK(placed[0].level == Locality::kNodeLocal);
  }
  SECTION("its rack is full too") {
    for (int i : {2, 3}) scheduler.occupy(node(i), kApp1, {4096, 4});
    CHECK(scheduler.schedule(1999).empty());
    auto placed = scheduler.schedule(2000);
    REQUIRE(placed.size() == 1);
    CHECK(placed[0].level == Locality::kOffSwitch);
  }
}

TEST_CASE("places that the cluster doesn't have are not waited for") {
  auto scheduler = cluster();
  scheduler.requests_of(kApp1).update({ask("elsewhere", 3), ask("/r2", 3), ask("*", 3)});
  auto placed = scheduler.schedule(0);
  REQUIRE(placed.size() == 3);
  for (const auto& one : placed) CHECK(one.level == Locality::kRackLocal);
  scheduler.requests_of(kApp1).update({ask("elsewhere", 2), ask("/r9", 2), ask("*", 2)});
  CHECK(scheduler.schedule(0).size() == 2);
}

TEST_CASE("once a key has waited, all its requests go") {
  auto scheduler = cluster();
  scheduler.occupy(node(1), kApp1, {4096, 4});
  scheduler.requests_of(kApp1).update({ask("h1", 3), ask("/r1", 3), ask("*", 3)});
  CHECK(scheduler.schedule(0).empty());
  CHECK(scheduler.schedule(1000).size() == 3);
  scheduler.requests_of(kApp1).update({ask("h1", 2), ask("/r1", 2), ask("*", 2)});
  CHECK(scheduler.schedule(1001).empty());
}

TEST_CASE("strict requests never leave their host") {
  auto scheduler = cluster();
  scheduler.occupy(node(1), kApp1, {4096, 4});
  scheduler.requests_of(kApp1).update({ask("h1", 1), ask("/r1", 1, -1, false), ask("*", 1, -1, false)});
  for (int64_t ms = 0; ms < 100'000; ms += 500) {
    CHECK(scheduler.schedule(ms).empty());
    CHECK(scheduler.offer(node(2), ms).empty());
  }
  scheduler.release(node(1), kApp1, {4096, 4});
  CHECK(scheduler.offer(node(1), 100'000).size() == 1);
}

TEST_CASE("a delay of -1 takes what is offered; without locality names mean nothing") {
  int local = 0;
  bool strict = GENERATE(true, false);
  auto scheduler = strict ? cluster({.node_locality_delay = -1}) : cluster({.locality_enabled = false, .seed = 7});
  std::vector<ResourceRequest> asks;
  for (int task = 0; task < 12; ++task) {
    asks.push_back(ask("h1", 1, task));
    asks.push_back(ask("*", 1, task));
  }
  scheduler.requests_of(kApp1).update(asks);
  auto placed = scheduler.schedule(0);
  REQUIRE(placed.size() == 12);
  for (const auto& one : placed) local += one.node == node(1);
  CHECK(local <= 4);
}

TEST_CASE("blacklisted and unusable nodes get nothing, and priorities are kept") {
  auto scheduler = cluster();
  scheduler.requests_of(kApp1).update_blacklist({"/r1", "h4"}, {});
  scheduler.set_usable(node(5), false);
  scheduler.requests_of(kApp1).update({{{20, -1}, "*", {4096, 1}, 1, true}, {{10, -1}, "*", {4096, 1}, 1, true}});
  auto placed = scheduler.schedule(0);
  REQUIRE(placed.size() == 1);
  CHECK(placed[0].node == node(6));
  CHECK(placed[0].key.priority == 10);
  scheduler.requests_of(kApp1).update_blacklist({}, {"h4"});
  CHECK(scheduler.schedule(1).size() == 1);
}

TEST_CASE("masters beyond their share wait for activation, the first never") {
  auto scheduler = cluster();  // 24 GB: a share of 10 % is 2.4 GB
  scheduler.add_attempt(kApp2, 0, {2048, 1});
  CHECK(scheduler.activated(kApp1));
  CHECK_FALSE(scheduler.activated(kApp2));
  scheduler.requests_of(kApp2).update({ask("*", 1)});
  CHECK(scheduler.schedule(0).empty());
  scheduler.remove_attempt(kApp1);
  CHECK(scheduler.activated(kApp2));
  CHECK(scheduler.schedule(0).size() == 1);
}

TEST_CASE("resources are normalised and limited as Hadoop's") {
  Scheduler scheduler({.minimum = {256, 1}});
  CHECK(scheduler.normalise({896, 1}) == yarn::Resource{1024, 1});
  CHECK(scheduler.normalise({0, 0}) == yarn::Resource{256, 1});
  CHECK(scheduler.normalise({100'000, 100}) == yarn::Resource{8192, 4});
  CHECK(scheduler.maximum() == yarn::Resource{8192, 4});
  scheduler.add_node(node(1), "/r", {6144, 8});
  CHECK(scheduler.maximum() == yarn::Resource{6144, 4});
  CHECK(scheduler.headroom() == yarn::Resource{6144, 8});
}

TEST_CASE("a count replaces the former one, and nothing comes without any") {
  auto scheduler = cluster();
  scheduler.requests_of(kApp1).update({ask("h1", 3)});
  CHECK(scheduler.schedule(0).empty());
  scheduler.requests_of(kApp1).update({ask("*", 3)});
  scheduler.requests_of(kApp1).update({ask("*", 1)});
  CHECK(scheduler.schedule(0).size() == 1);
  scheduler.requests_of(kApp1).update({ask("*", 5)});
  scheduler.requests_of(kApp1).update({ask("*", 0)});
  CHECK(scheduler.schedule(0).empty());
}

TEST_CASE("the wait for a place begins when another node has room, not while the cluster is full") {
  auto scheduler = cluster();
  for (int i = 1; i <= 6; ++i) scheduler.occupy(node(i), kApp1, {4096, 4});
  scheduler.requests_of(kApp1).update({ask("h1", 1), ask("/r1", 1), ask("*", 1)});
  CHECK(scheduler.schedule(0).empty());
  CHECK(scheduler.schedule(60'000).empty());
  scheduler.release(node(2), kApp1, {1024, 1});
  CHECK(scheduler.schedule(60'000).empty());
  CHECK(scheduler.schedule(60'999).empty());
  SECTION("until its own host has room") {
    scheduler.release(node(1), kApp1, {1024, 1});
    auto placed = scheduler.schedule(60'999);
    REQUIRE(placed.size() == 1);
    CHECK(placed[0].level == Locality::kNodeLocal);
  }
  SECTION("or until it has waited long enough") {
    auto placed = scheduler.schedule(61'000);
    REQUIRE(placed.size() == 1);
    CHECK(placed[0].level == Locality::kRackLocal);
  }
}

TEST_CASE("a node that has fallen silent gets nothing until it is heard of again") {
  auto scheduler = cluster({.node_silence_ms_max = 2000});
  for (int i = 1; i <= 6; ++i) scheduler.heard(node(i), i == 3 ? 0 : 5000);
  // Of all nodes this one has most room.
  for (int i = 1; i <= 6; ++i) {
    if (i != 3) scheduler.occupy(node(i), kApp1, {3072, 3});
  }
  scheduler.requests_of(kApp1).update({ask("*", 6)});
  auto placed = scheduler.schedule(5000);
  REQUIRE(placed.size() == 5);
  for (const auto& one : placed) CHECK(one.node != node(3));
  scheduler.heard(node(3), 5001);
  CHECK(scheduler.schedule(5001).size() == 1);
}
