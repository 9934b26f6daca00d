#pragma once

#include <memory>
#include <string>

#include "client/hdfs/file_system.h"
#include "common/async/task_group.h"
#include "common/config/config.h"
#include "common/env/env.h"

namespace tusker::datanode {

// HDFS clients for requests over HTTP, one each, as the request's own user. A client is used on its request's strand, and ended by a task
// of this object once nobody holds it, so that a request may end anyhow. start(), then stop() after the last request.
class Clients {
 public:
  // `config` must outlive it.
  Clients(Env& env, const config::Config& config);
  ~Clients();
  void start();
  // Ends all clients; nobody may hold one any more.
  Task<void> stop();
  std::shared_ptr<client::FileSystem> open(Endpoint namenode, security::User user);

 private:
  struct Retired;
  Task<void> end_retired();
  Task<void> end_all();

  Env& env_;
  const config::Config& config_;
  std::shared_ptr<Retired> retired_;
  std::unique_ptr<client::FileSystem> ending_;  // kept while its stop() runs, which may be cancelled
  TaskGroup tasks_;
};

}  // namespace tusker::datanode
