#include <cstdlib>
#include <iostream>

#include "common/async/task_group.h"
#include "common/log/log.h"
#include "tests/simulation/workload.h"
#include "tests/support/catch.h"

namespace tusker::tests {
namespace {

constexpr int kDatanodes = 5;
constexpr int kClients = 4;
constexpr auto kLength = std::chrono::minutes(60);

// Faults at random moments. At most two DataNodes are down at once, and never for good. A disk is lost for good when everything is there
// and has been for a while, as an operator would have it.
Task<void> disturb(SimCluster* cluster, TimePoint until, int* disks_lost) {
  SimEnv& sim = cluster->sim();
  const auto below = [&sim](uint64_t bound) { return sim.random().below(bound); };
  std::map<int, TimePoint> back;  // when a crashed DataNode returns
  TimePoint namenode_back{};
  TimePoint mended{};
  TimePoint whole_since = kNever;
  while (sim.clock().now() < until) {
    co_await sim.clock().sleep_for(std::chrono::milliseconds(500 + below(15'000)));
    const TimePoint now = sim.clock().now();
    for (auto it = back.begin(); it != back.end();) {
      if (it->second > now) {
        ++it;
        continue;
      }
      co_await cluster->start_datanode(it->first);
      it = back.erase(it);
    }
    if (!cluster->namenode_runs() && namenode_back <= now) co_await cluster->start_namenode();
    if (mended <= now) sim.network().mend_all();
    const int node = 1 + static_cast<int>(below(kDatanodes));
    const bool whole = back.empty() && cluster->all_replicated();
    whole_since = whole ? std::min(whole_since, now) : kNever;
    if (whole && now >= whole_since + std::chrono::seconds(10)) {
      co_await cluster->crash_datanode(node);
      cluster->replace_disk(node);
      co_await cluster->start_datanode(node);
      whole_since = kNever;
      ++*disks_lost;
      continue;
    }
    switch (below(7)) {
      case 0:
        if (cluster->namenode_runs()) {
          co_await cluster->crash_namenode();
          namenode_back = now + std::chrono::milliseconds(below(20'000));
        }
        break;
      case 1:
        if (back.size() < 2 && cluster->datanode_runs(node)) {
          co_await cluster->crash_datanode(node);
          back[node] = now + std::chrono::seconds(1 + below(90));
        }
        break;
      case 2:
        sim.network().cut(SimCluster::namenode_host(), SimCluster::datanode_host(node));
        mended = now + std::chrono::seconds(1 + below(40));
        break;
      case 3:
        sim.network().cut(SimCluster::datanode_host(node), SimCluster::datanode_host(1 + node % kDatanodes));
        mended = now + std::chrono::seconds(1 + below(40));
        break;
      case 4:
        sim.network().reset_one(SimCluster::namenode_host());
        break;  // a lost answer: the client repeats its call
      case 5:
        sim.network().reset_one(SimCluster::datanode_host(node));
        break;
      default:
        sim.network().reset_one("10.0.2." + std::to_string(1 + below(kClients)));
    }
  }
  sim.network().mend_all();
  if (!cluster->namenode_runs()) co_await cluster->start_namenode();
  for (const auto& [node, when] : back) co_await cluster->start_datanode(node);
}

Task<void> run_and_count(Workload* workload, TimePoint until, int* running) {
  co_await workload->run(until);
  --*running;
}

Task<void> scenario(SimEnv* sim, int64_t* acknowledged) {
  SimCluster cluster(*sim, kDatanodes,
                     {{"dfs.heartbeat.interval", "3s"},
                      {"dfs.namenode.heartbeat.recheck-interval", "5000"},
                      {"dfs.namenode.redundancy.interval.seconds", "3s"},
                      {"dfs.namenode.fs-limits.min-block-size", "1024"},
                      {"dfs.blocksize", "32768"},
                      {"dfs.client.socket-timeout", "10000"},
                      {"dfs.replication", "3"}});
  co_await cluster.start();
  co_await sim->clock().sleep_for(std::chrono::seconds(10));
  const TimePoint until = sim->clock().after(kLength);
  std::vector<std::unique_ptr<Workload>> workloads;
  TaskGroup tasks("workloads");
  int running = kClients;
  for (int i = 1; i <= kClients; ++i) {
    workloads.push_back(std::make_unique<Workload>(cluster, i));
    tasks.spawn(sim->host("10.0.2." + std::to_string(i)).make_strand(), run_and_count(workloads.back().get(), until, &running));
  }
  int disks_lost = 0;
  co_await disturb(&cluster, until, &disks_lost);
  std::cout << disks_lost << " disks were replaced" << std::endl;
  while (running > 0 && tasks.size() > 0) co_await sim->clock().sleep_for(std::chrono::seconds(1));
  REQUIRE(running == 0);
  // Leases, recoveries and copies settle; one that got lost is tried again after five minutes.
  co_await sim->clock().sleep_for(std::chrono::minutes(3));
  for (int i = 0; i < 20 && !cluster.all_replicated(); ++i) co_await sim->clock().sleep_for(std::chrono::minutes(1));
  CHECK(cluster.all_replicated());
  for (auto& workload : workloads) {
    co_await workload->verify();
    *acknowledged += workload->acknowledged();
  }
  for (auto& workload : workloads) co_await workload->stop();
  co_await tasks.stop();
  co_await cluster.stop();
}

uint64_t seed_of_run() {
  if (const char* given = std::getenv("TUSKER_SEED")) return std::strtoull(given, nullptr, 10);
  return 20261121;
}

}  // namespace

TEST_CASE("every acknowledged byte survives an hour of crashes, cuts and resets") {
  log::set_level("root", std::getenv("TUSKER_LOG") != nullptr ? std::getenv("TUSKER_LOG") : "OFF");
  const uint64_t seed = seed_of_run();
  std::cout << "seed " << seed << " (TUSKER_SEED sets another)" << std::endl;
  SimEnv sim(seed);
  int64_t acknowledged = 0;
  INFO("seed " << seed);
  REQUIRE(sim.run(scenario(&sim, &acknowledged)));
  std::cout << acknowledged << " operations acknowledged in "
            << std::chrono::duration_cast<std::chrono::seconds>(sim.clock().now().since_zero).count() << " s of virtual time" << std::endl;
  REQUIRE(acknowledged > 500);
}

}  // namespace tusker::tests
