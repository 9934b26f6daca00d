#pragma once

#include <string>
#include <utility>
#include <vector>

#include "common/base/yarn_ids.h"
#include "common/config/config.h"
#include "common/env/clock.h"
#include "common/env/network.h"

namespace tusker::nodemanager {

// The NodeManager's settings, read once at start-up; what can't be read is an error that names key and value.
struct Settings {
  Endpoint rpc_bind;
  Endpoint web_bind;
  uint16_t shuffle_port = 0;
  Endpoint resource_manager;
  Duration register_retry{};

  std::vector<std::string> local_dirs;
  std::vector<std::string> log_dirs;
  yarn::Resource capability;
  bool shuffle = false;  // mapreduce_shuffle among the auxiliary services
  int64_t shuffle_connections_max = 0;
  std::vector<std::pair<std::string, std::string>> inherited;  // whitelisted variables that this process has
  std::vector<std::pair<std::string, std::string>> admin_env;
  std::string home;
  Duration sigkill_delay{};
  Duration delete_delay{};
  Duration log_retain{};
  int64_t diagnostics_bytes_max = 0;
  int64_t stderr_tail_bytes = 0;
  int64_t fetches_max = 0;
  int64_t cache_bytes_max = 0;
  Duration cache_cleanup_interval{};
  bool cgroups_wanted = false;
  std::string cgroups_hierarchy;
  Duration health_interval{};
  double disk_utilization_max = 0;
};
Result<Settings> read_settings(const config::Config& config);

}  // namespace tusker::nodemanager
