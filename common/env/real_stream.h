#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>

#include "common/env/network.h"

namespace tusker {

// A TCP connection. The socket is non-blocking and driven by plain system calls; Asio only waits for readiness, with one timer a connection
// beside it.
class RealStream final : public Stream {
 public:
  explicit RealStream(asio::ip::tcp::socket socket);
  ~RealStream() override;
  Task<Result<size_t>> read_some(MutableBytes into, Deadline deadline) override;
  Task<Result<void>> write_parts(std::span<const std::string_view> parts, Deadline deadline) override;
  Result<size_t> try_write(std::string_view bytes) override;
  Task<Result<void>> send_file(const File& file, int64_t offset, int64_t length, Deadline deadline) override;
  bool peer_closed() override;
  void close() override;
  const Endpoint& local() const override { return local_; }
  const Endpoint& remote() const override { return remote_; }
  Executor executor() override;

 private:
  struct Waiter;
  Task<Result<void>> wait(asio::socket_base::wait_type type, Deadline deadline);
  Result<void> failure(const char* what, int code) const;

  std::shared_ptr<Waiter> waiter_;
  Endpoint local_;
  Endpoint remote_;
};

// Turns an errno of a socket call into a Status: kUnavailable for a dead or unreachable peer.
Status socket_error(const std::string& what, int code);

}  // namespace tusker
