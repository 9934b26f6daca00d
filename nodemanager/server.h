#pragma once

#include <memory>
#include <string>
#include <vector>

#include "common/config/config.h"
#include "common/env/env.h"

namespace tusker::nodemanager {

// The daemon: composes containers, protocols, shuffle, web server and the talk with the ResourceManager. start() and stop() from one task;
// stop() before it dies.
class NodeManager {
 public:
  // `launcher_socket` is what fork_launcher() gave. `config` must outlive it.
  static Result<std::unique_ptr<NodeManager>> create(Env& env, const config::Config& config, int launcher_socket);
  ~NodeManager();

  // Clears what an earlier run left, binds all ports, begins to register. kIo if something can't be had.
  Result<void> start();
  // Kills the containers, says good-bye, closes everything.
  Task<void> stop();
  std::string describe() const;
  // It stopped because it can't start containers any more: a new process can.
  bool broken() const;

 private:
  struct Parts;
  explicit NodeManager(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

// What main calls: forks the launcher, reads the command line, serves until SIGTERM. Returns the exit code.
int run(const std::vector<std::string>& arguments);

}  // namespace tusker::nodemanager
