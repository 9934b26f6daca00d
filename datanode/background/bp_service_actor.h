#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "common/async/notify.h"
#include "common/async/task_group.h"
#include "datanode/background/commands.h"
#include "datanode/background/namenode.h"
#include "datanode/ops/datanode_context.h"

namespace tusker::datanode {

// Keeps this DataNode known to its NameNode: registers, sends heartbeats and reports, and obeys (BPServiceActor). Owned by the server.
// Lives on one strand. Tries for ever while the NameNode is away, about once a second.
class BPServiceActor {
 public:
  // Where this DataNode's services are.
  struct Ports {
    uint16_t transfer = 0;
    uint16_t http = 0;
    uint16_t ipc = 0;
  };
  BPServiceActor(DataNodeContext& context, rpc::Client& client, Endpoint namenode, security::User user, Ports ports);

  // `on_fatal` is called, on the actor's strand, when it can't go on: the volumes belong to another cluster, or
  // too many have failed.
  void start(std::function<void(Status)> on_fatal);
  Task<void> stop();
  // The connection to the NameNode broke: look at once whether it is back. Any thread.
  void connection_lost(const Endpoint& server);
  bool registered() const { return registered_.load(std::memory_order_acquire); }

 private:
  Task<void> run();
  Task<void> report_loop();
  Task<Result<void>> handshake();
  Task<Result<void>> register_datanode();
  Task<Result<void>> heartbeat();
  Task<Result<void>> full_report(uint64_t lease_id);
  Task<Result<void>> incremental_report();
  Task<Result<void>> report_bad();
  Task<void> refresh_usage();
  Task<std::vector<StorageUsage>> recent_usage();
  hadoop::hdfs::datanode::DatanodeRegistrationProto fresh_registration() const;
  // Waits its turn to report: what a full report says must not overtake what an incremental one said before.
  struct Turn;
  Task<Turn> take_turn();
  void wake();

  DataNodeContext& context_;
  NameNode namenode_;
  Ports ports_;
  Commands commands_;
  Executor strand_;
  Notify changed_;
  std::function<void(Status)> on_fatal_;
  std::atomic<bool> registered_{false};
  bool heartbeat_now_ = false;
  bool reporting_ = false;
  bool refreshing_usage_ = false;
  TimePoint full_report_due_;
  uint64_t lease_id_ = 0;
  TaskGroup tasks_;
};

}  // namespace tusker::datanode
