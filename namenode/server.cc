#include "namenode/server.h"

#include <fmt/format.h>

#include "common/config/keys_core.h"
#include "common/config/keys_namenode.h"
#include "common/log/log.h"
#include "namenode/rpc/fsck.h"
#include "namenode/rpc/side_protocols.h"
#include "namenode/web/beans.h"
#include "namenode/web/pages.h"

namespace tusker::namenode {

NameNodeServer::NameNodeServer(Env& env, const config::Config& conf, Settings settings, OpenStore store, const Executor& core_pool,
                               std::function<Result<config::Config>()> reload)
    : env_(env),
      conf_(conf),
      store_(std::move(store)),
      ns_(env, *store_.engine, std::move(settings), store_.identity, store_.counters, core_pool),
      groups_(env),
      reconfiguration_(ns_, conf, std::move(reload)),
      tokens_(ns_),
      client_protocol_(ns_, groups_),
      datanode_protocol_(ns_),
      namenode_protocol_(ns_, groups_, datanode_protocol_),
      side_services_{ns_, groups_, reconfiguration_, [this] { return read_proxy_users(); }},
      loops_(ns_) {}
NameNodeServer::~NameNodeServer() = default;

namespace {

// `users` stays until the check is done, also when it is replaced meanwhile.
Task<Result<void>> check_impersonation(std::shared_ptr<const security::ProxyUsers> users, security::Groups& groups, security::User user,
                                       Endpoint from) {
  co_return co_await users->check(groups, std::move(user), std::move(from));
}

}  // namespace

Task<Result<void>> NameNodeServer::read_proxy_users() {
  CO_TRY(auto users, co_await run_on(env_.disk_pool, [this]() -> Result<std::shared_ptr<const security::ProxyUsers>> {
           TRY(const auto conf, reconfiguration_.reload());
           return std::make_shared<const security::ProxyUsers>(conf, env_.network);
         }));
  proxy_users_.store(std::move(users));
  co_return Result<void>();
}

rpc::ServerOptions NameNodeServer::rpc_options() {
  rpc::ServerOptions options;
  options.bind = ns_.settings().rpc_bind;
  options.name = "namenode";
  options.calls_max = ns_.settings().calls_max;
  options.frame_bytes_max = ns_.settings().frame_bytes_max;
  options.tokens = &tokens_;
  options.check_impersonation = [this](security::User user, Endpoint from) {
    return check_impersonation(proxy_users_.load(), groups_, std::move(user), std::move(from));
  };
  return options;
}

Task<Result<void>> NameNodeServer::start() {
  start_wall_ms_ = env_.clock.wall_ms();
  warn_of_unsupported(conf_);
  CO_TRY_VOID(co_await read_proxy_users());
  CO_TRY_VOID(co_await restore());
  std::vector<rpc::Protocol> protocols = side_protocols(side_services_);
  protocols.push_back(namenode_protocol_.table());
  protocols.push_back(client_protocol_.table());
  protocols.push_back(datanode_protocol_.table());
  rpc_ = std::make_unique<rpc::Server>(env_, rpc_options(), std::move(protocols));
  CO_TRY_VOID(rpc_->start());
  CO_TRY_VOID(make_web());
  CO_TRY_VOID(http_->start());
  loops_.start();
  co_return Result<void>();
}

// The address by which DataNodes that WebHDFS sends clients to find this server.
std::string NameNodeServer::client_address() const {
  auto address = parse_endpoint(ns_.settings().rpc_address);
  if (!address) return rpc_->local().to_string();
  if (address->port == 0) address->port = rpc_->local().port;
  if (address->host == "0.0.0.0") address->host = env_.network.host_name();
  return address->to_string();
}

Result<void> NameNodeServer::make_web() {
  net::HttpServerOptions options;
  options.bind = ns_.settings().http_bind;
  options.name = "namenode";
  options.cross_origin = net::CrossOrigin(conf_);
  TRY(options.keep_alive, conf_.get(config::kHttpIdleTimeout));
  TRY(const int64_t head_bytes, conf_.get(config::kHttpMaxRequestHeaderSize));
  options.head_bytes_max = static_cast<size_t>(head_bytes);
  TRY(const bool frames_limited, conf_.get(config::kXFrameEnabled));
  options.frame_option = frames_limited ? conf_.get(config::kXFrameValue) : "";
  http_ = std::make_unique<net::HttpServer>(env_, std::move(options));
  add_namenode_beans(registry_, ns_, *rpc_, start_wall_ms_);
  net::add_standard_routes(*http_, registry_, conf_);
  add_namenode_pages(*http_, ns_);
  add_fsck(*http_, ns_, groups_);
  TRY(auto patterns, webhdfs::Patterns::read(conf_));
  WebHdfsOptions web{client_address(), ns_.settings().block_bytes, ns_.settings().replication, conf_.get(config::kUserHomePrefix)};
  webhdfs_ = std::make_unique<WebHdfs>(ns_, client_protocol_.table(), Authentication(env_, conf_, groups_, proxy_users_), CsrfFilter(conf_),
                                       std::move(patterns), std::move(web));
  // A body is no business of the NameNode's: it isn't read.
  http_->route_streaming("/webhdfs/v1", [this](net::HttpRequest request, net::HttpBody*) { return webhdfs_->serve(std::move(request)); });
  return {};
}

// What was known before the restart: nodes count as alive until they had time to come back, so that reads are answered at once.
Task<Result<void>> NameNodeServer::restore() {
  CO_TRY(auto topology, co_await run_on(env_.disk_pool, [this] { return net::Topology::load(env_.disk, ns_.settings().topology_table); }));
  CO_TRY(auto nodes, co_await run_on(env_.disk_pool, [this]() -> Result<std::vector<Datanode>> {
           std::vector<Datanode> found;
           TRY_VOID(ReadView(ns_.engine(), kv::Tier::kAll)
                        .scan(kDatanodeFamily, "", "", [&found](std::string_view, std::string_view row) -> Result<bool> {
                          TRY(auto node, decode_datanode(row));
                          found.push_back(std::move(node));
                          return true;
                        }));
           return found;
         }));
  co_await ns_.on_core([this, topology, nodes] {
    ns_.cluster().set_topology(topology);
    for (const auto& node : nodes) ns_.cluster().restore(node, ns_.now_ms());
    ns_.publish_cluster();
    return true;
  });
  ns_.leases().start(ns_.now_ms());
  if (ns_.block_health().total > 0) ns_.safe_mode().enter(SafeMode::State::kStartup);
  LOG_INFO("namespace of {} opened: {} blocks, {} datanodes known, last transaction {}", ns_.identity().cluster_id,
           ns_.block_health().total, nodes.size(), ns_.last_tx().value);
  co_return Result<void>();
}

Task<void> NameNodeServer::stop() {
  if (rpc_) co_await rpc_->stop();
  if (http_) co_await http_->stop();
  co_await loops_.stop();
  co_await ns_.drain();
}

}  // namespace tusker::namenode
