#pragma once

#include <boost/asio/io_context.hpp>
#include <map>
#include <memory>
#include <random>
#include <string>

#include "common/env/env.h"
#include "common/env/sim_clock.h"
#include "common/env/sim_disk.h"
#include "common/env/sim_network.h"

namespace tusker {

// Pseudo-random numbers of a seed; the same seed gives the same run.
class SimRandom final : public Random {
 public:
  explicit SimRandom(uint64_t seed) : engine_(seed) {}
  uint64_t next_u64() override { return engine_(); }

 private:
  std::mt19937_64 engine_;
};

// A whole cluster in one thread: virtual time, a network with delays, cuts and resets, disks that lose what was not synced. Each machine
// gets an Env of its own by host(). Everything happens inside run(): when no task can go on, time jumps to the next timer.
class SimEnv {
 public:
  explicit SimEnv(uint64_t seed);
  ~SimEnv();

  // The Env of the machine with this address; made at its first use. Its tasks share the one thread.
  Env& host(const std::string& address);
  SimDisk& disk(const std::string& address);
  SimNetwork& network() { return network_; }
  SimClock& clock() { return clock_; }
  Random& random() { return random_; }

  // Runs `task` until it ends. False when nothing can go on any more before that: every task waits for another.
  bool run(Task<void> task);

 private:
  struct Host {
    explicit Host(SimEnv& sim, const std::string& address);
    SimDisk disk;
    SimHostNetwork network;
    Env env;
  };
  asio::io_context io_;
  SimClock clock_;
  SimRandom random_;
  SimNetwork network_;
  std::map<std::string, std::unique_ptr<Host>> hosts_;
};

}  // namespace tusker
