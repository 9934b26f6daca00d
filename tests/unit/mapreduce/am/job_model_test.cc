#include "mapreduce/am/job_model.h"

#include "tests/support/catch.h"

using namespace tusker;
using namespace tusker::mapreduce;

namespace {

TimePoint at(int seconds) { return TimePoint{std::chrono::seconds(seconds)}; }

JobModel job(int32_t reduces, std::vector<std::vector<std::string>> hosts, JobOptions options = {}) {
  options.job_id = "job_7_0001";
  options.reduces = reduces;
  std::vector<InputSplit> splits;
  for (auto& names : hosts) splits.push_back({.uri = "hdfs://nn/f", .length = 10, .hosts = std::move(names), .data = {}});
  return {std::move(options), std::move(splits), at(0)};
}

Place on(const std::string& host) {
  return {.container = {}, .host = host, .rack = "/r", .shuffle_port = 13562, .memory_mb = 1024, .vcores = 1};
}

constexpr TaskId map(int32_t number) { return {true, number}; }
constexpr TaskId reduce(int32_t number) { return {false, number}; }
const std::map<std::string, std::string> kRacks = {{"a", "/r"}, {"b", "/r"}, {"c", "/far"}};

}  // namespace

TEST_CASE("a job from its first map to its last reduce") {
  JobModel model = job(1, {{"a"}, {"b"}}, {.slow_start = 0.5});
  REQUIRE_FALSE(model.reduces_wanted());
  const std::string first = model.start(map(0), on("a"), Locality::kNode, at(1)).id;
  REQUIRE(first == "attempt_7_0001_m_000000_0");
  REQUIRE(model.sign_of_life(first, 0.5F, 3, at(2)));
  REQUIRE(model.map_progress() == 0.25F);
  Counters counters;
  counters.add("g", "n", 4);
  REQUIRE(model.succeed(first, counters, at(3)));
  REQUIRE_FALSE(model.succeed(first, counters, at(3)));
  REQUIRE(model.reduces_wanted());
  REQUIRE(model.events().size() == 1);
  REQUIRE(model.events()[0].host == "a");
  const std::string second = model.start(map(1), on("c"), Locality::kAny, at(3)).id;
  REQUIRE(model.succeed(second, counters, at(4)));
  const std::string last = model.start(reduce(0), on("a"), Locality::kAny, at(4)).id;
  REQUIRE(last == "attempt_7_0001_r_000000_0");
  REQUIRE(model.may_commit(last));
  REQUIRE_FALSE(model.all_succeeded());
  REQUIRE(model.succeed(last, {}, at(6)));
  REQUIRE(model.all_succeeded());
  const Counters sum = model.counters();
  REQUIRE(sum.get("g", "n") == 8);
  REQUIRE(sum.get(counter_group::kJob, "TOTAL_LAUNCHED_MAPS") == 2);
  REQUIRE(sum.get(counter_group::kJob, "DATA_LOCAL_MAPS") == 1);
  REQUIRE(sum.get(counter_group::kJob, "OTHER_LOCAL_MAPS") == 1);
  REQUIRE(sum.get(counter_group::kJob, "MILLIS_MAPS") == 3000);
  REQUIRE(sum.get(counter_group::kJob, "MB_MILLIS_REDUCES") == 2000 * 1024);
}

TEST_CASE("maps go where their data are") {
  JobModel model = job(1, {{"a"}, {"b"}, {"c"}, {}});
  REQUIRE(model.choose_map("b", "/r", kRacks, Locality::kNode, {}) == map(1));
  REQUIRE(model.choose_map("c", "/far", kRacks, Locality::kNode, {}) == map(2));
  // A split without hosts is at home everywhere.
  REQUIRE(model.choose_map("z", "/r", kRacks, Locality::kNode, {}) == map(3));
  REQUIRE(model.choose_map("z", "/r", kRacks, Locality::kRack, {map(3)}) == map(0));
  REQUIRE(model.choose_map("z", "/r", kRacks, Locality::kRack, {map(0), map(1), map(3)}) == std::nullopt);
  REQUIRE(model.choose_map("z", "/r", kRacks, Locality::kAny, {map(0), map(1), map(3)}) == map(2));
  REQUIRE(model.choose_reduce("a", {}) == reduce(0));
  REQUIRE(model.choose_reduce("a", {reduce(0)}) == std::nullopt);
}

TEST_CASE("the fourth failure of a task fails the job, kills don't count") {
  JobModel model = job(0, {{"a"}});
  for (int i = 0; i < 10; ++i) model.kill(model.start(map(0), on("a"), Locality::kNode, at(i)).id, "lost", at(i));
  for (int i = 0; i < 3; ++i) {
    model.fail(model.start(map(0), on("a"), Locality::kNode, at(i)).id, "broken", at(i));
    REQUIRE_FALSE(model.failure());
  }
  const std::string last = model.start(map(0), on("a"), Locality::kNode, at(20)).id;
  REQUIRE(last == "attempt_7_0001_m_000000_13");
  model.fail(last, "broken for good", at(21));
  REQUIRE(model.failure()->starts_with("Task failed task_7_0001_m_000000\nJob failed as tasks failed. failedMaps:1 failedReduces:0"));
  REQUIRE(model.failure()->find("broken for good") != std::string::npos);
  REQUIRE(model.counters().get(counter_group::kJob, "NUM_FAILED_MAPS") == 4);
  REQUIRE(model.counters().get(counter_group::kJob, "NUM_KILLED_MAPS") == 10);
}

TEST_CASE("a share of maps may fail; reduces are told not to wait") {
  JobModel model = job(1, {{"a"}, {"b"}}, {.map_attempts_max = 1, .map_failures_percent_max = 50});
  model.fail(model.start(map(0), on("a"), Locality::kNode, at(0)).id, "broken", at(0));
  REQUIRE_FALSE(model.failure());
  REQUIRE(model.events().size() == 1);
  REQUIRE(model.events()[0].attempt.empty());
}

TEST_CASE("maps of a lost node run again while a reduce needs them") {
  JobModel model = job(1, {{"a"}, {"b"}});
  for (int i = 0; i < 2; ++i) model.succeed(model.start(map(i), on(i == 0 ? "a" : "b"), Locality::kNode, at(0)).id, {}, at(1));
  model.lose_host("a", at(2));
  REQUIRE(model.pending().contains(map(0)));
  REQUIRE_FALSE(model.pending().contains(map(1)));
  REQUIRE(model.events().back().lost);
  const std::string again = model.start(map(0), on("b"), Locality::kRack, at(3)).id;
  REQUIRE(again == "attempt_7_0001_m_000000_1");
  model.succeed(again, {}, at(4));
  model.succeed(model.start(reduce(0), on("b"), Locality::kAny, at(4)).id, {}, at(5));
  model.lose_host("b", at(6));
  REQUIRE(model.all_succeeded());
}

TEST_CASE("outputs that can't be fetched are made again after three reports") {
  JobModel model = job(1, {{"a"}});
  const std::string attempt = model.start(map(0), on("a"), Locality::kNode, at(0)).id;
  model.succeed(attempt, {}, at(1));
  model.report_fetch_failure(attempt, at(2));
  model.report_fetch_failure(attempt, at(2));
  REQUIRE(model.pending().size() == 1);
  model.report_fetch_failure(attempt, at(3));
  REQUIRE(model.pending().contains(map(0)));
  REQUIRE(model.events().back().lost);
  REQUIRE(model.counters().get(counter_group::kJob, "NUM_FAILED_MAPS") == 1);
}

TEST_CASE("a map whose output can't be had counts as failed, so it doesn't run for ever") {
  JobModel model = job(1, {{"a"}}, {.map_attempts_max = 2});
  for (int i = 0; i < 2; ++i) {
    REQUIRE_FALSE(model.failure());
    const std::string attempt = model.start(map(0), on("a"), Locality::kNode, at(0)).id;
    model.succeed(attempt, {}, at(1));
    for (int report = 0; report < 3; ++report) model.report_fetch_failure(attempt, at(2));
  }
  REQUIRE(model.failure());
}

TEST_CASE("few of many reduces that can't fetch an output are more likely at fault themselves") {
  JobModel model = job(10, {{"a"}});
  const std::string attempt = model.start(map(0), on("a"), Locality::kNode, at(0)).id;
  model.succeed(attempt, {}, at(1));
  for (int i = 0; i < 10; ++i) model.start(reduce(i), on("a"), Locality::kAny, at(1));
  for (int report = 0; report < 4; ++report) model.report_fetch_failure(attempt, at(2));
  REQUIRE_FALSE(model.pending().contains(map(0)));
  model.report_fetch_failure(attempt, at(2));
  REQUIRE(model.pending().contains(map(0)));
}

TEST_CASE("a task goes elsewhere after a failure, if there is somewhere else") {
  JobModel model = job(1, {{"a"}});
  model.set_cluster_nodes(2);
  model.fail(model.start(map(0), on("a"), Locality::kNode, at(0)).id, "broken", at(0));
  REQUIRE_FALSE(model.choose_map("a", "/r", kRacks, Locality::kAny, {}));
  REQUIRE(model.choose_map("b", "/r", kRacks, Locality::kAny, {}) == map(0));
  model.fail(model.start(map(0), on("b"), Locality::kRack, at(0)).id, "broken", at(0));
  REQUIRE(model.choose_map("a", "/r", kRacks, Locality::kAny, {}) == map(0));
  model.fail_to_start(reduce(0), "a", "broken", at(0));
  REQUIRE_FALSE(model.choose_reduce("a", {}));
  REQUIRE(model.choose_reduce("b", {}) == reduce(0));
}

TEST_CASE("whose output counts") {
  JobModel model = job(2, {{"a"}});
  model.succeed(model.start(map(0), on("a"), Locality::kNode, at(0)).id, {}, at(1));
  model.fail(model.start(reduce(1), on("a"), Locality::kAny, at(1)).id, "broken", at(2));
  for (int i = 0; i < 2; ++i) model.succeed(model.start(reduce(i), on("a"), Locality::kAny, at(2)).id, {}, at(3));
  REQUIRE(model.winners() == std::vector<std::string>{"attempt_7_0001_r_000000_0", "attempt_7_0001_r_000001_1"});
  REQUIRE(model.succeeded("attempt_7_0001_r_000001_1"));
  REQUIRE_FALSE(model.succeeded("attempt_7_0001_r_000001_0"));
}

TEST_CASE("tasks that become pending again are told once") {
  JobModel model = job(1, {{"a"}, {"b"}});
  REQUIRE(model.take_reopened().empty());
  model.kill(model.start(map(1), on("a"), Locality::kAny, at(0)).id, "lost", at(0));
  REQUIRE(model.take_reopened() == std::vector<TaskId>{map(1)});
  REQUIRE(model.take_reopened().empty());
}

TEST_CASE("attempts without a sign of life, and numbers of a later master") {
  JobModel model = job(0, {{"a"}}, {.application_attempt = 2, .task_timeout = std::chrono::seconds(10)});
  const std::string attempt = model.start(map(0), on("a"), Locality::kNode, at(0)).id;
  REQUIRE(attempt == "attempt_7_0001_m_000000_1000");
  model.sign_of_life(attempt, 0, 1, at(5));
  model.sign_of_life(attempt, 0, 1, at(14));  // a message without any progress
  REQUIRE(model.timed_out(at(15)).empty());
  REQUIRE(model.timed_out(at(16)).size() == 1);
}

TEST_CASE("a process that has fallen silent is given up long before the time for slow work") {
  JobModel model = job(0, {{"a"}}, {.task_timeout = std::chrono::seconds(600)});
  const std::string attempt = model.start(map(0), on("a"), Locality::kNode, at(0)).id;
  model.sign_of_life(attempt, 0, 1, at(10));
  REQUIRE(model.timed_out(at(40)).empty());
  REQUIRE(model.timed_out(at(41)).size() == 1);
  model.sign_of_life(attempt, 0, 1, at(41));  // alive, though not further
  REQUIRE(model.timed_out(at(60)).empty());
  model.excuse_silence(at(500));
  REQUIRE(model.timed_out(at(520)).empty());
}
