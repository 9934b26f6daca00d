#pragma once

#include <memory>
#include <string>

#include "common/env/env.h"

namespace tusker {

struct RealEnvOptions {
  unsigned net_threads = 2;
  unsigned disk_threads = 8;
  std::string bind_address;  // outgoing connections leave from here; empty: the system chooses
};

// The operating system behind Env. Made first and destroyed last in main. Owns the network threads and the disk pool.
class RealEnv {
 public:
  explicit RealEnv(RealEnvOptions options = {});
  ~RealEnv();
  Env& env();

  // Runs `task` on a strand of `net` and blocks the calling thread until it ended; exceptions other than cancellation are faults.
  void run(Task<void> task);
  // A signal among SIGTERM and SIGINT ends the returned wait. One waiter.
  Task<int> wait_for_stop_signal();

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

// An environment variable, or "" when it isn't set. For main functions and configuration alone.
std::string environment_variable(const char* name);

// The directory of the running program's file, or "" when the system doesn't tell.
std::string program_directory();

// Tells systemd about this process ("READY=1", "STOPPING=1"); does nothing without NOTIFY_SOCKET.
void notify_service_manager(const std::string& state);

}  // namespace tusker
