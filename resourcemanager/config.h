#pragma once

#include <cstdint>
#include <string>

#include "common/config/config.h"
#include "common/env/clock.h"
#include "common/env/network.h"

namespace tusker::resourcemanager {

// The ResourceManager's settings, read once at start-up; what can't be read is an error that names key and value.
struct Settings {
  Endpoint client_bind;
  Endpoint scheduler_bind;
  Endpoint tracker_bind;
  Endpoint web_bind;
  std::string topology_table;

  int64_t minimum_mb = 0;
  int64_t minimum_vcores = 0;
  int64_t maximum_mb = 0;
  int64_t maximum_vcores = 0;
  bool vcores_count = false;
  double master_share_max = 0;
  int64_t node_locality_delay = 0;
  int64_t rack_locality_additional_delay = 0;
  int64_t locality_wait_ms_max = 0;
  bool locality_enabled = true;

  int64_t am_attempts_default = 0;
  int64_t am_attempts_max = 0;
  int64_t am_expiry_ms = 0;
  int64_t nm_expiry_ms = 0;
  int64_t container_allocation_expiry_ms = 0;
  int64_t heartbeat_interval_ms = 0;
  int64_t applications_max = 0;
  int64_t completed_applications_max = 0;
  Duration am_rm_key_rolling{};
  Duration node_key_rolling{};
};
Result<Settings> read_settings(const config::Config& config);

}  // namespace tusker::resourcemanager
