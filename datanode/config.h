#pragma once

#include <string>
#include <vector>

#include "common/config/config.h"
#include "common/env/clock.h"
#include "common/env/network.h"

namespace tusker::datanode {

// What a DataNode takes from its configuration (DNConf), read once at start.
struct DataNodeConfig {
  Endpoint transfer_bind;
  Endpoint http_bind;
  Endpoint ipc_bind;
  Endpoint namenode;
  std::string host_name;  // as published; empty: the machine's own
  bool use_datanode_hostname = false;

  std::vector<std::string> data_dirs;
  int64_t reserved_bytes = 0;
  int64_t failed_volumes_tolerated = 0;
  bool sync_on_close = true;

  size_t xceivers_max = 4096;
  Duration socket_timeout{};  // never 0; very long where none is configured
  Duration socket_write_timeout{};
  Duration keepalive{};
  Duration xceiver_stop_timeout{};
  int64_t balance_bandwidth = 0;

  Duration heartbeat_interval{};
  Duration block_report_interval{};
  Duration block_report_initial_delay{};
  int64_t block_report_split_threshold = 0;

  // Waits on a peer that has `downstream` more behind it are that much longer.
  Duration read_timeout(size_t downstream) const { return socket_timeout + std::chrono::seconds(5) * static_cast<int64_t>(downstream); }
  Duration write_timeout(size_t downstream) const {
    return socket_write_timeout + std::chrono::seconds(5) * static_cast<int64_t>(downstream);
  }
};

// Errors name the key.
Result<DataNodeConfig> read_config(const config::Config& config);

}  // namespace tusker::datanode
