#pragma once

#include <boost/asio/io_context.hpp>
#include <string>

#include "common/env/network.h"

namespace tusker {

// TCP. Reads and writes are tried at once and wait only when the kernel says so; Nagle is off, keep-alive on, as in Hadoop.
class RealNetwork final : public Network {
 public:
  // Names are looked up on `resolver`, because that may block.
  RealNetwork(asio::io_context& io, Executor resolver, std::string bind_address)
      : io_(io), resolver_(std::move(resolver)), bind_address_(std::move(bind_address)) {}
  Result<std::unique_ptr<Listener>> listen(const Endpoint& at) override;
  Task<Result<std::unique_ptr<Stream>>> connect(Endpoint to, Executor executor, Deadline deadline) override;
  Result<std::string> resolve(const std::string& host) override;
  std::string host_name() override;

 private:
  asio::io_context& io_;
  Executor resolver_;
  std::string bind_address_;
};

}  // namespace tusker
