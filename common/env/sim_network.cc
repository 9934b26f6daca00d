#include "common/env/sim_network.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/asio/strand.hpp>
#include <deque>

#include "common/async/notify.h"

namespace tusker {

// Two pipes, one each way. Both ends hold it.
class SimConnection {
 public:
  struct Pipe {
    explicit Pipe(Clock& clock) : readable(clock), writable(clock) {}
    std::deque<std::pair<TimePoint, std::string>> pieces;  // when they arrive
    size_t bytes = 0;
    bool ended = false;  // the writer closed: what is under way still arrives
    Notify readable;
    Notify writable;
  };

  SimConnection(SimNetwork& network, Endpoint client, Endpoint server)
      : network_(network), pipes_{Pipe(network.clock_), Pipe(network.clock_)}, ends_{std::move(client), std::move(server)} {}

  Clock& clock() { return network_.clock_; }
  Duration delay() { return network_.delay(); }
  Pipe& pipe(int from) { return pipes_[static_cast<size_t>(from)]; }
  const Endpoint& end(int side) const { return ends_[static_cast<size_t>(side)]; }
  bool broken() const { return broken_; }
  bool is_cut() const { return network_.is_cut(ends_[0].host, ends_[1].host); }
  void wake_all() {
    for (auto& pipe : pipes_) {
      pipe.readable.notify_all();
      pipe.writable.notify_all();
    }
  }
  void break_now() {
    broken_ = true;
    for (auto& pipe : pipes_) pipe.pieces.clear();
    wake_all();
  }

 private:
  SimNetwork& network_;
  std::array<Pipe, 2> pipes_;
  std::array<Endpoint, 2> ends_;
  bool broken_ = false;
};

namespace {

constexpr size_t kPipeBytesMax = 4 << 20;

class SimStream final : public Stream {
 public:
  SimStream(std::shared_ptr<SimConnection> connection, int side, Executor executor)
      : connection_(std::move(connection)), side_(side), executor_(std::move(executor)) {}
  ~SimStream() override { SimStream::close(); }

  Task<Result<size_t>> read_some(MutableBytes into, Deadline deadline) override {
    auto held = connection_;
    auto& pipe = held->pipe(1 - side_);
    for (;;) {
      if (closed_) co_return error(StatusCode::kCancelled, "the stream was closed");
      if (held->broken()) co_return error(StatusCode::kUnavailable, remote().to_string() + " reset the connection");
      const TimePoint now = clock().now();
      // While the wire is cut nothing arrives.
      if (!pipe.pieces.empty() && pipe.pieces.front().first <= now && !held->is_cut()) {
        auto& piece = pipe.pieces.front().second;
        const size_t n = std::min(into.size(), piece.size());
        std::copy_n(piece.begin(), n, into.begin());
        piece.erase(0, n);
        if (piece.empty()) pipe.pieces.pop_front();
        pipe.bytes -= n;
        pipe.writable.notify_all();
        co_return n;
      }
      if (pipe.pieces.empty() && pipe.ended) co_return error(StatusCode::kEof, remote().to_string() + " closed the connection");
      if (now >= deadline) co_return error(StatusCode::kTimeout, remote().to_string() + " did not answer in time");
      Deadline until = deadline;
      if (!pipe.pieces.empty())
        until = std::min(until, std::max(pipe.pieces.front().first, now + std::chrono::milliseconds(held->is_cut() ? 100 : 0)));
      co_await pipe.readable.wait(until);
    }
  }

  Result<size_t> try_write(std::string_view) override { return size_t{0}; }  // what is sent takes its time
  Task<Result<void>> write_parts(std::span<const std::string_view> parts, Deadline deadline) override {
    std::string joined;
    for (const auto part : parts) joined += part;
    co_return co_await send(std::move(joined), deadline);
  }

  Task<Result<void>> send_file(const File& file, int64_t offset, int64_t length, Deadline deadline) override {
    std::string bytes(static_cast<size_t>(length), '\0');
    CO_TRY(const size_t got, file.read_at(offset, MutableBytes(bytes)));
    if (got < bytes.size()) co_return error(StatusCode::kEof, "the file ends early");
    co_return co_await send(std::move(bytes), deadline);
  }

  bool peer_closed() override {
    return connection_->broken() || (connection_->pipe(1 - side_).ended && connection_->pipe(1 - side_).pieces.empty());
  }

  void close() override {
    if (std::exchange(closed_, true)) return;
    connection_->pipe(side_).ended = true;
    connection_->wake_all();
  }
  const Endpoint& local() const override { return connection_->end(side_); }
  const Endpoint& remote() const override { return connection_->end(1 - side_); }
  Executor executor() override { return executor_; }

 private:
  Clock& clock() { return connection_->clock(); }
  Task<Result<void>> send(std::string bytes, Deadline deadline);

  std::shared_ptr<SimConnection> connection_;
  int side_;
  Executor executor_;
  bool closed_ = false;
};

}  // namespace

class SimListener final : public Listener {
 public:
  SimListener(SimNetwork& network, Endpoint at) : network_(network), at_(std::move(at)), arrived_(network.clock_) {}
  ~SimListener() override { SimListener::close(); }
  Task<Result<std::unique_ptr<Stream>>> accept() override {
    while (waiting_.empty() && !closed_) co_await arrived_.wait(kNever);
    if (closed_) co_return error(StatusCode::kCancelled, "the listener was closed");
    auto connection = std::move(waiting_.front());
    waiting_.pop_front();
    co_return std::make_unique<SimStream>(std::move(connection), 1, asio::make_strand(network_.io_));
  }
  const Endpoint& local() const override { return at_; }
  void close() override {
    if (std::exchange(closed_, true)) return;
    if (const auto it = network_.listeners_.find(at_); it != network_.listeners_.end() && it->second == this) network_.listeners_.erase(it);
    for (auto& connection : waiting_) connection->break_now();
    arrived_.notify_all();
  }
  void arrive(std::shared_ptr<SimConnection> connection) {
    waiting_.push_back(std::move(connection));
    arrived_.notify_all();
  }
  // The machine is gone; accept() ends.
  void die() { close(); }

 private:
  SimNetwork& network_;
  Endpoint at_;
  Notify arrived_;
  std::deque<std::shared_ptr<SimConnection>> waiting_;
  bool closed_ = false;
};

Duration SimNetwork::delay() { return std::chrono::microseconds(50 + random_.below(1000)); }

bool SimNetwork::is_cut(const std::string& a, const std::string& b) const { return cuts_.contains(std::minmax(a, b)); }
void SimNetwork::cut(const std::string& a, const std::string& b) { cuts_.insert(std::minmax(a, b)); }
void SimNetwork::mend(const std::string& a, const std::string& b) { cuts_.erase(std::minmax(a, b)); }

bool SimNetwork::reset_one(const std::string& host) {
  std::vector<std::shared_ptr<SimConnection>> live;
  for (const auto& weak : connections_) {
    auto connection = weak.lock();
    if (connection && !connection->broken() && (connection->end(0).host == host || connection->end(1).host == host))
      live.push_back(std::move(connection));
  }
  if (live.empty()) return false;
  live[random_.below(live.size())]->break_now();
  return true;
}

void SimNetwork::crash(const std::string& host) {
  down_.insert(host);
  std::vector<SimListener*> dead;
  for (const auto& [at, listener] : listeners_) {
    if (at.host == host) dead.push_back(listener);
  }
  for (auto* listener : dead) listener->die();
  for (const auto& weak : connections_) {
    if (auto connection = weak.lock(); connection && (connection->end(0).host == host || connection->end(1).host == host))
      connection->break_now();
  }
}

Result<std::unique_ptr<Listener>> SimNetwork::listen(const std::string& host, Endpoint at) {
  if (down_.contains(host)) return error(StatusCode::kIo, "the machine is down");
  at.host = host;
  if (at.port == 0) at.port = next_port_++;
  auto listener = std::make_unique<SimListener>(*this, at);
  if (!listeners_.emplace(at, listener.get()).second) {
    return error(StatusCode::kIo, fmt::format("Problem binding to {}: Address already in use", at.to_string()));
  }
  return listener;
}

Task<Result<std::unique_ptr<Stream>>> SimNetwork::connect(std::string from, Endpoint to, Executor executor, Deadline deadline) {
  auto timer = clock_.make_timer(executor);
  co_await timer->wait_until(std::min(deadline, clock_.after(delay())));
  if (is_cut(from, to.host)) {
    co_await timer->wait_until(std::min(deadline, clock_.after(std::chrono::seconds(20))));
    co_return error(StatusCode::kTimeout, fmt::format("connection to {} timed out", to.to_string()));
  }
  const auto it = listeners_.find(to);
  if (it == listeners_.end() || down_.contains(from)) {
    co_return error(StatusCode::kUnavailable, fmt::format("connection to {}: Connection refused", to.to_string()));
  }
  if (next_port_ > 60000) next_port_ = 40000;
  auto connection = std::make_shared<SimConnection>(*this, Endpoint{from, next_port_++}, to);
  std::erase_if(connections_, [](const auto& weak) { return weak.expired(); });
  connections_.push_back(connection);
  it->second->arrive(connection);
  co_return std::make_unique<SimStream>(std::move(connection), 0, std::move(executor));
}

namespace {

Task<Result<void>> SimStream::send(std::string bytes, Deadline deadline) {
  auto held = connection_;
  auto& pipe = held->pipe(side_);
  while (pipe.bytes > kPipeBytesMax && !held->broken() && !closed_) {
    if (clock().now() >= deadline) co_return error(StatusCode::kTimeout, remote().to_string() + " did not take the bytes in time");
    co_await pipe.writable.wait(deadline);
  }
  if (closed_) co_return error(StatusCode::kCancelled, "the stream was closed");
  if (held->broken() || held->pipe(1 - side_).ended)
    co_return error(StatusCode::kUnavailable, remote().to_string() + " reset the connection");
  if (bytes.empty()) co_return Result<void>();
  TimePoint arrives = clock().now() + held->delay();
  if (!pipe.pieces.empty()) arrives = std::max(arrives, pipe.pieces.back().first);
  pipe.bytes += bytes.size();
  pipe.pieces.emplace_back(arrives, std::move(bytes));
  pipe.readable.notify_all();
  co_return Result<void>();
}

}  // namespace

}  // namespace tusker
