#pragma once

#include <string>

#include "common/config/config.h"
#include "common/env/clock.h"

namespace tusker::client {

// When a failed DataNode of a pipeline is replaced (ReplaceDatanodeOnFailure).
enum class ReplacePolicy : uint8_t { kNever, kDefault, kAlways };

// What a client of HDFS takes from its configuration (DfsClientConf), read once.
struct ClientSettings {
  int64_t replication = 3;
  int64_t block_bytes = 128 << 20;
  int64_t bytes_per_checksum = 512;
  std::string checksum_type = "CRC32C";
  int64_t prefetch_bytes = 0;
  int64_t packet_bytes = 65536;
  size_t packets_in_flight_max = 80;
  Duration socket_timeout{};  // never 0, as the other timeouts; very long where none is configured
  Duration socket_write_timeout{};
  bool use_datanode_hostname = false;
  int64_t block_write_retries = 3;
  bool replace_datanode = true;
  ReplacePolicy replace_policy = ReplacePolicy::kDefault;
  bool replace_best_effort = false;
  int64_t pipeline_recoveries_max = 5;
  int64_t block_acquire_failures_max = 3;
  Duration exclude_expiry{};
  bool verify_checksums = true;
  Duration rpc_timeout{};
  Duration namenode_retry{};  // how long calls are repeated while the NameNode can't be reached or says "try again"

  Duration read_timeout(size_t nodes) const { return socket_timeout + std::chrono::seconds(5) * static_cast<int64_t>(nodes); }
  Duration write_timeout(size_t nodes) const { return socket_write_timeout + std::chrono::seconds(5) * static_cast<int64_t>(nodes); }
};

// Errors name the key.
Result<ClientSettings> read_settings(const config::Config& config);

}  // namespace tusker::client
