#include "common/env/real_network.h"

#include <netdb.h>
#include <unistd.h>

#include <fmt/format.h>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>

#include <array>
#include <cstring>

#include "common/async/run_on.h"
#include "common/env/real_stream.h"

namespace tusker {
namespace {

using asio::ip::tcp;

class RealListener final : public Listener {
 public:
  RealListener(asio::io_context& io, tcp::acceptor acceptor, Endpoint local)
      : io_(io), acceptor_(std::make_shared<tcp::acceptor>(std::move(acceptor))), local_(std::move(local)) {}
  ~RealListener() override { RealListener::close(); }

  Task<Result<std::unique_ptr<Stream>>> accept() override {
    auto acceptor = acceptor_;
    for (;;) {
      auto [ec, socket] = co_await acceptor->async_accept(asio::make_strand(io_), asio::as_tuple(asio::use_awaitable));
      if (!ec) co_return std::make_unique<RealStream>(tcp::socket(std::move(socket)));
      if (ec == asio::error::operation_aborted || !acceptor->is_open()) {
        co_return error(StatusCode::kCancelled, "the listener was closed");
      }
      // Out of descriptors or the peer gave up: wait a moment rather than spin.
      asio::steady_timer pause(co_await asio::this_coro::executor, std::chrono::milliseconds(20));
      co_await pause.async_wait(asio::as_tuple(asio::use_awaitable));
    }
  }
  const Endpoint& local() const override { return local_; }
  void close() override {
    boost::system::error_code ec;
    acceptor_->close(ec);
  }

 private:
  asio::io_context& io_;
  std::shared_ptr<tcp::acceptor> acceptor_;
  Endpoint local_;
};

Result<asio::ip::address> numeric(const std::string& host) {
  boost::system::error_code ec;
  auto address = asio::ip::make_address(host, ec);
  if (!ec) return address;
  addrinfo hints{};
  hints.ai_family = AF_INET;  // Hadoop is IPv4 only
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int rc = ::getaddrinfo(host.c_str(), nullptr, &hints, &found);
  if (rc != 0) return error(StatusCode::kUnavailable, fmt::format("unknown host {}: {}", host, ::gai_strerror(rc)));
  asio::ip::address_v4::bytes_type bytes;
  std::memcpy(bytes.data(), &reinterpret_cast<sockaddr_in*>(found->ai_addr)->sin_addr, bytes.size());
  ::freeaddrinfo(found);
  return asio::ip::address(asio::ip::address_v4(bytes));
}

}  // namespace

Result<std::unique_ptr<Listener>> RealNetwork::listen(const Endpoint& at) {
  TRY(const auto address, numeric(at.host));
  const tcp::endpoint endpoint(address, at.port);
  boost::system::error_code ec;
  tcp::acceptor acceptor(asio::make_strand(io_));
  acceptor.open(endpoint.protocol(), ec);
  if (!ec) acceptor.set_option(asio::socket_base::reuse_address(true), ec);
  if (!ec) acceptor.bind(endpoint, ec);
  if (!ec) acceptor.listen(1024, ec);
  if (ec) {
    return error(StatusCode::kIo, fmt::format("Problem binding to {}: {}; choose another address or port, or stop what uses it",
                                              at.to_string(), ec.message()));
  }
  Endpoint local{acceptor.local_endpoint().address().to_string(), acceptor.local_endpoint().port()};
  return std::make_unique<RealListener>(io_, std::move(acceptor), std::move(local));
}

Task<Result<std::unique_ptr<Stream>>> RealNetwork::connect(Endpoint to, Executor executor, Deadline deadline) {
  // A name may need DNS, which blocks; an address doesn't.
  boost::system::error_code not_numeric;
  asio::ip::address address = asio::ip::make_address(to.host, not_numeric);
  if (not_numeric) {
    CO_TRY(address, co_await run_on(resolver_, [host = to.host] { return numeric(host); }));
  }
  auto socket = std::make_shared<tcp::socket>(executor);
  boost::system::error_code ec;
  const tcp::endpoint endpoint(address, to.port);
  socket->open(endpoint.protocol(), ec);
  // The port is chosen with the peer known: otherwise one port serves one connection, whomever it goes to, and they run out.
  const asio::detail::socket_option::boolean<IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT> no_port(true);
  if (!ec && !bind_address_.empty()) socket->set_option(no_port, ec);
  if (!ec && !bind_address_.empty()) socket->bind(tcp::endpoint(asio::ip::make_address(bind_address_, ec), 0), ec);
  if (ec) co_return error(StatusCode::kIo, fmt::format("cannot connect from {}: {}", bind_address_, ec.message()));
  auto timed_out = std::make_shared<bool>(false);
  asio::steady_timer timer(executor);
  if (deadline != kNever) {
    timer.expires_at(asio::steady_timer::time_point(deadline.since_zero));
    timer.async_wait([socket, timed_out](const boost::system::error_code& timer_ec) {
      if (timer_ec || *timed_out) return;
      *timed_out = true;
      boost::system::error_code ignored;
      socket->close(ignored);
    });
  }
  auto [connect_ec] = co_await socket->async_connect(endpoint, asio::as_tuple(asio::use_awaitable));
  if (*timed_out) co_return error(StatusCode::kTimeout, fmt::format("connection to {} timed out", to.to_string()));
  *timed_out = true;
  if (connect_ec) co_return error(StatusCode::kUnavailable, fmt::format("connection to {}: {}", to.to_string(), connect_ec.message()));
  if (socket->local_endpoint(ec) == socket->remote_endpoint(ec)) {
    // TCP's simultaneous open can connect a socket to itself when a local server's port is in the ephemeral range and nobody listens.
    co_return error(StatusCode::kUnavailable, fmt::format("connection to {}: Connection refused", to.to_string()));
  }
  co_return std::make_unique<RealStream>(std::move(*socket));
}

Result<std::string> RealNetwork::resolve(const std::string& host) {
  TRY(const auto address, numeric(host));
  return address.to_string();
}

std::string RealNetwork::host_name() {
  std::array<char, 256> name{};
  if (::gethostname(name.data(), name.size() - 1) != 0) return "localhost";
  return name.data();
}

}  // namespace tusker
