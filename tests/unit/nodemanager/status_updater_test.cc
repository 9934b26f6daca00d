#include "nodemanager/background/status_updater.h"

#include <unistd.h>

#include <filesystem>
#include <set>

#include "common/async/run_on.h"
#include "common/env/real_env.h"
#include "common/rpc/server.h"
#include "common/yarn/convert.h"
#include "common/yarn/protocols.h"
#include "nodemanager/exec/launcher_process.h"
#include "tests/support/catch.h"

using namespace tusker;
using namespace tusker::nodemanager;
using namespace hadoop::yarn;

namespace {

// A ResourceManager that loses its answer to the heartbeat that brings the first end of a container; the repetition gets the answer again,
// unread.
struct ForgetfulManager {
  bool lost = false;
  bool repeated = false;
  int32_t response_id = 0;
  std::set<int64_t> ends_read;

  Result<NodeHeartbeatResponseProto> heartbeat(const NodeHeartbeatRequestProto& request) {
    NodeHeartbeatResponseProto answer;
    answer.set_nodeaction(NORMAL);
    answer.set_nextheartbeatinterval(10);
    if (request.node_status().response_id() == response_id) {
      ++response_id;
      for (const auto& status : request.node_status().containersstatuses()) {
        if (status.state() == C_COMPLETE) ends_read.insert(yarn::from_proto(status.container_id()).id);
      }
      answer.set_response_id(response_id);
      if (lost || ends_read.empty()) return answer;
      lost = true;
      return error(StatusCode::kRetriable, "the answer is lost");
    }
    repeated = true;
    answer.set_response_id(response_id);
    return answer;
  }
};

rpc::Protocol tracker(ForgetfulManager& manager) {
  rpc::Protocol protocol;
  protocol.name = yarn::kResourceTrackerProtocol;
  protocol.methods.push_back(rpc::method<RegisterNodeManagerRequestProto, RegisterNodeManagerResponseProto>(
      "registerNodeManager", {}, [](rpc::CallContext, RegisterNodeManagerRequestProto) -> Task<Result<RegisterNodeManagerResponseProto>> {
        RegisterNodeManagerResponseProto answer;
        answer.set_nodeaction(NORMAL);
        co_return answer;
      }));
  protocol.methods.push_back(rpc::method<NodeHeartbeatRequestProto, NodeHeartbeatResponseProto>(
      "nodeHeartbeat", {}, [&manager](rpc::CallContext, NodeHeartbeatRequestProto request) -> Task<Result<NodeHeartbeatResponseProto>> {
        co_return manager.heartbeat(request);
      }));
  return protocol;
}

struct Fixture {
  Fixture(int socket, std::string scratch)
      : directory(std::move(scratch)),
        real({.net_threads = 1, .disk_threads = 2}),
        env(real.env()),
        core(env.make_strand()),
        launcher(env, core, socket, [] {}),
        cgroups(env.disk, false, "", ""),
        directories({directory + "/local"}, {directory + "/log"}),
        localizer(env, config, {.local_dirs = [this] { return directories.local(); }}, core),
        runner(env, {.local_dirs = {directory + "/local"}, .home = "/"}, directories, localizer, launcher, cgroups),
        containers(env, core, runner, localizer, {}, std::chrono::milliseconds(100), 10'000),
        server(env, {.bind = {"127.0.0.1", 0}, .name = "tracker"}, {tracker(manager)}) {}

  Task<void> start(int64_t id) {
    co_await run_on(core, [this, id] {
      StartOrder order{.id = {{{1, 1}, 1}, id}, .user = "u", .resource = {128, 1}, .context = {}};
      order.context.commands = {"exit 0"};
      REQUIRE(containers.start(std::move(order)));
    });
  }
  Task<bool> eventually(std::function<bool()> holds) {
    for (int i = 0; i < 1000 && !holds(); ++i) co_await env.clock.sleep_for(std::chrono::milliseconds(10));
    co_return holds();
  }

  std::string directory;
  config::Config config;
  RealEnv real;
  Env& env;
  Executor core;
  ProcessLauncher launcher;
  Cgroups cgroups;
  GoodDirectories directories;
  Localizer localizer;
  ContainerRunner runner;
  Containers containers;
  TokenSecrets secrets;
  ForgetfulManager manager;
  rpc::Server server;
};

Task<void> scenario(Fixture& f) {
  REQUIRE(f.server.start());
  f.launcher.start();
  // Slow to try again, so that another container ends between the call whose answer is lost and its repetition.
  StatusUpdater updater(
      f.env, f.core,
      {.resource_manager = f.server.local(),
       .user = {"nm", ""},
       .node = {"n", 1},
       .capability = {1024, 1},
       .retry_interval = std::chrono::milliseconds(800)},
      f.containers, f.secrets, [] { return NodeHealth{}; }, [](const std::string&) {});
  updater.start();
  co_await f.start(1);
  CHECK(co_await f.eventually([&f] { return f.manager.lost; }));
  co_await f.start(2);
  CHECK(co_await f.eventually([&f] { return f.manager.repeated; }));
  CHECK(co_await f.eventually([&f] { return f.manager.ends_read == std::set<int64_t>{1, 2}; }));
  co_await updater.stop();
  co_await f.server.stop();
  co_await f.containers.stop();
  co_await f.localizer.stop();
  co_await f.launcher.stop();
}

}  // namespace

TEST_CASE("an end that was told with a heartbeat that the ResourceManager didn't read is told again") {
  auto socket = fork_launcher();
  REQUIRE(socket);
  char name[] = "/tmp/tusker-updater-test-XXXXXX";
  const std::string directory = mkdtemp(name);
  {
    Fixture fixture(*socket, directory);
    fixture.real.run(scenario(fixture));
  }
  std::filesystem::remove_all(directory);
}
