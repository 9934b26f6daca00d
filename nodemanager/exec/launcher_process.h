#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "common/base/result.h"

// The process beside the NodeManager that starts containers. Small and single-threaded, so forking it is cheap and safe; it outlives no
// NodeManager: when its socket closes, whatever way the NodeManager ended, it kills every container and ends. One request or event is one
// packet of the socket.

namespace tusker::nodemanager {

struct LauncherRequest {
  enum class Kind : uint8_t { kLaunch, kSignal } kind = Kind::kLaunch;
  int64_t process = 0;    // number chosen by the NodeManager
  int32_t signal = 0;     // of kSignal, to the whole tree of the process
  std::string script;     // of kLaunch: run by /bin/bash
  std::string directory;  // where it starts
  std::string cookie;     // CONTAINER_ID's value: marks what the container started, wherever it went
  std::string cgroup;     // a cgroup.procs file that the process writes itself into first, or ""
};

struct LauncherEvent {
  enum class Kind : uint8_t { kStarted, kExited, kFailed } kind = Kind::kStarted;
  int64_t process = 0;
  int32_t value = 0;  // pid, exit code (128 + signal if killed by one), or errno
};

inline constexpr size_t kLauncherPacketBytesMax = 16 << 10;

std::string encode(const LauncherRequest& request);
Result<LauncherRequest> decode_request(std::string_view packet);
std::string encode(const LauncherEvent& event);
Result<LauncherEvent> decode_event(std::string_view packet);

// Forks the launcher and returns the NodeManager's end of the socket. Call it before any thread is started.
Result<int> fork_launcher();

}  // namespace tusker::nodemanager
