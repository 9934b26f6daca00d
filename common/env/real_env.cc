#include "common/env/real_env.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <thread>
#include <vector>

#include "common/env/real_clock.h"
#include "common/env/real_disk.h"
#include "common/env/real_network.h"
#include "common/env/real_random.h"

namespace tusker {

struct RealEnv::Parts {
  explicit Parts(const RealEnvOptions& options)
      : io(static_cast<int>(options.net_threads)),
        work(io.get_executor()),
        disk_threads(options.disk_threads),
        network(io, disk_threads.get_executor(), options.bind_address),
        env{clock, network, disk, random, io.get_executor(), disk_threads.get_executor()} {
    for (unsigned i = 0; i < options.net_threads; ++i) threads.emplace_back([this] { io.run(); });
  }
  ~Parts() {
    work.reset();
    io.stop();
    for (auto& thread : threads) thread.join();
    disk_threads.join();
  }

  asio::io_context io;
  asio::executor_work_guard<asio::io_context::executor_type> work;
  asio::thread_pool disk_threads;
  RealClock clock;
  RealDisk disk;
  RealRandom random;
  RealNetwork network;
  Env env;
  std::vector<std::thread> threads;
};

RealEnv::RealEnv(RealEnvOptions options) {
  std::signal(SIGPIPE, SIG_IGN);
  parts_ = std::make_unique<Parts>(options);
}
RealEnv::~RealEnv() = default;

Env& RealEnv::env() { return parts_->env; }

void RealEnv::run(Task<void> task) { asio::co_spawn(asio::make_strand(parts_->io), std::move(task), asio::use_future).get(); }

Task<int> RealEnv::wait_for_stop_signal() {
  asio::signal_set signals(co_await asio::this_coro::executor, SIGTERM, SIGINT);
  auto [ec, number] = co_await signals.async_wait(asio::as_tuple(asio::use_awaitable));
  co_return ec ? 0 : number;
}

std::string environment_variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

std::string program_directory() {
  char path[4096];
  const ssize_t length = ::readlink("/proc/self/exe", path, sizeof path);
  return length <= 0 ? "" : parent_directory(std::string(path, static_cast<size_t>(length)));
}

void notify_service_manager(const std::string& state) {
  const std::string path = environment_variable("NOTIFY_SOCKET");
  sockaddr_un address{};
  if (path.empty() || path.size() >= sizeof address.sun_path) return;
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.data(), path.size());
  if (path[0] == '@') address.sun_path[0] = '\0';
  const int fd = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return;
  const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size());
  // Readiness is advice: a manager that doesn't listen changes nothing for us.
  static_cast<void>(::sendto(fd, state.data(), state.size(), MSG_NOSIGNAL, reinterpret_cast<sockaddr*>(&address), length));
  ::close(fd);
}

}  // namespace tusker
