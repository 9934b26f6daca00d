#include "nodemanager/server.h"

#include <fmt/format.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdio>

#include "common/async/run_on.h"
#include "common/config/keys_core.h"
#include "common/env/real_disk.h"
#include "common/env/real_env.h"
#include "common/log/log.h"
#include "common/net/http_server.h"
#include "common/rpc/server.h"
#include "common/security/user.h"
#include "nodemanager/aux/shuffle_service.h"
#include "nodemanager/background/status_updater.h"
#include "nodemanager/background/upkeep.h"
#include "nodemanager/config.h"
#include "nodemanager/exec/launcher_process.h"
#include "nodemanager/rpc/container_management_protocol.h"
#include "nodemanager/rpc/web.h"

namespace tusker::nodemanager {
namespace {

constexpr Duration kStopGrace = std::chrono::seconds(5);
constexpr const char* kCgroupMount = "/sys/fs/cgroup";

// The shuffle service in the role of an auxiliary service.
class ShuffleAux final : public AuxService {
 public:
  explicit ShuffleAux(ShuffleService& service) : service_(service) {}
  std::string name() const override { return std::string(shuffle::kServiceName); }
  std::string metadata() const override {
    std::string port;
    append_be(port, static_cast<int32_t>(service_.port()));
    return port;
  }
  Result<void> begin_application(const yarn::ApplicationId& id, const std::string& user, const std::string& data) override {
    return service_.begin_application(id, user, data);
  }
  void end_application(const yarn::ApplicationId& id) override { service_.end_application(id); }

 private:
  ShuffleService& service_;
};

metrics::Attributes node_bean(const ContainerCounts& counts, const yarn::Resource& capability) {
  return {{"ContainersLaunched", counts.launched},
          {"ContainersCompleted", counts.completed},
          {"ContainersFailed", counts.failed},
          {"ContainersKilled", counts.killed},
          {"ContainersRunning", counts.running},
          {"AllocatedGB", counts.allocated.memory_mb / 1024},
          {"AllocatedVCores", int64_t{counts.allocated.vcores}},
          {"AvailableGB", (capability.memory_mb - counts.allocated.memory_mb) / 1024},
          {"AvailableVCores", int64_t{capability.vcores - counts.allocated.vcores}}};
}

}  // namespace

// Members stand in the order in which they need each other.
struct NodeManager::Parts {
  Parts(Env& environment, const config::Config& configuration, Settings s, int launcher_socket)
      : env(environment),
        settings(std::move(s)),
        core(env.make_strand()),
        launcher(env, core, launcher_socket,
                 [this] {
                   launcher_gone = true;
                   kill(getpid(), SIGTERM);
                 }),
        cgroups(env.disk, settings.cgroups_wanted, kCgroupMount, settings.cgroups_hierarchy),
        directories(settings.local_dirs, settings.log_dirs),
        localizer(env, configuration,
                  {.local_dirs = [this] { return directories.local(); },
                   .cache_bytes_max = settings.cache_bytes_max,
                   .fetches_max = static_cast<size_t>(std::max<int64_t>(1, settings.fetches_max))},
                  core),
        shuffle(env, {.bind = {settings.rpc_bind.host, settings.shuffle_port},
                      .local_dirs = settings.local_dirs,
                      .connections_max = static_cast<size_t>(std::max<int64_t>(0, settings.shuffle_connections_max))}),
        shuffle_aux(shuffle),
        runner(env, runner_options(settings), directories, localizer, launcher, cgroups),
        containers(env, core, runner, localizer, aux_services(), settings.sigkill_delay,
                   static_cast<size_t>(settings.diagnostics_bytes_max)),
        services{env, core, containers, secrets},
        facts{.start_ms = env.clock.wall_ms(), .capability = settings.capability, .log_dirs = settings.log_dirs},
        web(env, {.bind = settings.web_bind, .name = "nodemanager"}),
        server(env, rpc_options(), protocols()),
        upkeep(env, core, settings, directories, localizer, containers) {
    registry.add_bean("Hadoop:service=NodeManager,name=NodeManagerMetrics",
                      [this] { return node_bean(containers.counts(), settings.capability); });
    registry.add_bean("Hadoop:service=NodeManager,name=ShuffleMetrics", [this] { return shuffle.metrics(); });
    net::add_standard_routes(web, registry, configuration);
    add_web_routes(web, services, facts);
  }

  static RunnerOptions runner_options(const Settings& s) {
    return {.local_dirs = s.local_dirs,
            .inherited = s.inherited,
            .admin = s.admin_env,
            .home = s.home,
            .stderr_tail_bytes = s.stderr_tail_bytes,
            .delete_delay = s.delete_delay};
  }
  std::vector<AuxService*> aux_services() { return settings.shuffle ? std::vector<AuxService*>{&shuffle_aux} : std::vector<AuxService*>{}; }
  rpc::ServerOptions rpc_options() {
    rpc::ServerOptions options{.bind = settings.rpc_bind, .name = "nodemanager"};
    options.tokens = &secrets;
    options.simple_allowed = false;
    return options;
  }
  std::vector<rpc::Protocol> protocols() {
    std::vector<rpc::Protocol> all;
    all.push_back(container_management_protocol(services));
    return all;
  }

  Env& env;
  const Settings settings;
  Executor core;
  std::atomic<bool> launcher_gone{false};
  ProcessLauncher launcher;
  Cgroups cgroups;
  GoodDirectories directories;
  Localizer localizer;
  TokenSecrets secrets;
  ShuffleService shuffle;
  ShuffleAux shuffle_aux;
  ContainerRunner runner;
  Containers containers;
  Services services;
  NodeFacts facts;
  metrics::Registry registry;
  net::HttpServer web;
  rpc::Server server;
  Upkeep upkeep;
  std::unique_ptr<StatusUpdater> updater;  // needs the ports
};

NodeManager::NodeManager(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
NodeManager::~NodeManager() = default;

Result<std::unique_ptr<NodeManager>> NodeManager::create(Env& env, const config::Config& config, int launcher_socket) {
  TRY(Settings settings, read_settings(config));
  return std::unique_ptr<NodeManager>(new NodeManager(std::make_unique<Parts>(env, config, std::move(settings), launcher_socket)));
}

Result<void> NodeManager::start() {
  Parts& p = *parts_;
  if (!p.cgroups.usable()) LOG_INFO("containers run without cgroups: {}", p.cgroups.reason());
  TRY_VOID(Upkeep::prepare_directories(p.env.disk, p.settings));
  p.launcher.start();
  if (p.settings.shuffle) TRY_VOID(p.shuffle.start());
  TRY_VOID(p.server.start());
  const Endpoint rpc = p.server.local();
  const std::string host = p.settings.rpc_bind.host == "0.0.0.0" ? p.env.network.host_name() : p.settings.rpc_bind.host;
  p.facts.id = {host, rpc.port};
  p.secrets.set_node(p.facts.id);
  TRY_VOID(p.web.start());
  p.facts.http_port = p.web.local().port;
  p.runner.set_addresses(host, rpc.port, p.web.local().port);
  // Until it has registered no caller's token is good, so nothing has used what was set here.
  p.updater = std::make_unique<StatusUpdater>(
      p.env, p.core,
      StatusUpdater::Options{.resource_manager = p.settings.resource_manager,
                             .user = security::current_user(),
                             .node = p.facts.id,
                             .http_port = p.web.local().port,
                             .capability = p.settings.capability,
                             .retry_interval = p.settings.register_retry},
      p.containers, p.secrets, [&p] { return p.upkeep.health(); },
      [](const std::string& why) {
        LOG_ERROR("the ResourceManager tells this node to shut down: {}", why);
        kill(getpid(), SIGTERM);
      });
  p.updater->start();
  p.upkeep.start();
  return {};
}

Task<void> NodeManager::stop() {
  Parts& p = *parts_;
  co_await p.updater->unregister();
  co_await p.updater->stop();
  co_await p.server.stop();
  co_await p.web.stop();
  co_await p.containers.stop_all(kStopGrace);
  co_await p.upkeep.stop();
  if (p.settings.shuffle) co_await p.shuffle.stop();
  co_await p.containers.stop();
  co_await p.localizer.stop();
  co_await p.launcher.stop();
}

bool NodeManager::broken() const { return parts_->launcher_gone; }

std::string NodeManager::describe() const {
  return fmt::format("node={} web={}", parts_->facts.id.to_string(), parts_->web.local().to_string());
}

namespace {

Task<void> serve(RealEnv& env, NodeManager& manager) {
  notify_service_manager("READY=1");
  LOG_INFO("nodemanager serves {}", manager.describe());
  co_await env.wait_for_stop_signal();
  notify_service_manager("STOPPING=1");
  co_await manager.stop();
}

}  // namespace

int run(const std::vector<std::string>& arguments) {
  auto fail = [](const Status& status) {
    fmt::print(stderr, "nodemanager: {}\n", status.message());
    return 1;
  };
  RealDisk disk;
  auto command_line = config::load_command_line(disk, arguments, "nodemanager.yaml");
  if (!command_line) return fail(command_line.error());
  if (!command_line->rest.empty()) {
    return fail(Status(StatusCode::kIllegalArgument,
                       fmt::format("{} is no option; the NodeManager takes -conf FILE and -D key=value", command_line->rest[0])));
  }
  auto launcher = fork_launcher();  // before any thread
  if (!launcher) return fail(launcher.error());
  RealEnv env({.bind_address = command_line->config.get(config::kOutgoingAddress)});
  auto manager = NodeManager::create(env.env(), command_line->config, *launcher);
  if (!manager) return fail(manager.error());
  if (auto started = (*manager)->start(); !started) return fail(started.error());
  env.run(serve(env, **manager));
  if (!(*manager)->broken()) return 0;
  return fail(Status(StatusCode::kIllegalState, "the launcher process died; a new start of this NodeManager brings another"));
}

}  // namespace tusker::nodemanager
