#include <fmt/format.h>

#include <chrono>
#include <fstream>

#include "client/yarn/resource_requests.h"
#include "common/log/log.h"
#include "tests/unit/nodemanager/yarn_cluster.h"

using namespace tusker;
using namespace hadoop::yarn;
using std::chrono::milliseconds;
using tests::YarnCluster;

namespace {

const security::User kUser{"alice", ""};

ContainerLaunchContextProto shell(const std::string& command) {
  ContainerLaunchContextProto context;
  context.add_command(command);
  return context;
}

ApplicationSubmissionContextProto submission(const ApplicationIdProto& id, ContainerLaunchContextProto master, int attempts = 1) {
  ApplicationSubmissionContextProto context;
  *context.mutable_application_id() = id;
  context.set_application_name("test");
  context.set_maxappattempts(attempts);
  *context.mutable_resource() = yarn::to_proto(yarn::Resource{128, 1});
  *context.mutable_am_container_spec() = std::move(master);
  return context;
}

Task<yarn::ApplicationId> submit(client::YarnClient& client, std::string command, int attempts = 1) {
  auto fresh = co_await client.new_application();
  REQUIRE(fresh);
  auto submitted = co_await client.submit(submission(fresh->application_id(), shell(command), attempts));
  if (!submitted) FAIL(submitted.error().to_string());
  co_return yarn::from_proto(fresh->application_id());
}

// The report once the application is in one of `states`.
Task<ApplicationReportProto> wait_for(YarnCluster& cluster, client::YarnClient& client, yarn::ApplicationId id,
                                      std::vector<YarnApplicationStateProto> states) {
  for (int i = 0; i < 1000; ++i) {
    auto report = co_await client.report(id);
    REQUIRE(report);
    for (auto state : states) {
      if (report->yarn_application_state() == state) co_return *report;
    }
    co_await cluster.env().clock.sleep_for(milliseconds(10));
  }
  FAIL("the application " << id.to_string() << " never came that far");
  co_return ApplicationReportProto();
}

Task<std::string> read_when_there(YarnCluster& cluster, std::string path) {
  for (int i = 0; i < 1000; ++i) {
    auto text = cluster.env().disk.read_file(path);
    if (text && text->ends_with('\n')) co_return *text;
    co_await cluster.env().clock.sleep_for(milliseconds(5));
  }
  FAIL("no file " << path);
  co_return "";
}

// A master whose container hands its token to the test, which then plays the master.
Task<void> play_master(YarnCluster& cluster, client::YarnClient& client) {
  auto& clock = cluster.env().clock;
  const std::string token_file = cluster.directory() + "/token";
  const std::string done_file = cluster.directory() + "/done";
  auto begin = clock.now();
  auto id = co_await submit(
      client, fmt::format("cp $HADOOP_TOKEN_FILE_LOCATION {0}.part && (cat {0}.part; echo) > {0}; while [ ! -e {1} ]; do sleep 0.01; done",
                          token_file, done_file));
  std::string bytes = co_await read_when_there(cluster, token_file);
  auto credentials = security::decode_credentials(bytes);
  REQUIRE(credentials);
  const auto* token = credentials->find_kind("YARN_AM_RM_TOKEN");
  REQUIRE(token != nullptr);
  CHECK(token->service.empty());
  WARN("submit to running master: " << std::chrono::duration_cast<milliseconds>(clock.now() - begin).count() << " ms");

  // 1. register, ask by locality with a request id each, receive at once
  client::AmRmClient master(cluster.env(), cluster.config(), kUser, *token);
  auto registered = co_await master.register_master("127.0.0.1", 1234, "");
  if (!registered) FAIL(registered.error().to_string());
  CHECK(registered->queue() == "root.default");
  client::ResourceRequestTable requests;
  for (int task = 1; task <= 4; ++task) {
    requests.add(
        {.priority = 20, .allocation_request_id = task, .capability = {128, 1}, .hosts = {fmt::format("127.0.1.{}", task % 2 + 1)}});
  }
  AllocateRequestProto ask;
  for (auto& one : requests.take_changes()) *ask.add_ask() = one;
  begin = clock.now();
  auto answer = co_await master.allocate(ask);
  if (!answer) FAIL(answer.error().to_string());
  WARN("allocate: " << std::chrono::duration_cast<std::chrono::microseconds>(clock.now() - begin).count() << " us");
  REQUIRE(answer->allocated_containers_size() == 4);
  for (const auto& container : answer->allocated_containers()) {
    CHECK(container.nodeid().host() == fmt::format("127.0.1.{}", container.allocation_request_id() % 2 + 1));
  }

  // 2. start: one succeeds, one fails, one is stopped, one leaves a process behind
  client::NmClient nodes(cluster.env(), {id, 1});
  nodes.add_tokens(answer->nm_tokens());
  const std::string sleep = fmt::format("sleep 1000.{}", getpid());  // told from those of other tests
  const std::vector<std::string> commands{"exit 0", "echo broken >&2 2><LOG_DIR>/stderr; echo oops 1>&2 2><LOG_DIR>/stderr; exit 3",
                                          sleep + " & " + sleep + "; wait", "setsid " + sleep};
  std::map<int64_t, ContainerProto> containers;
  begin = clock.now();
  for (const auto& container : answer->allocated_containers()) {
    auto context = shell(commands[static_cast<size_t>(container.allocation_request_id() - 1)]);
    auto* data = context.add_service_data();
    data->set_key("mapreduce_shuffle");
    data->set_value(std::string("\0\x08password\0\0", 12));
    auto services = co_await nodes.start_container(container, context);
    if (!services) FAIL(services.error().to_string());
    CHECK(services->at("mapreduce_shuffle").size() == 4);
    containers[container.allocation_request_id()] = container;
  }
  auto again = co_await nodes.start_container(containers[4], shell("true"));
  REQUIRE_FALSE(again);
  CHECK(again.error().message().find("already is running on this node") != std::string::npos);
  std::map<int64_t, ContainerStatusProto> ended;
  auto collect = [&](const AllocateResponseProto& response) {
    for (const auto& status : response.completed_container_statuses()) {
      for (const auto& [number, container] : containers) {
        if (container.id().id() == status.container_id().id()) ended[number] = status;
      }
    }
  };
  for (int i = 0; i < 500 && !(ended.contains(1) && ended.contains(2)); ++i) {
    auto next = co_await master.allocate({});
    REQUIRE(next);
    collect(*next);
    if (ended.size() == 1 && i > 0)
      WARN("first completion after " << std::chrono::duration_cast<milliseconds>(clock.now() - begin).count() << " ms");
    co_await clock.sleep_for(milliseconds(5));
  }
  REQUIRE((ended.contains(1) && ended.contains(2)));
  WARN("both completions after " << std::chrono::duration_cast<milliseconds>(clock.now() - begin).count() << " ms");
  CHECK(ended[1].exit_status() == 0);
  CHECK(ended[2].exit_status() == 3);
  CHECK(ended[2].diagnostics().find("Container exited with a non-zero exit code 3. Error file: prelaunch.err.") != std::string::npos);

  auto third = yarn::from_proto(containers[3].id());
  auto third_node = yarn::from_proto(containers[3].nodeid());
  for (int i = 0; i < 1000; ++i) {
    auto status = co_await nodes.container_status(third_node, third);
    REQUIRE(status);
    CHECK(status->state() == C_RUNNING);
    if (status->container_sub_state() == CSS_RUNNING) break;
    co_await clock.sleep_for(milliseconds(5));
  }
  CHECK(co_await nodes.stop_container(third_node, third));
  for (int i = 0; i < 2000 && !ended.contains(3); ++i) {
    auto next = co_await master.allocate({});
    REQUIRE(next);
    collect(*next);
    co_await clock.sleep_for(milliseconds(5));
  }
  CHECK(ended[3].exit_status() == yarn::exit_status::kKilledByAppMaster);
  CHECK(ended[3].diagnostics().find("Container killed by the ApplicationMaster.") != std::string::npos);
  CHECK(ended[3].diagnostics().find("Container killed on request. Exit code is 143") != std::string::npos);

  // 3. finish
  auto finished = co_await master.finish(APP_SUCCEEDED, "well done", "");
  if (!finished) FAIL(finished.error().to_string());
  auto report = co_await wait_for(cluster, client, id, {FINISHED});
  CHECK(report.final_application_status() == APP_SUCCEEDED);
  CHECK(report.diagnostics() == "well done");
  std::ofstream(done_file) << "x";
  for (int i = 0; i < 500; ++i) {
    auto late = co_await master.allocate({});
    if (!late && late.error().code() == StatusCode::kApplicationAttemptNotFound) break;
    REQUIRE(i < 499);
    co_await clock.sleep_for(milliseconds(10));
  }
  // The application's end reached the nodes: nothing of it runs or lies around.
  for (int node = 1; node <= 2; ++node) {
    const std::string appcache = fmt::format("{}/127.0.1.{}/local/usercache/alice/appcache/{}", cluster.directory(), node, id.to_string());
    for (int i = 0; i < 400 && cluster.env().disk.exists(appcache); ++i) co_await clock.sleep_for(milliseconds(10));
    CHECK_FALSE(cluster.env().disk.exists(appcache));
  }
  co_await nodes.stop();
  co_await master.stop();

  // A forged token opens nothing.
  auto forged = *token;
  forged.password[0] = static_cast<char>(forged.password[0] ^ 1);
  client::AmRmClient thief(cluster.env(), cluster.config(), kUser, forged);
  auto refused = co_await thief.register_master("h", 1, "");
  CHECK_FALSE(refused);
  co_await thief.stop();
}

Task<void> scenario(YarnCluster& cluster) {
  client::YarnClient client(cluster.env(), cluster.config(), kUser);
  for (int i = 0; i < 500; ++i) {
    auto nodes = co_await client.nodes({NS_RUNNING});
    REQUIRE(nodes);
    if (nodes->size() == 2) break;
    co_await cluster.env().clock.sleep_for(milliseconds(10));
  }
  // An attempt that ends without unregistering fails, whatever its exit code; another follows.
  auto failing = co_await submit(client, "echo $CONTAINER_ID $USER $HOME $NM_HOST > <LOG_DIR>/stdout; exit 7", 2);
  auto report = co_await wait_for(cluster, client, failing, {FAILED});
  CHECK(report.currentapplicationattemptid().attemptid() == 2);
  CHECK(report.diagnostics().find("failed 2 times due to AM Container for " + yarn::ApplicationAttemptId{failing, 2}.to_string() +
                                  " exited with  exitCode: 7") != std::string::npos);
  // Kill.
  auto sleeping = co_await submit(client, "sleep 1000");
  co_await cluster.env().clock.sleep_for(milliseconds(100));
  REQUIRE(co_await client.kill(sleeping));
  report = co_await wait_for(cluster, client, sleeping, {KILLED});
  CHECK(report.diagnostics().starts_with("Application " + sleeping.to_string() + " was killed by user alice at 127.0.0.1"));
  CHECK((co_await client.report({1, 1})).error().code() == StatusCode::kApplicationNotFound);

  co_await play_master(cluster, client);
  GetApplicationsRequestProto all;
  auto applications = co_await client.applications(all);
  REQUIRE(applications);
  CHECK(applications->size() == 3);
  co_await client.stop();
}

// One disk of two is broken: containers work with the other one.
Task<void> run_beside_a_broken_disk(YarnCluster& cluster) {
  client::YarnClient client(cluster.env(), cluster.config(), kUser);
  const std::string file = cluster.directory() + "/local-dirs";
  auto id = co_await submit(client, fmt::format("echo $LOCAL_DIRS > {}; exit 1", file));
  co_await wait_for(cluster, client, id, {FAILED});
  auto written = cluster.env().disk.read_file(file);
  REQUIRE(written);
  CHECK(*written == fmt::format("{}/127.0.1.1/local/usercache/alice/appcache/{}\n", cluster.directory(), id.to_string()));
  auto nodes = co_await client.nodes({NS_RUNNING});
  REQUIRE(nodes);
  REQUIRE(nodes->size() == 1);
  CHECK(nodes->front().health_report().find("1/2 local-dirs have errors") != std::string::npos);
  co_await client.stop();
}

int processes_matching(const std::string& mark) {
  ::FILE* pipe = popen(("pgrep -fc '" + mark + "'").c_str(), "r");
  int count = 0;
  if (fscanf(pipe, "%d", &count) != 1) count = -1;
  pclose(pipe);
  return count;
}

}  // namespace

TEST_CASE("applications run, fail, are killed and finish on real daemons in one process") {
  log::set_level("root", "WARN");
  {
    YarnCluster cluster(2, {{"yarn.nodemanager.sleep-delay-before-sigkill.ms", "10000"}});  // a loaded machine is slow to obey
    cluster.run(scenario(cluster));
  }
  CHECK(processes_matching("sleep [1]000." + std::to_string(getpid())) == 0);
}

TEST_CASE("a broken disk is left out, and the node goes on with the others") {
  log::set_level("root", "ERROR");
  YarnCluster cluster(1, {{"tests.broken-disk", "true"}});
  cluster.run(run_beside_a_broken_disk(cluster));
}
