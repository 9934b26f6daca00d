#include "common/env/sim_env.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/strand.hpp>

namespace tusker {

SimEnv::Host::Host(SimEnv& sim, const std::string& address)
    : disk(sim.clock_),
      network(sim.network_, address),
      env{sim.clock_, network, disk, sim.random_, sim.io_.get_executor(), sim.io_.get_executor()} {}

SimEnv::SimEnv(uint64_t seed) : random_(seed), network_(io_, clock_, random_) {}
SimEnv::~SimEnv() = default;

Env& SimEnv::host(const std::string& address) {
  auto& slot = hosts_[address];
  if (!slot) slot = std::make_unique<Host>(*this, address);
  return slot->env;
}

SimDisk& SimEnv::disk(const std::string& address) {
  host(address);
  return hosts_.at(address)->disk;
}

bool SimEnv::run(Task<void> task) {
  bool done = false;
  std::exception_ptr thrown;
  asio::co_spawn(asio::make_strand(io_), std::move(task), [&done, &thrown](std::exception_ptr e) {
    done = true;
    thrown = std::move(e);
  });
  while (!done) {
    io_.restart();
    io_.poll();
    if (!done && !clock_.advance()) return false;
  }
  if (thrown) std::rethrow_exception(thrown);
  return true;
}

}  // namespace tusker
