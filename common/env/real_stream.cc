#include "common/env/real_stream.h"

#include <fmt/format.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

namespace tusker {

// The socket, and how long each direction waits. The timer is set anew only when it would fire too late: deadlines of a busy connection
// move on with each wait, and setting it for each would cost more than the wait.
struct RealStream::Waiter : std::enable_shared_from_this<RealStream::Waiter> {
  struct Side {
    bool waits = false;
    bool timed_out = false;
    Deadline deadline = kNever;
  };

  explicit Waiter(asio::ip::tcp::socket s) : socket(std::move(s)), timer(socket.get_executor()) {}

  void watch(Deadline deadline) {
    if (deadline >= fires_at) return;
    fires_at = deadline;
    timer.expires_at(asio::steady_timer::time_point(deadline.since_zero));
    timer.async_wait([self = shared_from_this()](const boost::system::error_code& ec) {
      if (!ec) self->on_timer();
    });
  }

  void on_timer() {
    const TimePoint now{asio::steady_timer::clock_type::now().time_since_epoch()};
    fires_at = kNever;
    bool late = false;
    Deadline next = kNever;
    for (Side* side : {&reading, &writing}) {
      if (!side->waits || side->timed_out) continue;
      side->timed_out = side->deadline <= now;
      late = late || side->timed_out;
      if (!side->timed_out) next = std::min(next, side->deadline);
    }
    boost::system::error_code ignored;
    if (late) socket.cancel(ignored);
    if (next != kNever) watch(next);
  }

  asio::ip::tcp::socket socket;
  asio::steady_timer timer;
  Deadline fires_at = kNever;
  Side reading;
  Side writing;
};

namespace {

Endpoint endpoint_of(const asio::ip::tcp::endpoint& e) { return Endpoint{e.address().to_string(), e.port()}; }

}  // namespace

Status socket_error(const std::string& what, int code) {
  const StatusCode status = code == ETIMEDOUT                    ? StatusCode::kTimeout
                            : code == ECANCELED || code == EBADF ? StatusCode::kCancelled
                                                                 : StatusCode::kUnavailable;
  return Status(status, fmt::format("{}: {}", what, std::strerror(code)));
}

RealStream::RealStream(asio::ip::tcp::socket socket) {
  boost::system::error_code ec;
  local_ = endpoint_of(socket.local_endpoint(ec));
  remote_ = endpoint_of(socket.remote_endpoint(ec));
  socket.set_option(asio::ip::tcp::no_delay(true), ec);
  socket.set_option(asio::socket_base::keep_alive(true), ec);
  socket.native_non_blocking(true, ec);
  waiter_ = std::make_shared<Waiter>(std::move(socket));
}

RealStream::~RealStream() { close(); }

void RealStream::close() {
  boost::system::error_code ec;
  if (waiter_->socket.is_open()) waiter_->socket.close(ec);
  waiter_->timer.cancel();
}

Executor RealStream::executor() { return waiter_->socket.get_executor(); }

Result<void> RealStream::failure(const char* what, int code) const {
  return error(socket_error(fmt::format("{} {}", what, remote_.to_string()), code));
}

Task<Result<void>> RealStream::wait(asio::socket_base::wait_type type, Deadline deadline) {
  auto waiter = waiter_;
  Waiter::Side& side = type == asio::socket_base::wait_read ? waiter->reading : waiter->writing;
  struct Waiting {  // ends also when the wait is unwound by cancellation
    Waiter::Side& side;
    ~Waiting() { side.waits = false; }
  } waiting{side};
  side = {.waits = true, .timed_out = false, .deadline = deadline};
  waiter->watch(deadline);
  for (;;) {
    auto [ec] = co_await waiter->socket.async_wait(type, asio::as_tuple(asio::use_awaitable));
    if (side.timed_out) co_return error(StatusCode::kTimeout, fmt::format("{} did not answer in time", remote_.to_string()));
    if (!ec) co_return Result<void>();
    const auto state = co_await asio::this_coro::cancellation_state;
    if (ec == asio::error::operation_aborted && waiter->socket.is_open() && state.cancelled() == asio::cancellation_type::none) {
      continue;  // the other direction timed out and cancelled both
    }
    co_return error(socket_error("wait for " + remote_.to_string(), ec.value()));
  }
}

Task<Result<size_t>> RealStream::read_some(MutableBytes into, Deadline deadline) {
  for (;;) {
    const ssize_t n = ::recv(waiter_->socket.native_handle(), into.data(), into.size(), 0);
    if (n > 0) co_return static_cast<size_t>(n);
    if (n == 0) co_return error(StatusCode::kEof, remote_.to_string() + " closed the connection");
    const int code = errno;
    if (code == EINTR) continue;
    if (code != EAGAIN && code != EWOULDBLOCK) co_return error(failure("read from", code).error());
    CO_TRY_VOID(co_await wait(asio::socket_base::wait_read, deadline));
  }
}

Task<Result<void>> RealStream::write_parts(std::span<const std::string_view> parts, Deadline deadline) {
  constexpr size_t kPartsMax = 64;
  size_t first = 0;
  size_t skip = 0;  // bytes of parts[first] already sent
  while (first < parts.size()) {
    std::array<iovec, kPartsMax> vectors;
    size_t count = 0;
    for (size_t i = first; i < parts.size() && count < kPartsMax; ++i) {
      const size_t offset = i == first ? skip : 0;
      if (parts[i].size() == offset) continue;
      vectors[count++] = {const_cast<char*>(parts[i].data()) + offset, parts[i].size() - offset};
    }
    if (count == 0) break;
    msghdr message{};
    message.msg_iov = vectors.data();
    message.msg_iovlen = count;
    const ssize_t n = ::sendmsg(waiter_->socket.native_handle(), &message, MSG_NOSIGNAL);
    if (n < 0) {
      const int code = errno;
      if (code == EINTR) continue;
      if (code != EAGAIN && code != EWOULDBLOCK) co_return failure("write to", code);
      CO_TRY_VOID(co_await wait(asio::socket_base::wait_write, deadline));
      continue;
    }
    auto sent = static_cast<size_t>(n) + skip;
    while (first < parts.size() && sent >= parts[first].size()) sent -= parts[first++].size();
    skip = sent;
  }
  co_return Result<void>();
}

Result<size_t> RealStream::try_write(std::string_view bytes) {
  for (;;) {
    const ssize_t n = ::send(waiter_->socket.native_handle(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n >= 0) return static_cast<size_t>(n);
    const int code = errno;
    if (code == EAGAIN || code == EWOULDBLOCK) return size_t{0};
    if (code != EINTR) return error(failure("write to", code).error());
  }
}

Task<Result<void>> RealStream::send_file(const File& file, int64_t offset, int64_t length, Deadline deadline) {
  off_t at = offset;
  while (length > 0) {
    const ssize_t n = ::sendfile(waiter_->socket.native_handle(), file.descriptor(), &at, static_cast<size_t>(length));
    if (n == 0) co_return error(StatusCode::kEof, fmt::format("the file ends {} bytes early", length));
    if (n > 0) {
      length -= n;
      continue;
    }
    const int code = errno;
    if (code == EINTR) continue;
    if (code != EAGAIN && code != EWOULDBLOCK) co_return failure("send a file to", code);
    CO_TRY_VOID(co_await wait(asio::socket_base::wait_write, deadline));
  }
  co_return Result<void>();
}

bool RealStream::peer_closed() {
  char byte;
  const ssize_t n = ::recv(waiter_->socket.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return n == 0 || (n < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR);
}

}  // namespace tusker
