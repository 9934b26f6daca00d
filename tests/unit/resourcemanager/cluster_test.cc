#include "resourcemanager/ops/cluster.h"

#include "resourcemanager/ops/application_master.h"
#include "resourcemanager/ops/expire.h"
#include "resourcemanager/ops/resource_tracker.h"
#include "resourcemanager/ops/submit_application.h"
#include "tests/support/catch.h"

using namespace tusker;
using namespace tusker::resourcemanager;

namespace {

constexpr int64_t kStart = 1'700'000'000'000;
const yarn::NodeId kNode{"h1", 1};
const yarn::NodeId kOther{"h2", 1};

Now at(int64_t ms) { return {ms, kStart + ms}; }

NodeRegistration registration(const yarn::NodeId& id) {
  return {.id = id, .http_port = 2, .ip = "127.0.0.1", .rack = "/r", .capability = {8192, 8}};
}

Submission submission(Cluster& cluster) {
  return {.id = new_application(cluster),
          .user = "u",
          .name = "n",
          .queue = "default",
          .type = "T",
          .max_attempts = 2,
          .master_resource = {1024, 1}};
}

// A cluster with one node and an application whose master has been launched.
struct Running {
  Running() : cluster({.start_ms = kStart, .web_address = "rm:8088"}, {}) {
    REQUIRE(register_node(cluster, registration(kNode), at(0)));
    Submission s = submission(cluster);
    id = s.id;
    REQUIRE(submit_application(cluster, s, at(1)));
  }
  Application& app() { return *cluster.find(id); }
  Attempt& attempt() { return *app().current(); }
  Cluster cluster;
  yarn::ApplicationId id;
};

AllocateCall call(int32_t response_id, std::vector<ResourceRequest> asks = {}) {
  return {.response_id = response_id, .asks = std::move(asks)};
}

NodeHeartbeat heartbeat(const Cluster& cluster, const yarn::NodeId& id, std::vector<ContainerReport> reports) {
  return {.id = id, .response_id = cluster.nodes.at(id).response_id, .containers = std::move(reports)};
}

}  // namespace

TEST_CASE("an application goes from submission to its end") {
  Running r;
  CHECK(r.app().state == AppState::kAccepted);
  REQUIRE(r.cluster.outbox.launches.size() == 1);
  CHECK(r.cluster.outbox.launches[0].container.id.id == 1);
  CHECK(r.cluster.outbox.attempts_started.size() == 1);
  const auto attempt = r.attempt().id;

  CHECK(allocate(r.cluster, attempt, call(0), at(2)).error().code() == StatusCode::kApplicationMasterNotRegistered);
  REQUIRE(register_master(r.cluster, attempt, "host", 99, "http://127.0.0.1:1", at(3)));
  CHECK(r.app().state == AppState::kRunning);
  CHECK(register_master(r.cluster, attempt, "host", 99, "", at(3)).error().message() ==
        "Application Master is already registered : " + r.id.to_string());

  auto answer = allocate(r.cluster, attempt, call(0, {{{5, 7}, "*", {1000, 1}, 2, true}}), at(4));
  REQUIRE(answer);
  CHECK(answer->response_id == 1);
  REQUIRE(answer->allocated.size() == 2);
  CHECK(answer->allocated[0].resource == yarn::Resource{1024, 1});
  CHECK(answer->allocated[0].key == RequestKey{5, 7});
  CHECK(allocate(r.cluster, attempt, call(0), at(5))->repeated);
  CHECK(allocate(r.cluster, attempt, call(7), at(5)).error().message() ==
        "Invalid responseId in AllocateRequest from application attempt: " + attempt.to_string() +
            ", expect responseId to be 1, but get 7");

  auto done = answer->allocated[0].id;
  auto orders =
      node_heartbeat(r.cluster, heartbeat(r.cluster, kNode, {{answer->allocated[1].id, false, 0, ""}, {done, true, 3, "bad"}}), at(6));
  CHECK_FALSE(orders.resync);
  CHECK(orders.containers_to_remove.empty());  // not before the master knows
  answer = allocate(r.cluster, attempt, call(1), at(7));
  REQUIRE(answer->completed.size() == 1);
  CHECK(answer->completed[0].exit_status == 3);
  CHECK(answer->completed[0].diagnostics == "bad");
  REQUIRE(allocate(r.cluster, attempt, call(2), at(8)));
  orders = node_heartbeat(r.cluster, heartbeat(r.cluster, kNode, {}), at(9));
  CHECK(orders.containers_to_remove == std::vector{done});

  REQUIRE(finish_master(r.cluster, attempt, FinalStatus::kSucceeded, "fine", "http://127.0.0.1:2", at(10)));
  CHECK(r.app().state == AppState::kFinishing);
  orders = node_heartbeat(r.cluster, heartbeat(r.cluster, kNode, {{*r.attempt().master, true, 0, ""}}), at(11));
  CHECK(orders.applications_to_clean == std::vector{r.id});
  CHECK(r.app().state == AppState::kFinished);
  CHECK(r.app().final_status == FinalStatus::kSucceeded);
  CHECK(r.cluster.scheduler.used() == yarn::Resource{});
  CHECK(r.cluster.containers.empty());
  CHECK(allocate(r.cluster, attempt, call(3), at(13)).error().code() == StatusCode::kApplicationAttemptNotFound);
  CHECK(finish_master(r.cluster, attempt, FinalStatus::kSucceeded, "", "", at(13)));
}

TEST_CASE("a master that dies is started again, as often as is allowed") {
  Running r;
  auto first = r.attempt().id;
  node_heartbeat(r.cluster, heartbeat(r.cluster, kNode, {{*r.attempt().master, true, 137, "killed\n"}}), at(5));
  CHECK(r.app().state == AppState::kAccepted);
  CHECK(r.attempt().id.attempt == 2);
  CHECK(r.cluster.outbox.launches.size() == 2);
  CHECK(r.cluster.outbox.attempts_ended == std::vector{first});
  node_heartbeat(r.cluster, heartbeat(r.cluster, kNode, {{*r.attempt().master, true, 0, ""}}), at(6));
  CHECK(r.app().state == AppState::kFailed);
  CHECK(r.app().diagnostics.starts_with("Application " + r.id.to_string() + " failed 2 times due to AM Container for " +
                                        r.attempt().id.to_string() + " exited with  exitCode: 0\nFailing this attempt.Diagnostics: "));
  CHECK(r.app().diagnostics.ends_with("Failing the application."));
}

TEST_CASE("a lost node takes its containers along, and the master's loss is no failure of the application") {
  Running r;
  REQUIRE(register_master(r.cluster, r.attempt().id, "h", 1, "", at(2)));
  REQUIRE(register_node(r.cluster, registration(kOther), at(3)));
  expire_nodes(r.cluster, at(500'000));
  CHECK(r.cluster.nodes.size() == 2);
  r.cluster.nodes.at(kOther).last_heartbeat_mono_ms = 600'000;
  expire_nodes(r.cluster, at(600'100));
  CHECK(r.cluster.nodes.size() == 1);
  CHECK(r.cluster.inactive_nodes.at(kNode).state == NodeState::kLost);
  CHECK(r.app().attempts.size() == 2);
  CHECK(r.app().failures(kStart) == 0);
  CHECK(r.attempt().master_node == kOther);
  CHECK(node_heartbeat(r.cluster, {.id = kNode, .response_id = 0}, at(600'200)).resync);
}

TEST_CASE("a node that comes back empty has lost what it ran; one with its applications keeps it") {
  Running r;
  REQUIRE(register_master(r.cluster, r.attempt().id, "h", 1, "", at(2)));
  auto again = registration(kNode);
  SECTION("with them") {
    node_heartbeat(r.cluster, heartbeat(r.cluster, kNode, {{*r.attempt().master, false, 0, ""}}), at(3));
    again.applications = {r.id};
    again.containers = {{*r.attempt().master, false, 0, ""}};
    REQUIRE(register_node(r.cluster, again, at(4)));
    CHECK(r.app().attempts.size() == 1);
    CHECK(r.app().state == AppState::kRunning);
  }
  SECTION("without") {
    REQUIRE(register_node(r.cluster, again, at(4)));
    CHECK(r.app().attempts.size() == 2);
    CHECK(r.cluster.scheduler.used().memory_mb == 1024);
  }
}

TEST_CASE("kill, expiry and refusals") {
  Running r;
  SECTION("kill") {
    CHECK(kill_application(r.cluster, r.id, "killed by u", at(5)) == true);
    CHECK(r.app().state == AppState::kKilled);
    CHECK(r.cluster.outbox.stops.size() == 1);
    CHECK(r.cluster.scheduler.used() == yarn::Resource{});
    CHECK(kill_application(r.cluster, r.id, "", at(6)) == true);
    auto unknown = kill_application(r.cluster, {kStart, 99}, "", at(6));
    REQUIRE_FALSE(unknown);
    CHECK(unknown.error().code() == StatusCode::kApplicationNotFound);
  }
  SECTION("a silent master") {
    expire_masters(r.cluster, at(900'000));
    CHECK(r.app().attempts.size() == 1);
    expire_masters(r.cluster, at(900'100));
    CHECK(r.app().attempts.size() == 2);
  }
  SECTION("a container that is never started") {
    REQUIRE(register_master(r.cluster, r.attempt().id, "h", 1, "", at(2)));
    REQUIRE(allocate(r.cluster, r.attempt().id, call(0, {{{5, -1}, "*", {1024, 1}, 1, true}}), at(3)));
    expire_containers(r.cluster, at(600'004));
    auto answer = allocate(r.cluster, r.attempt().id, call(1), at(600'005));
    REQUIRE(answer->completed.size() == 1);
    CHECK(answer->completed[0].exit_status == yarn::exit_status::kAborted);
    CHECK(answer->completed[0].diagnostics == "Container expired since it was unused");
  }
  SECTION("an unknown queue fails the application, not the call") {
    Submission s = submission(r.cluster);
    s.queue = "nope";
    REQUIRE(submit_application(r.cluster, s, at(2)));
    CHECK(r.cluster.find(s.id)->state == AppState::kFailed);
    CHECK(r.cluster.find(s.id)->diagnostics == "Application " + s.id.to_string() + " submitted by user u to unknown queue: nope");
  }
  SECTION("more than the maximum is refused") {
    Submission s = submission(r.cluster);
    s.master_resource = {10'000, 1};
    auto refused = submit_application(r.cluster, s, at(2));
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code() == StatusCode::kInvalidResourceRequest);
    CHECK(refused.error().message().starts_with(
        "Invalid resource request! Cannot allocate containers as requested resource is greater than maximum"));
  }
  SECTION("a node that is too small is refused") {
    auto small = registration(kOther);
    small.capability = {512, 1};
    CHECK_FALSE(register_node(r.cluster, small, at(2)));
  }
  SECTION("more than the largest node has is refused, whatever the configured maximum") {
    auto one = registration(kOther);
    one.capability = {4096, 8};
    Cluster small({.start_ms = kStart, .web_address = "rm:8088"}, {});
    REQUIRE(register_node(small, one, at(2)));
    Submission s = submission(small);
    s.master_resource = {6000, 1};
    auto refused = submit_application(small, s, at(2));
    REQUIRE_FALSE(refused);
    CHECK(refused.error().message().find("maximum allowed allocation=<memory:4096, vCores:4>") != std::string::npos);
  }
  SECTION("a master that releases its own container keeps it") {
    REQUIRE(register_master(r.cluster, r.attempt().id, "h", 1, "", at(2)));
    AllocateCall release = call(0, {{{5, -1}, "*", {1024, 1}, 1, true}});
    release.releases = {*r.attempt().master};
    auto answer = allocate(r.cluster, r.attempt().id, release, at(3));
    REQUIRE(answer);
    CHECK(answer->allocated.size() == 1);
    CHECK(r.app().attempts.size() == 1);
    CHECK(r.app().state == AppState::kRunning);
  }
  SECTION("a container that is started after the end of its application ends it on the node once more") {
    REQUIRE(register_master(r.cluster, r.attempt().id, "h", 1, "", at(2)));
    auto got = allocate(r.cluster, r.attempt().id, call(0, {{{5, -1}, "*", {1024, 1}, 1, true}}), at(3));
    CHECK(kill_application(r.cluster, r.id, "killed by u", at(5)) == true);
    CHECK(node_heartbeat(r.cluster, heartbeat(r.cluster, kNode, {}), at(6)).applications_to_clean == std::vector{r.id});
    auto orders = node_heartbeat(r.cluster, heartbeat(r.cluster, kNode, {{got->allocated[0].id, false, 0, ""}}), at(7));
    CHECK(orders.containers_to_clean == std::vector{got->allocated[0].id});
    CHECK(orders.applications_to_clean == std::vector{r.id});
  }
  SECTION("released containers come back as such") {
    REQUIRE(register_master(r.cluster, r.attempt().id, "h", 1, "", at(2)));
    auto got = allocate(r.cluster, r.attempt().id, call(0, {{{5, -1}, "*", {1024, 1}, 1, true}}), at(3));
    AllocateCall release = call(1);
    release.releases = {got->allocated[0].id};
    auto answer = allocate(r.cluster, r.attempt().id, release, at(4));
    REQUIRE(answer->completed.size() == 1);
    CHECK(answer->completed[0].diagnostics == "Container released by application");
    release.response_id = 2;
    release.releases = {{{r.id, 9}, 1}};
    CHECK(allocate(r.cluster, r.attempt().id, release, at(5)).error().code() == StatusCode::kInvalidContainerRelease);
  }
}

TEST_CASE("a node that can't be reached for a master is avoided, and the application isn't blamed") {
  Running r;
  REQUIRE(r.attempt().master_node == kNode);
  auto other = registration(kOther);
  other.capability = {1024, 1};  // the first has more room
  REQUIRE(register_node(r.cluster, other, at(2)));
  r.cluster.lose_launch(r.app(), r.attempt(), "refused", at(3));
  CHECK(r.app().attempts.size() == 2);
  CHECK(r.attempt().master_node == kOther);
  CHECK(r.app().failures(kStart) == 0);
  // Its containers may go there.
  REQUIRE(register_master(r.cluster, r.attempt().id, "h", 1, "", at(4)));
  auto answer = allocate(r.cluster, r.attempt().id, call(0, {{{5, -1}, "*", {1024, 1}, 1, true}}), at(5));
  REQUIRE(answer->allocated.size() == 1);
  CHECK(answer->allocated[0].node == kNode);
}

TEST_CASE("with no node that can be reached the application fails in the end, and a launch that is refused counts at once") {
  Running r;
  SECTION("unreachable") {
    int launches = 0;
    for (; !is_final(r.app().state) && launches < 100; ++launches) r.cluster.lose_launch(r.app(), r.attempt(), "refused", at(launches));
    CHECK(launches == 12);
  }
  SECTION("refused") {
    r.cluster.fail_attempt(r.app(), r.attempt(), "bad token", at(2));
    CHECK(r.app().failures(kStart) == 1);
    r.cluster.fail_attempt(r.app(), r.attempt(), "bad token", at(3));
  }
  CHECK(r.app().state == AppState::kFailed);
}
