#pragma once

#include <boost/asio/posix/stream_descriptor.hpp>
#include <functional>
#include <map>
#include <string>

#include "common/async/one_shot.h"
#include "common/async/task_group.h"
#include "common/env/env.h"
#include "nodemanager/exec/launcher_process.h"

namespace tusker::nodemanager {

// The NodeManager's side of the launcher. Belongs to the strand `executor`. Owned by the server; start() once, stop() before it dies, after
// all processes have ended or been given up.
class ProcessLauncher {
 public:
  // `socket` is what fork_launcher() gave; it is closed at the end. `on_gone` is called when the launcher process has died: no container
  // can be started any more.
  ProcessLauncher(Env& env, Executor executor, int socket, std::function<void()> on_gone);

  void start();
  Task<void> stop();

  // Starts a container's process; its number is in `request`. Returns its pid; kIo when it can't be forked.
  Task<Result<int32_t>> launch(LauncherRequest request);
  // Waits for a launched process to end: its exit code, 128 + signal if a signal killed it.
  Task<int32_t> wait(int64_t process);
  // Signals the whole tree. Nothing happens to one that has ended.
  Task<void> signal(int64_t process, int32_t number);

 private:
  struct Process {
    OneShot<Result<int32_t>> started;
    OneShot<int32_t> exited;
  };

  Task<void> read_events();
  void on_event(const LauncherEvent& event);
  Task<Result<void>> send(LauncherRequest request);
  void lose_all();

  Env& env_;
  Executor executor_;
  asio::posix::stream_descriptor socket_;
  std::map<int64_t, Process> processes_;
  std::function<void()> on_gone_;
  TaskGroup tasks_;
};

}  // namespace tusker::nodemanager
