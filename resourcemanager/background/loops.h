#pragma once

#include "common/async/task_group.h"
#include "resourcemanager/config.h"
#include "resourcemanager/ops/core.h"
#include "resourcemanager/ops/token_secrets.h"

namespace tusker::resourcemanager {

// What the ResourceManager does by itself from time to time: gives up silent nodes, masters and containers, rolls keys. Owned by the
// server; stop() before it dies.
class BackgroundLoops {
 public:
  BackgroundLoops(Core& core, TokenSecrets& secrets, Settings settings);
  void start();
  Task<void> stop();

 private:
  struct Loop {
    const char* name;
    Duration interval;
    void (*turn)(Cluster&, Now);
  };
  Task<void> run(Loop loop);
  Task<void> roll_am_rm_keys();
  Task<void> roll_node_keys();

  Core& core_;
  TokenSecrets& secrets_;
  const Settings settings_;
  TaskGroup tasks_;
};

}  // namespace tusker::resourcemanager
