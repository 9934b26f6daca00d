#include "mapreduce/shuffle/fetch_schedule.h"

#include "tests/support/catch.h"

using namespace tusker;
using namespace tusker::mapreduce;

namespace {
TimePoint at(int ms) { return TimePoint{std::chrono::milliseconds(ms)}; }
const Endpoint kA{"a", 1};
const Endpoint kB{"b", 1};
}  // namespace

TEST_CASE("one fetcher for each host, the fullest first") {
  FetchSchedule schedule(3);
  schedule.add(0, "m0", kA);
  schedule.add(1, "m1", kB);
  schedule.add(2, "m2", kB);
  auto first = schedule.take(at(0), 1);
  REQUIRE(first->host == kB);
  REQUIRE(first->outputs.size() == 1);
  auto second = schedule.take(at(0), 20);
  REQUIRE(second->host == kA);
  REQUIRE_FALSE(schedule.take(at(0), 20));
  REQUIRE(schedule.finish(first->outputs[0]));
  REQUIRE_FALSE(schedule.finish(first->outputs[0]));
  schedule.give_back(*first, {}, at(1));
  REQUIRE(schedule.take(at(1), 20)->outputs[0].attempt == "m2");
  REQUIRE(schedule.remaining() == 2);
}

TEST_CASE("a host that failed rests, its outputs aren't forgotten") {
  FetchSchedule schedule(1);
  schedule.add(0, "m0", kA);
  auto batch = schedule.take(at(0), 20);
  schedule.give_back(*batch, batch->outputs, at(0));
  REQUIRE(schedule.failures_of("m0") == 1);
  REQUIRE_FALSE(schedule.take(at(1), 20));
  REQUIRE(schedule.next_try() == at(250));
  REQUIRE(schedule.take(at(250), 20));
}

TEST_CASE("a newer attempt replaces an older one") {
  FetchSchedule schedule(2);
  schedule.add(0, "m0_0", kA);
  auto batch = schedule.take(at(0), 20);
  schedule.lose(0, "m0_0");
  schedule.give_back(*batch, batch->outputs, at(0));
  REQUIRE_FALSE(schedule.take(at(9999), 20));
  schedule.add(0, "m0_1", kB);
  REQUIRE(schedule.take(at(0), 20)->outputs[0].attempt == "m0_1");
  REQUIRE(schedule.finish({0, "m0_1"}));
  schedule.add(0, "m0_2", kA);  // fetched already
  REQUIRE_FALSE(schedule.take(at(9999), 20));
  schedule.skip(1);
  REQUIRE(schedule.complete());
}

TEST_CASE("only what is to blame counts as failed, and what came lets the host off lightly") {
  FetchSchedule schedule(3);
  for (int map = 0; map < 3; ++map) schedule.add(map, "m" + std::to_string(map), kA);
  auto batch = schedule.take(at(0), 20);
  schedule.give_back(*batch, batch->outputs, at(0));
  batch = schedule.take(at(1000), 20);
  REQUIRE(batch->outputs.size() == 3);
  schedule.finish(batch->outputs[0]);
  schedule.give_back(*batch, {batch->outputs[1]}, at(1000));
  REQUIRE(schedule.failures_of("m1") == 2);
  REQUIRE(schedule.failures_of("m2") == 1);
  REQUIRE(schedule.next_try() == at(1250));
  REQUIRE(schedule.take(at(1250), 20)->outputs.size() == 2);
}
