#pragma once

#include <memory>

#include "common/config/config.h"
#include "common/metrics/registry.h"
#include "common/net/http_server.h"
#include "common/rpc/client.h"
#include "common/rpc/server.h"
#include "datanode/background/bp_service_actor.h"
#include "datanode/ops/datanode_context.h"
#include "datanode/transfer/data_xceiver_server.h"
#include "datanode/web/webhdfs.h"

namespace tusker::datanode {

// A whole DataNode: its volumes, its three ports, and its tie to the NameNode (org.apache.hadoop.hdfs.server.datanode.DataNode). Owned by
// main, or by a simulation that runs many. start() then stop(), once.
class Server {
 public:
  // `config` must outlive the server. `user` is who it is to others.
  Server(Env& env, const config::Config& config, security::User user);
  ~Server();

  // Opens the volumes, binds the ports and begins to look for the NameNode. Errors say what to mend. Blocks on local disk only.
  Result<void> start();
  Task<void> stop();
  // Waits until it can't go on, and says why; kCancelled after interrupt() or stop(). One waiter.
  Task<Status> wait_for_failure();
  void interrupt();

  const Endpoint& transfer_address() const { return xceivers_->local(); }
  const Endpoint& http_address() const { return http_->local(); }
  const Endpoint& ipc_address() const { return ipc_->local(); }
  bool registered() const { return actor_ && actor_->registered(); }

 private:
  Result<void> open_volumes();
  Result<void> start_ipc();
  Result<void> start_http();
  void add_beans();
  std::string published_host() const;
  metrics::Attributes dataset_state() const;
  metrics::Attributes datanode_info() const;
  metrics::Attributes activity() const;

  Env& env_;
  const config::Config& config_source_;
  security::User user_;
  DataNodeConfig config_;
  std::unique_ptr<FsDataset> dataset_;
  WriterRegistry writers_;
  BlockNotifier notifier_;
  DataNodeMetrics metrics_;
  Identity identity_;
  metrics::Registry beans_;
  std::unique_ptr<rpc::Client> client_;
  std::unique_ptr<DataNodeContext> context_;
  std::unique_ptr<DataXceiverServer> xceivers_;
  std::unique_ptr<rpc::Server> ipc_;
  std::unique_ptr<Clients> web_clients_;
  std::unique_ptr<WebHdfs> webhdfs_;
  std::unique_ptr<net::HttpServer> http_;
  std::unique_ptr<BPServiceActor> actor_;
  int64_t started_wall_ms_ = 0;
  struct Failure;
  std::shared_ptr<Failure> failure_;
};

// The program: reads its configuration and serves until a signal stops it. The exit code: 0, or 1 when it could not start or go on.
int run(const std::vector<std::string>& arguments);

}  // namespace tusker::datanode
