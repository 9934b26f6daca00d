#pragma once

#include <atomic>
#include <functional>
#include <memory>

#include "common/config/config.h"
#include "common/metrics/registry.h"
#include "common/net/http_server.h"
#include "common/rpc/server.h"
#include "common/security/groups.h"
#include "common/security/proxy_users.h"
#include "namenode/background/loops.h"
#include "namenode/ops/delegation_tokens.h"
#include "namenode/rpc/client_protocol.h"
#include "namenode/rpc/datanode_protocol.h"
#include "namenode/rpc/namenode_protocol.h"
#include "namenode/rpc/side_protocols.h"
#include "namenode/store/format.h"
#include "namenode/web/webhdfs.h"

namespace tusker::namenode {

// The NameNode, composed: store, namesystem, background loops, RPC port, web port. Made by main (or a test) on an Env; start() opens and
// serves, stop() ends it in order. `conf` must outlive it.
class NameNodeServer {
 public:
  // `core_pool`: a thread for the one writer alone. `reload` reads the configuration again when an operator asks for it, on the
  // disk pool; without it there is nothing new to read.
  NameNodeServer(Env& env, const config::Config& conf, Settings settings, OpenStore store, const Executor& core_pool,
                 std::function<Result<config::Config>()> reload = {});
  ~NameNodeServer();

  // Restores the cluster from the store, then listens. kIo if a port can't be had.
  Task<Result<void>> start();
  Task<void> stop();

  const Endpoint& rpc_address() const { return rpc_->local(); }
  const Endpoint& http_address() const { return http_->local(); }
  Namesystem& namesystem() { return ns_; }

 private:
  Task<Result<void>> restore();
  rpc::ServerOptions rpc_options();
  Result<void> make_web();
  std::string client_address() const;
  Task<Result<void>> read_proxy_users();

  Env& env_;
  const config::Config& conf_;
  OpenStore store_;
  Namesystem ns_;
  security::Groups groups_;
  std::atomic<std::shared_ptr<const security::ProxyUsers>> proxy_users_;
  Reconfiguration reconfiguration_;
  DelegationTokenAuthenticator tokens_;
  ClientProtocol client_protocol_;
  DatanodeProtocol datanode_protocol_;
  NamenodeProtocol namenode_protocol_;
  SideServices side_services_;
  Loops loops_;
  metrics::Registry registry_;
  std::unique_ptr<rpc::Server> rpc_;
  std::unique_ptr<WebHdfs> webhdfs_;
  std::unique_ptr<net::HttpServer> http_;
  int64_t start_wall_ms_ = 0;
};

}  // namespace tusker::namenode
