#include "nodemanager/exec/process_launcher.h"

#include <fmt/format.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "common/async/run_on.h"
#include "common/base/yarn_ids.h"
#include "common/log/log.h"

namespace tusker::nodemanager {

ProcessLauncher::ProcessLauncher(Env& env, Executor executor, int socket, std::function<void()> on_gone)
    : env_(env), executor_(executor), socket_(executor, socket), on_gone_(std::move(on_gone)), tasks_("process launcher") {}

void ProcessLauncher::start() { tasks_.spawn(executor_, read_events()); }

Task<void> ProcessLauncher::stop() {
  co_await tasks_.stop();
  boost::system::error_code ignored;
  socket_.close(ignored);
  lose_all();
}

Task<Result<void>> ProcessLauncher::send(LauncherRequest request) {
  std::string packet = encode(request);
  if (packet.size() > kLauncherPacketBytesMax) co_return error(StatusCode::kIo, "The launch request is too long");
  int fd = socket_.native_handle();
  // The launcher takes requests as they come; if it is busy this waits, but not on a network thread.
  co_return co_await run_on(env_.disk_pool, [fd, packet = std::move(packet)]() -> Result<void> {
    if (::send(fd, packet.data(), packet.size(), MSG_NOSIGNAL) < 0) {
      return error(StatusCode::kIo, fmt::format("Cannot reach the launcher: {}", std::strerror(errno)));
    }
    return {};
  });
}

Task<Result<int32_t>> ProcessLauncher::launch(LauncherRequest request) {
  int64_t process = request.process;
  OneShot<Result<int32_t>> started = processes_[process].started;
  if (auto sent = co_await send(std::move(request)); !sent) {
    processes_.erase(process);
    co_return error(sent.error());
  }
  Result<int32_t> pid = co_await started.wait();
  if (!pid) processes_.erase(process);
  co_return pid;
}

Task<int32_t> ProcessLauncher::wait(int64_t process) {
  auto found = processes_.find(process);
  if (found == processes_.end()) co_return yarn::exit_status::kLost;
  OneShot<int32_t> exited = found->second.exited;
  int32_t code = co_await exited.wait();
  processes_.erase(process);
  co_return code;
}

Task<void> ProcessLauncher::signal(int64_t process, int32_t number) {
  LauncherRequest request;
  request.kind = LauncherRequest::Kind::kSignal;
  request.process = process;
  request.signal = number;
  if (auto sent = co_await send(std::move(request)); !sent) LOG_WARN("cannot signal process={}: {}", process, sent.error().message());
}

Task<void> ProcessLauncher::read_events() {
  std::array<char, kLauncherPacketBytesMax> packet;
  while (true) {
    auto [ec] = co_await socket_.async_wait(asio::posix::stream_descriptor::wait_read, asio::as_tuple(asio::use_awaitable));
    if (ec) co_return;
    ssize_t length = recv(socket_.native_handle(), packet.data(), packet.size(), MSG_DONTWAIT);
    if (length < 0 && (errno == EAGAIN || errno == EINTR)) continue;
    if (length <= 0) break;
    auto event = decode_event({packet.data(), static_cast<size_t>(length)});
    if (event) on_event(*event);
  }
  LOG_ERROR("the launcher process is gone, and with it all containers");
  lose_all();
  on_gone_();
}

void ProcessLauncher::on_event(const LauncherEvent& event) {
  auto found = processes_.find(event.process);
  if (found == processes_.end()) return;
  switch (event.kind) {
    case LauncherEvent::Kind::kStarted:
      found->second.started.set(event.value);
      break;
    case LauncherEvent::Kind::kExited:
      found->second.exited.set(event.value);
      break;
    case LauncherEvent::Kind::kFailed:
      found->second.started.set(error(StatusCode::kIo, fmt::format("Cannot fork: {}", std::strerror(event.value))));
      break;
  }
}

void ProcessLauncher::lose_all() {
  for (auto& [process, state] : processes_) {
    state.started.set(error(StatusCode::kIo, "The launcher process is gone"));
    state.exited.set(yarn::exit_status::kLost);
  }
}

}  // namespace tusker::nodemanager
