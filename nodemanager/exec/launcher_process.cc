#include "nodemanager/exec/launcher_process.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstring>
#include <map>

#include "common/base/bytes.h"
#include "common/env/real_disk.h"

namespace tusker::nodemanager {
namespace {

void append_text(std::string& out, std::string_view text) {
  append_be(out, static_cast<uint32_t>(text.size()));
  out += text;
}

std::unexpected<Status> broken() { return error(StatusCode::kCorruption, "A packet between NodeManager and launcher is broken"); }

template <class T>
Result<T> take(std::string_view& in) {
  if (in.size() < sizeof(T)) return broken();
  T value = load_be<T>(in.data());
  in.remove_prefix(sizeof(T));
  return value;
}

Result<std::string> take_text(std::string_view& in) {
  TRY(auto length, take<uint32_t>(in));
  if (in.size() < length) return broken();
  std::string text(in.substr(0, length));
  in.remove_prefix(length);
  return text;
}

}  // namespace

std::string encode(const LauncherRequest& request) {
  std::string out;
  append_be(out, static_cast<uint8_t>(request.kind));
  append_be(out, request.process);
  append_be(out, request.signal);
  for (const auto* text : {&request.script, &request.directory, &request.cookie, &request.cgroup}) append_text(out, *text);
  return out;
}

Result<LauncherRequest> decode_request(std::string_view packet) {
  LauncherRequest request;
  TRY(auto kind, take<uint8_t>(packet));
  if (kind > static_cast<uint8_t>(LauncherRequest::Kind::kSignal)) return broken();
  request.kind = static_cast<LauncherRequest::Kind>(kind);
  TRY(request.process, take<int64_t>(packet));
  TRY(request.signal, take<int32_t>(packet));
  for (auto* text : {&request.script, &request.directory, &request.cookie, &request.cgroup}) {
    TRY(*text, take_text(packet));
  }
  return request;
}

std::string encode(const LauncherEvent& event) {
  std::string out;
  append_be(out, static_cast<uint8_t>(event.kind));
  append_be(out, event.process);
  append_be(out, event.value);
  return out;
}

Result<LauncherEvent> decode_event(std::string_view packet) {
  LauncherEvent event;
  TRY(auto kind, take<uint8_t>(packet));
  if (kind > static_cast<uint8_t>(LauncherEvent::Kind::kFailed)) return broken();
  event.kind = static_cast<LauncherEvent::Kind>(kind);
  TRY(event.process, take<int64_t>(packet));
  TRY(event.value, take<int32_t>(packet));
  return event;
}

namespace {

// The launcher itself: one loop over its socket and the deaths of its children.
class Launcher {
 public:
  explicit Launcher(int socket) : socket_(socket) {}

  [[noreturn]] void run() {
    sigset_t child;
    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    sigprocmask(SIG_BLOCK, &child, nullptr);
    // Blocked too: one that reaches a child before it has reset its handlers then waits for it instead of being ignored.
    sigset_t ends;
    sigemptyset(&ends);
    for (int number : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&ends, number);
    sigprocmask(SIG_BLOCK, &ends, nullptr);
    int deaths = signalfd(-1, &child, SFD_CLOEXEC | SFD_NONBLOCK);
    // Descendants that lost their parents become ours, so that they are reaped.
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    while (true) {
      std::array<pollfd, 2> waits{pollfd{socket_, POLLIN, 0}, pollfd{deaths, POLLIN, 0}};
      if (poll(waits.data(), waits.size(), -1) < 0 && errno != EINTR) break;
      if (waits[1].revents != 0) {
        signalfd_siginfo info;
        while (read(deaths, &info, sizeof info) == sizeof info) {
        }
        reap();
      }
      if (waits[0].revents != 0 && !serve()) break;
    }
    for (const auto& [process, child_of] : children_) kill_tree(child_of, SIGKILL);
    _exit(0);
  }

 private:
  struct Child {
    pid_t pid;
    std::string cookie;
  };

  // Takes one request. False when the NodeManager is gone.
  bool serve() {
    std::array<char, kLauncherPacketBytesMax> packet;
    ssize_t length = recv(socket_, packet.data(), packet.size(), 0);
    if (length < 0) return errno == EINTR || errno == EAGAIN;
    if (length == 0) return false;
    auto request = decode_request({packet.data(), static_cast<size_t>(length)});
    if (!request) return false;
    if (request->kind == LauncherRequest::Kind::kLaunch) {
      launch(*request);
    } else if (auto child = children_.find(request->process); child != children_.end()) {
      // A child that was forked just now has no group of its own yet.
      if (getpgid(child->second.pid) != child->second.pid) kill(child->second.pid, request->signal);
      kill_tree(child->second, request->signal);
    }
    return true;
  }

  void launch(const LauncherRequest& request) {
    pid_t pid = fork();
    if (pid == 0) become_container(request);
    if (pid < 0) {
      tell({LauncherEvent::Kind::kFailed, request.process, errno});
      return;
    }
    children_[request.process] = {pid, request.cookie};
    tell({LauncherEvent::Kind::kStarted, request.process, pid});
  }

  [[noreturn]] void become_container(const LauncherRequest& request) {
    setsid();
    prctl(PR_SET_PDEATHSIG, SIGKILL);  // should the launcher itself be killed
    prctl(PR_SET_CHILD_SUBREAPER, 0);
    for (int number : {SIGTERM, SIGINT, SIGPIPE, SIGHUP}) std::signal(number, SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
    RealDisk disk;
    if (!request.cgroup.empty()) {
      auto procs = disk.open(request.cgroup, OpenMode::kReadWrite, 0);
      // A group that vanished means no limits, which isn't worth failing the container for.
      if (procs) static_cast<void>((*procs)->write_at(0, std::to_string(getpid())));
    }
    if (chdir(request.directory.c_str()) != 0) _exit(127);
    if (auto null = disk.open("/dev/null", OpenMode::kReadWrite, 0)) {
      for (int fd : {0, 1, 2}) dup2((*null)->descriptor(), fd);
    }
    close_range(3, ~0U, 0);
    execl("/bin/bash", "bash", request.script.c_str(), nullptr);
    _exit(127);
  }

  void reap() {
    int status = 0;
    for (pid_t pid; (pid = waitpid(-1, &status, WNOHANG)) > 0;) {
      for (auto child = children_.begin(); child != children_.end(); ++child) {
        if (child->second.pid != pid) continue;
        Child ended = child->second;
        int64_t process = child->first;
        children_.erase(child);
        tell({LauncherEvent::Kind::kExited, process, WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status)});
        kill_tree(ended, SIGKILL);  // what it left behind
        break;
      }
    }
  }

  // Signals the process group, and everything else of its session or with its mark.
  void kill_tree(const Child& child, int number) {
    kill(-child.pid, number);
    auto processes = disk_.list("/proc");
    if (!processes) return;
    const std::string mark = "CONTAINER_ID=" + child.cookie;
    for (const FileInfo& entry : *processes) {
      pid_t pid = 0;
      auto [end, code] = std::from_chars(entry.name.data(), entry.name.data() + entry.name.size(), pid);
      if (code != std::errc() || end != entry.name.data() + entry.name.size() || pid == getpid()) continue;
      if (getpgid(pid) == child.pid) continue;  // has it already
      // One that left the session has lost its parent to us, or still has one that is marked; the daemons of the machine needn't be read.
      if (getsid(pid) == child.pid || (may_be_ours(pid) && marked(pid, mark))) kill(pid, number);
    }
  }

  // False for what isn't below this process, by a few bytes of /proc.
  bool may_be_ours(pid_t pid) {
    for (int depth = 0; pid > 1 && depth < kDepthMax; ++depth) {
      pid = parent_of(pid);
      if (pid == getpid()) return true;
    }
    return false;
  }

  // 0 when the process is gone.
  pid_t parent_of(pid_t pid) {
    auto stat = disk_.open(fmt::format("/proc/{}/stat", pid), OpenMode::kRead, 0);
    if (!stat) return 0;
    std::array<char, 512> bytes;
    auto length = (*stat)->read_at(0, bytes);
    if (!length) return 0;
    // "PID (name) S PPID …", and a name may hold anything.
    const std::string_view text(bytes.data(), *length);
    const size_t name_end = text.rfind(')');
    if (name_end == std::string_view::npos || name_end + 4 >= text.size()) return 0;
    pid_t parent = 0;
    std::from_chars(text.data() + name_end + 4, text.data() + text.size(), parent);
    return parent;
  }

  // True when the process was started with that variable in its environment.
  bool marked(pid_t pid, const std::string& mark) {
    auto environment = disk_.open(fmt::format("/proc/{}/environ", pid), OpenMode::kRead, 0);
    if (!environment) return false;
    environment_[0] = '\0';
    auto length = (*environment)->read_at(0, MutableBytes(environment_).subspan(1));
    if (!length) return false;
    return std::string_view(environment_).substr(0, *length + 1).find('\0' + mark + '\0') != std::string_view::npos;
  }

  void tell(const LauncherEvent& event) {
    std::string packet = encode(event);
    // A full socket blocks; a NodeManager that is gone shows at the next read.
    static_cast<void>(send(socket_, packet.data(), packet.size(), MSG_NOSIGNAL));
  }

  int socket_;
  static constexpr int kDepthMax = 64;
  RealDisk disk_;
  std::string environment_ = std::string((128 << 10) + 1, '\0');
  std::map<int64_t, Child> children_;
};

}  // namespace

Result<int> fork_launcher() {
  std::array<int, 2> ends{};
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    return error(StatusCode::kIo, fmt::format("Cannot make the launcher's socket: {}", std::strerror(errno)));
  }
  pid_t pid = fork();
  if (pid < 0) return error(StatusCode::kIo, fmt::format("Cannot fork the launcher: {}", std::strerror(errno)));
  if (pid == 0) {
    close(ends[0]);
    prctl(PR_SET_NAME, "nm-launcher");
    // The NodeManager is told to stop, and closes the socket when its containers have ended.
    for (int number : {SIGTERM, SIGINT, SIGHUP, SIGPIPE}) std::signal(number, SIG_IGN);
    Launcher(ends[1]).run();
  }
  close(ends[1]);
  return ends[0];
}

}  // namespace tusker::nodemanager
