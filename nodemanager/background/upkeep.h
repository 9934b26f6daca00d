#pragma once

#include <string>
#include <vector>

#include "common/async/task_group.h"
#include "common/base/mutex.h"
#include "nodemanager/background/status_updater.h"
#include "nodemanager/config.h"
#include "nodemanager/localize/localizer.h"

namespace tusker::nodemanager {

// What the NodeManager does by itself from time to time: checks its disks, deletes old logs, keeps the cache within its target. Runs on the
// core's strand, its file work on the disk pool. Owned by the server; stop() before it dies.
class Upkeep {
 public:
  Upkeep(Env& env, Executor core, const Settings& settings, GoodDirectories& directories, Localizer& localizer, Containers& containers);
  // Before start(): clears what an earlier run left in the local directories, and makes them. One that can't be prepared is left to the
  // check of the disks; an error when none can. Blocks.
  static Result<void> prepare_directories(Disk& disk, const Settings& settings);

  void start();
  Task<void> stop();
  NodeHealth health() const;  // any thread

  // One turn each.
  Task<void> check_disks();
  Task<void> delete_old_logs();

 private:
  Task<void> loop(Duration interval, Task<void> (Upkeep::*turn)());
  Task<void> evict();

  Env& env_;
  Executor core_;
  const Settings& settings_;
  GoodDirectories& directories_;
  Localizer& localizer_;
  Containers& containers_;
  mutable Mutex mutex_;
  NodeHealth health_ TUSKER_GUARDED_BY(mutex_);
  TaskGroup tasks_;
};

}  // namespace tusker::nodemanager
