#include "datanode/server.h"

#include <boost/json.hpp>

#include "common/async/one_shot.h"
#include "common/config/keys_datanode.h"
#include "common/env/real_disk.h"
#include "common/env/real_env.h"
#include "common/log/log.h"
#include "datanode/rpc/datanode_protocols.h"

namespace tusker::datanode {

// Why the DataNode can't go on: set once.
struct Server::Failure {
  std::atomic<bool> set{false};
  OneShot<Status> why;
  void fail(Status status) {
    if (!set.exchange(true)) why.set(std::move(status));
  }
};

Server::Server(Env& env, const config::Config& config, security::User user)
    : env_(env), config_source_(config), user_(std::move(user)), writers_(env.clock), failure_(std::make_shared<Failure>()) {}

Server::~Server() = default;

Result<void> Server::open_volumes() {
  FsDataset::Options options;
  for (const std::string& text : config_.data_dirs) {
    bool ok = false;
    options.locations.push_back(parse_storage_location(text, ok));
    if (!ok) return error(StatusCode::kIllegalArgument, "dfs.datanode.data.dir: can't read '" + text + "'; write [TYPE]/path");
  }
  options.reserved_bytes = config_.reserved_bytes;
  options.failed_volumes_tolerated = config_.failed_volumes_tolerated;
  options.sync_on_close = config_.sync_on_close;
  TRY(dataset_, FsDataset::open(env_.disk, env_.random, std::move(options)));
  return {};
}

Result<void> Server::start_ipc() {
  rpc::ServerOptions options;
  options.bind = config_.ipc_bind;
  options.name = "datanode";
  std::vector<rpc::Protocol> protocols;
  protocols.push_back(client_datanode_protocol(*context_));
  protocols.push_back(inter_datanode_protocol(*context_));
  ipc_ = std::make_unique<rpc::Server>(env_, std::move(options), std::move(protocols));
  return ipc_->start();
}

Result<void> Server::start_http() {
  net::HttpServerOptions options;
  options.bind = config_.http_bind;
  options.name = "datanode";
  http_ = std::make_unique<net::HttpServer>(env_, std::move(options));
  net::add_standard_routes(*http_, beans_, config_source_);
  TRY(auto patterns, webhdfs::Patterns::read(config_source_));
  web_clients_ = std::make_unique<Clients>(env_, config_source_);
  webhdfs_ = std::make_unique<WebHdfs>(*web_clients_, config_source_, std::move(patterns));
  http_->route_streaming("/webhdfs/v1",
                         [this](net::HttpRequest request, net::HttpBody* body) { return webhdfs_->serve(std::move(request), body); });
  TRY_VOID(http_->start());
  web_clients_->start();
  return {};
}

Result<void> Server::start() {
  TRY(config_, read_config(config_source_));
  metrics_.balancer_bandwidth = config_.balance_bandwidth;
  TRY_VOID(open_volumes());
  context_ = std::make_unique<DataNodeContext>(DataNodeContext{env_, config_, *dataset_, writers_, notifier_, metrics_, identity_});
  rpc::ClientOptions client_options;
  client_options.idle_max = std::max<Duration>(client_options.idle_max, 4 * config_.heartbeat_interval);
  client_options.on_connection_lost = [this](const Endpoint& server) {
    if (actor_) actor_->connection_lost(server);
  };
  client_ = std::make_unique<rpc::Client>(env_, std::move(client_options));
  xceivers_ = std::make_unique<DataXceiverServer>(*context_);
  TRY_VOID(xceivers_->bind());
  TRY_VOID(start_ipc());
  started_wall_ms_ = env_.clock.wall_ms();
  add_beans();
  TRY_VOID(start_http());
  const BPServiceActor::Ports ports{transfer_address().port, http_address().port, ipc_address().port};
  actor_ = std::make_unique<BPServiceActor>(*context_, *client_, config_.namenode, user_, ports);
  actor_->start([failure = failure_](Status why) { failure->fail(std::move(why)); });
  xceivers_->start();
  LOG_INFO("datanode serves transfers at {}, RPC at {}, HTTP at {}", transfer_address().to_string(), ipc_address().to_string(),
           http_address().to_string());
  return {};
}

Task<Status> Server::wait_for_failure() { return failure_->why.wait(); }

void Server::interrupt() { failure_->fail(Status(StatusCode::kCancelled, "stopped")); }

Task<void> Server::stop() {
  interrupt();
  // The actor last: the others tell it what happens. The RPC client before it, as its calls can't be cancelled but by that.
  if (xceivers_) co_await xceivers_->stop();
  if (ipc_) co_await ipc_->stop();
  if (http_) co_await http_->stop();
  if (web_clients_) co_await web_clients_->stop();
  if (client_) co_await client_->stop();
  if (actor_) co_await actor_->stop();
}

std::string Server::published_host() const { return config_.host_name.empty() ? env_.network.host_name() : config_.host_name; }

metrics::Attributes Server::dataset_state() const {
  StorageUsage sum;
  std::string paths;
  for (const StorageUsage& usage : dataset_->last_usage()) {
    sum.capacity += usage.capacity;
    sum.dfs_used += usage.dfs_used;
    sum.remaining += usage.remaining;
    paths += (paths.empty() ? "" : ", ") + usage.path;
  }
  return {{"tag.Context", std::string("FSDatasetState")},
          {"tag.StorageInfo", "FSDataset{dirpath='[" + paths + "]'}"},
          {"tag.Hostname", env_.network.host_name()},
          {"Capacity", sum.capacity},
          {"DfsUsed", sum.dfs_used},
          {"Remaining", sum.remaining},
          {"NumFailedVolumes", dataset_->failed_volumes()},
          {"NumBlocks", dataset_->replica_count()},
          {"CacheUsed", int64_t{0}},
          {"CacheCapacity", int64_t{0}},
          {"NumBlocksCached", int64_t{0}}};
}

metrics::Attributes Server::datanode_info() const {
  boost::json::object volumes;
  for (const StorageUsage& usage : dataset_->last_usage()) {
    volumes[usage.path] = boost::json::object{{"usedSpace", usage.dfs_used},
                                              {"freeSpace", usage.remaining},
                                              {"reservedSpace", config_.reserved_bytes},
                                              {"storageType", name_of(usage.type)}};
  }
  const bool attached = dataset_->attached();
  const std::string pool = attached ? dataset_->namespace_info().block_pool_id : std::string();
  const boost::json::array actors = {boost::json::object{{"NamenodeAddress", config_.namenode.to_string()},
                                                         {"NamenodeHaState", registered() ? "active" : ""},
                                                         {"BlockPoolID", pool},
                                                         {"ActorState", registered() ? "RUNNING" : "CONNECTING"}}};
  return {{"Version", std::string("3.5.0, Tusker " TUSKER_VERSION)},
          {"SoftwareVersion", std::string("3.5.0")},
          {"RpcPort", std::to_string(ipc_address().port)},
          {"DataPort", std::to_string(transfer_address().port)},
          {"HttpPort", std::to_string(http_address().port)},
          {"DNStartedTimeInMillis", started_wall_ms_},
          {"SecurityEnabled", false},
          {"ClusterId", attached ? dataset_->namespace_info().cluster_id : std::string()},
          {"NamenodeAddresses", boost::json::serialize(boost::json::object{{config_.namenode.host, pool}})},
          {"BPServiceActorInfo", boost::json::serialize(actors)},
          {"VolumeInfo", boost::json::serialize(volumes)},
          {"DatanodeHostname", published_host()},
          {"XceiverCount", metrics_.xceivers.load()},
          {"XmitsInProgress", metrics_.xmits_in_progress.load()},
          {"SlowDisks", nullptr},
          {"SendPacketDownstreamAvgInfo", nullptr},
          {"Registered", registered()}};
}

metrics::Attributes Server::activity() const {
  return {{"tag.Context", std::string("dfs")},
          {"tag.Hostname", env_.network.host_name()},
          {"BytesWritten", metrics_.bytes_written.load()},
          {"BytesRead", metrics_.bytes_read.load()},
          {"BlocksWritten", metrics_.blocks_written.load()},
          {"BlocksRead", metrics_.blocks_read.load()},
          {"BlocksReplicated", metrics_.blocks_replicated.load()},
          {"BlocksRemoved", metrics_.blocks_removed.load()},
          {"BlockVerificationFailures", metrics_.blocks_verified_bad.load()},
          {"FsyncCount", metrics_.fsyncs.load()},
          {"HeartbeatsNumOps", metrics_.heartbeats.load()},
          {"BlockReportsNumOps", metrics_.block_reports.load()},
          {"IncrementalBlockReportsNumOps", metrics_.incremental_block_reports.load()},
          {"DataNodeActiveXceiversCount", metrics_.xceivers.load()},
          {"VolumeFailures", dataset_->failed_volumes()}};
}

// After the ports are bound: the names hold them.
void Server::add_beans() {
  const auto name = [](const std::string& bean) { return "Hadoop:service=DataNode,name=" + bean; };
  beans_.add_bean(name("FSDatasetState"), [this] { return dataset_state(); });
  beans_.add_bean(name("DataNodeInfo"), [this] { return datanode_info(); },
                  {.modeler_type = "org.apache.hadoop.hdfs.server.datanode.DataNode", .only_jmx = true});
  beans_.add_bean(name("DataNodeActivity-" + published_host() + "-" + std::to_string(transfer_address().port)),
                  [this] { return activity(); }, {.record = "datanode"});
  beans_.add_bean(name("RpcActivityForPort" + std::to_string(ipc_address().port)),
                  [this]() -> metrics::Attributes {
                    const auto& s = ipc_->stats();
                    return {{"tag.port", std::to_string(ipc_address().port)},
                            {"tag.Context", std::string("rpc")},
                            {"tag.Hostname", env_.network.host_name()},
                            {"ReceivedBytes", s.bytes_received.load()},
                            {"SentBytes", s.bytes_sent.load()},
                            {"NumOpenConnections", s.connections.load()},
                            {"CallQueueLength", s.calls_in_progress.load()},
                            {"TotalRequests", s.calls_total.load()},
                            {"RpcClientBackoff", s.calls_refused.load()}};
                  },
                  {.record = "rpc"});
}

namespace {

Task<void> stop_at_signal(RealEnv& env, Server& server) {
  const int signal = co_await env.wait_for_stop_signal();
  LOG_INFO("signal {}: stopping", signal);
  notify_service_manager("STOPPING=1");
  server.interrupt();
}

Task<void> run_until_stopped(RealEnv& env, const config::Config& config, int& exit_code) {
  Server server(env.env(), config, security::current_user());
  TaskGroup signals("signals");
  exit_code = 1;
  if (const auto started = server.start(); !started) {
    LOG_ERROR("{}", started.error().message());
  } else {
    signals.spawn(env.env().make_strand(), stop_at_signal(env, server));
    notify_service_manager("READY=1");
    const Status why = co_await server.wait_for_failure();
    exit_code = why.code() == StatusCode::kCancelled ? 0 : 1;
    if (exit_code != 0) LOG_ERROR("{}", why.message());
  }
  co_await signals.stop();
  co_await server.stop();
}

}  // namespace

int run(const std::vector<std::string>& arguments) {
  RealDisk disk;
  const auto command = config::load_command_line(disk, arguments, "datanode.yaml");
  if (!command) {
    LOG_ERROR("{}", command.error().message());
    return 1;
  }
  RealEnvOptions options;
  options.bind_address = command->config.get(config::kDatanodeNetBindAddress);
  RealEnv env(options);
  int exit_code = 1;
  env.run(run_until_stopped(env, command->config, exit_code));
  return exit_code;
}

}  // namespace tusker::datanode
