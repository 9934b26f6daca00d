#include "resourcemanager/server.h"

#include <fmt/format.h>

#include <cstdio>

#include "common/config/keys_core.h"
#include "common/env/real_disk.h"
#include "common/env/real_env.h"
#include "common/log/log.h"
#include "common/net/http_server.h"
#include "common/net/topology.h"
#include "common/rpc/server.h"
#include "resourcemanager/am_launcher.h"
#include "resourcemanager/background/loops.h"
#include "resourcemanager/config.h"
#include "resourcemanager/rpc/protocols.h"

namespace tusker::resourcemanager {
namespace {

constexpr int64_t kNodeSilenceMsMin = 1000;

SchedulerOptions scheduler_options(const Settings& s, uint64_t seed) {
  return {.minimum = {s.minimum_mb, static_cast<int32_t>(s.minimum_vcores)},
          .maximum = {s.maximum_mb, static_cast<int32_t>(s.maximum_vcores)},
          .vcores_count = s.vcores_count,
          .master_share_max = s.master_share_max,
          .node_locality_delay = s.node_locality_delay,
          .rack_locality_additional_delay = s.rack_locality_additional_delay,
          .locality_wait_ms_max = s.locality_wait_ms_max,
          .locality_enabled = s.locality_enabled,
          // As Hadoop's scheduler: two heartbeats; with a floor, since short intervals are missed by any busy machine.
          .node_silence_ms_max = std::max(2 * s.heartbeat_interval_ms, kNodeSilenceMsMin),
          .seed = seed};
}

ClusterOptions cluster_options(const Settings& s, int64_t start_ms) {
  Endpoint web = s.web_bind;
  if (web.host == "0.0.0.0") web.host = "127.0.0.1";
  return {.start_ms = start_ms,
          .am_attempts_default = static_cast<int32_t>(s.am_attempts_default),
          .am_attempts_max = static_cast<int32_t>(s.am_attempts_max),
          .am_expiry_ms = s.am_expiry_ms,
          .nm_expiry_ms = s.nm_expiry_ms,
          .container_allocation_expiry_ms = s.container_allocation_expiry_ms,
          .heartbeat_interval_ms = s.heartbeat_interval_ms,
          .applications_max = s.applications_max,
          .completed_applications_max = s.completed_applications_max,
          .web_address = web.to_string()};
}

rpc::ServerOptions port(const Endpoint& bind, std::string name) { return {.bind = bind, .name = std::move(name)}; }

metrics::Attributes cluster_bean(const MetricsSnapshot& m) {
  return {
      {"NumActiveNMs", m.active_nodes},      {"NumUnhealthyNMs", m.unhealthy_nodes}, {"NumLostNMs", m.lost_nodes},
      {"NumRebootedNMs", m.rebooted_nodes},  {"NumShutdownNMs", m.shutdown_nodes},   {"NumDecommissionedNMs", int64_t{0}},
      {"NumDecommissioningNMs", int64_t{0}}, {"CapabilityMB", m.total.memory_mb},    {"CapabilityVirtualCores", int64_t{m.total.vcores}}};
}

metrics::Attributes queue_bean(const MetricsSnapshot& m, const char* queue) {
  return {{"tag.Queue", std::string(queue)},
          {"AppsSubmitted", m.apps_submitted},
          {"AppsRunning", m.apps_running},
          {"AppsPending", m.apps_pending},
          {"AppsCompleted", m.apps_completed},
          {"AppsKilled", m.apps_killed},
          {"AppsFailed", m.apps_failed},
          {"AllocatedMB", m.used.memory_mb},
          {"AllocatedVCores", int64_t{m.used.vcores}},
          {"AllocatedContainers", m.containers_allocated},
          {"AggregateContainersAllocated", m.containers_allocated_total},
          {"AggregateNodeLocalContainersAllocated", m.node_local_total},
          {"AggregateRackLocalContainersAllocated", m.rack_local_total},
          {"AggregateOffSwitchContainersAllocated", m.off_switch_total},
          {"AvailableMB", m.total.memory_mb - m.used.memory_mb},
          {"AvailableVCores", int64_t{m.total.vcores - m.used.vcores}},
          {"PendingMB", m.pending.memory_mb},
          {"PendingVCores", int64_t{m.pending.vcores}},
          {"PendingContainers", m.containers_pending}};
}

}  // namespace

struct ResourceManager::Parts {
  Parts(Env& env, const config::Config& config, Settings s, net::Topology topology_table)
      : settings(std::move(s)),
        options(cluster_options(settings, env.clock.wall_ms())),
        topology(std::move(topology_table)),
        core(env, Cluster(options, scheduler_options(settings, env.random.next_u64()))),
        secrets(env.random),
        services{core, secrets, topology, options},
        launcher(core, secrets, options),
        loops(core, secrets, settings),
        web(env, {.bind = settings.web_bind, .name = "resourcemanager"}) {
    core.set_delivery([this](Outbox outbox) { launcher.deliver(std::move(outbox)); });
    rpc::ServerOptions scheduler_port = port(settings.scheduler_bind, "resourcemanager scheduler");
    scheduler_port.tokens = &secrets;
    scheduler_port.simple_allowed = false;
    std::vector<rpc::Protocol> client{application_client_protocol(services)};
    std::vector<rpc::Protocol> master{application_master_protocol(services)};
    std::vector<rpc::Protocol> tracker{resource_tracker_protocol(services)};
    servers.push_back(std::make_unique<rpc::Server>(env, port(settings.client_bind, "resourcemanager"), std::move(client)));
    servers.push_back(std::make_unique<rpc::Server>(env, scheduler_port, std::move(master)));
    servers.push_back(std::make_unique<rpc::Server>(env, port(settings.tracker_bind, "resourcemanager tracker"), std::move(tracker)));
    registry.add_bean("Hadoop:service=ResourceManager,name=ClusterMetrics", [this] { return cluster_bean(core.metrics()); });
    registry.add_bean("Hadoop:service=ResourceManager,name=QueueMetrics,q0=root", [this] { return queue_bean(core.metrics(), "root"); });
    registry.add_bean("Hadoop:service=ResourceManager,name=QueueMetrics,q0=root,q1=default",
                      [this] { return queue_bean(core.metrics(), "root.default"); });
    net::add_standard_routes(web, registry, config);
    add_web_routes(web, services);
  }

  const Settings settings;
  const ClusterOptions options;
  const net::Topology topology;
  Core core;
  TokenSecrets secrets;
  Services services;
  AmLauncher launcher;
  BackgroundLoops loops;
  metrics::Registry registry;
  net::HttpServer web;
  std::vector<std::unique_ptr<rpc::Server>> servers;
};

ResourceManager::ResourceManager(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
ResourceManager::~ResourceManager() = default;

Result<std::unique_ptr<ResourceManager>> ResourceManager::create(Env& env, const config::Config& config) {
  TRY(Settings settings, read_settings(config));
  TRY(net::Topology topology, net::Topology::load(env.disk, settings.topology_table));
  return std::unique_ptr<ResourceManager>(
      new ResourceManager(std::make_unique<Parts>(env, config, std::move(settings), std::move(topology))));
}

Result<void> ResourceManager::start() {
  for (auto& server : parts_->servers) TRY_VOID(server->start());
  TRY_VOID(parts_->web.start());
  parts_->loops.start();
  return {};
}

Task<void> ResourceManager::stop() {
  co_await parts_->web.stop();
  for (auto& server : parts_->servers) co_await server->stop();
  co_await parts_->loops.stop();
  co_await parts_->launcher.stop();
}

ResourceManager::Addresses ResourceManager::addresses() const {
  return {parts_->servers[0]->local(), parts_->servers[1]->local(), parts_->servers[2]->local(), parts_->web.local()};
}

namespace {

Task<void> serve(RealEnv& env, ResourceManager& manager) {
  notify_service_manager("READY=1");
  auto at = manager.addresses();
  LOG_INFO("resourcemanager serves clients={} masters={} nodes={} web={}", at.clients.to_string(), at.masters.to_string(),
           at.nodes.to_string(), at.web.to_string());
  co_await env.wait_for_stop_signal();
  notify_service_manager("STOPPING=1");
  co_await manager.stop();
}

}  // namespace

int run(const std::vector<std::string>& arguments) {
  auto fail = [](const Status& status) {
    fmt::print(stderr, "resourcemanager: {}\n", status.message());
    return 1;
  };
  RealDisk disk;
  auto command_line = config::load_command_line(disk, arguments, "resourcemanager.yaml");
  if (!command_line) return fail(command_line.error());
  if (!command_line->rest.empty()) {
    return fail(Status(StatusCode::kIllegalArgument,
                       fmt::format("{} is no option; the ResourceManager takes -conf FILE and -D key=value", command_line->rest[0])));
  }
  RealEnv env({.bind_address = command_line->config.get(config::kOutgoingAddress)});
  auto manager = ResourceManager::create(env.env(), command_line->config);
  if (!manager) return fail(manager.error());
  if (auto started = (*manager)->start(); !started) return fail(started.error());
  env.run(serve(env, **manager));
  return 0;
}

}  // namespace tusker::resourcemanager
