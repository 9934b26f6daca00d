#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "common/base/result.h"

// Identifiers of YARN and their text forms, which stand in environments, paths, URLs and command lines.

namespace tusker::yarn {

// "application_<cluster timestamp>_<id, at least 4 digits>". The cluster timestamp is the ResourceManager's start in ms since 1970.
struct ApplicationId {
  int64_t cluster_timestamp = 0;
  int32_t id = 0;
  std::string to_string() const;
  friend auto operator<=>(const ApplicationId&, const ApplicationId&) = default;
};

// "appattempt_<cluster timestamp>_<app, 4 digits>_<attempt, 6 digits>"; attempts count from 1.
struct ApplicationAttemptId {
  ApplicationId application;
  int32_t attempt = 0;
  std::string to_string() const;
  friend auto operator<=>(const ApplicationAttemptId&, const ApplicationAttemptId&) = default;
};

// "container_[e<epoch>_]<cluster timestamp>_<app>_<attempt, 2 digits>_<number, 6 digits>"; the 64-bit id is epoch << 40 | number.
struct ContainerId {
  ApplicationAttemptId attempt;
  int64_t id = 0;
  std::string to_string() const;
  friend auto operator<=>(const ContainerId&, const ContainerId&) = default;
};

// A NodeManager by the address of its container port: "host:port".
struct NodeId {
  std::string host;
  int32_t port = 0;
  std::string to_string() const { return host + ":" + std::to_string(port); }
  friend auto operator<=>(const NodeId&, const NodeId&) = default;
};

// The inverse of to_string(). kIllegalArgument names the text ("Invalid ApplicationId: …").
Result<ApplicationId> parse_application_id(std::string_view text);
Result<ApplicationAttemptId> parse_application_attempt_id(std::string_view text);
Result<ContainerId> parse_container_id(std::string_view text);
Result<NodeId> parse_node_id(std::string_view text);

// Memory in MB and virtual cores. Prints as "<memory:1024, vCores:1>".
struct Resource {
  int64_t memory_mb = 0;
  int32_t vcores = 0;
  std::string to_string() const;
  Resource operator+(Resource other) const { return {memory_mb + other.memory_mb, vcores + other.vcores}; }
  Resource operator-(Resource other) const { return {memory_mb - other.memory_mb, vcores - other.vcores}; }
  Resource& operator+=(Resource other) { return *this = *this + other; }
  Resource& operator-=(Resource other) { return *this = *this - other; }
  friend auto operator<=>(const Resource&, const Resource&) = default;
};

// Exit statuses of containers that the system gives (ContainerExitStatus); others are the process's own.
namespace exit_status {
inline constexpr int32_t kInvalid = -1000;  // not set, or localization failed
inline constexpr int32_t kAborted = -100;
inline constexpr int32_t kDisksFailed = -101;
inline constexpr int32_t kPreempted = -102;
inline constexpr int32_t kExceededVmem = -103;
inline constexpr int32_t kExceededPmem = -104;
inline constexpr int32_t kKilledByAppMaster = -105;
inline constexpr int32_t kKilledByResourceManager = -106;
inline constexpr int32_t kKilledAfterAppCompletion = -107;
inline constexpr int32_t kForceKilled = 137;
inline constexpr int32_t kTerminated = 143;
inline constexpr int32_t kLost = 154;
}  // namespace exit_status

}  // namespace tusker::yarn
