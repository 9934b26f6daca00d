#pragma once

#include <memory>

#include "common/async/task_group.h"
#include "datanode/ops/datanode_context.h"
#include "datanode/transfer/peer.h"

namespace tusker::datanode {

// The transfer port: blocks are written to and read from here (DataXceiverServer, DataXceiver). Owned by the server object. Each
// connection is served on its own strand, at most dfs.datanode.max.transfer.threads at once: more are closed when they come.
class DataXceiverServer {
 public:
  explicit DataXceiverServer(DataNodeContext& context);

  // Binds; local() is then known. Serving starts with start().
  Result<void> bind();
  void start();
  Task<void> stop();
  const Endpoint& local() const { return listener_->local(); }

 private:
  Task<void> accept_loop();
  Task<void> serve(std::shared_ptr<Peer> peer);
  Task<Result<bool>> serve_op(std::shared_ptr<Peer> peer, Deadline deadline);

  DataNodeContext& context_;
  std::unique_ptr<Listener> listener_;
  TaskGroup tasks_;
};

}  // namespace tusker::datanode
