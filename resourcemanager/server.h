#pragma once

#include <memory>
#include <string>
#include <vector>

#include "common/config/config.h"
#include "common/env/env.h"

namespace tusker::resourcemanager {

// The daemon: composes core, protocols, web server and loops. start() and stop() from one task; stop() before it dies.
class ResourceManager {
 public:
  // `config` must outlive it.
  static Result<std::unique_ptr<ResourceManager>> create(Env& env, const config::Config& config);
  ~ResourceManager();

  // Binds all ports. kIo if one can't be had.
  Result<void> start();
  Task<void> stop();
  // Where it listens, once started.
  struct Addresses {
    Endpoint clients;
    Endpoint masters;
    Endpoint nodes;
    Endpoint web;
  };
  Addresses addresses() const;

 private:
  struct Parts;
  explicit ResourceManager(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

// What main calls: reads the command line, serves until SIGTERM. Returns the exit code.
int run(const std::vector<std::string>& arguments);

}  // namespace tusker::resourcemanager
