#pragma once

#include <boost/asio/io_context.hpp>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "common/env/network.h"
#include "common/env/random.h"

namespace tusker {

class SimConnection;
class SimListener;

// The wires between simulated machines: every byte arrives after a delay, unless a fault is between. Faults: a cut between two machines
// (connections between them hang, then break), a reset of any connection, a machine's crash. One thread.
class SimNetwork {
 public:
  SimNetwork(asio::io_context& io, Clock& clock, Random& random) : io_(io), clock_(clock), random_(random) {}

  void cut(const std::string& a, const std::string& b);
  void mend(const std::string& a, const std::string& b);
  void mend_all() { cuts_.clear(); }
  bool is_cut(const std::string& a, const std::string& b) const;
  // Breaks one live connection of the machine, chosen at random, losing what is under way. False if it has none.
  bool reset_one(const std::string& host);
  // The machine is gone: its listeners and connections break; nothing it still tries to send leaves it until restart().
  void crash(const std::string& host);
  void restart(const std::string& host) { down_.erase(host); }

  Result<std::unique_ptr<Listener>> listen(const std::string& host, Endpoint at);
  Task<Result<std::unique_ptr<Stream>>> connect(std::string from, Endpoint to, Executor executor, Deadline deadline);

 private:
  friend class SimListener;
  friend class SimConnection;
  Duration delay();

  asio::io_context& io_;
  Clock& clock_;
  Random& random_;
  uint16_t next_port_ = 40000;
  std::map<Endpoint, SimListener*> listeners_;
  std::vector<std::weak_ptr<SimConnection>> connections_;
  std::set<std::pair<std::string, std::string>> cuts_;
  std::set<std::string> down_;
};

// One machine's door to that network.
class SimHostNetwork final : public Network {
 public:
  SimHostNetwork(SimNetwork& network, std::string address) : network_(network), address_(std::move(address)) {}
  Result<std::unique_ptr<Listener>> listen(const Endpoint& at) override { return network_.listen(address_, at); }
  Task<Result<std::unique_ptr<Stream>>> connect(Endpoint to, Executor executor, Deadline deadline) override {
    return network_.connect(address_, std::move(to), std::move(executor), deadline);
  }
  Result<std::string> resolve(const std::string& host) override { return host; }
  std::string host_name() override { return address_; }

 private:
  SimNetwork& network_;
  std::string address_;
};

}  // namespace tusker
