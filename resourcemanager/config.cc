#include "resourcemanager/config.h"

#include <fmt/format.h>

#include <algorithm>

#include "common/config/keys_core.h"
#include "common/config/keys_yarn.h"

namespace tusker::resourcemanager {
namespace {

Result<int64_t> milliseconds(const config::Config& config, const config::DurationKey& key) {
  TRY(auto value, config.get(key));
  return value.count();
}

// An address without a host of its own stands on yarn.resourcemanager.hostname.
Result<Endpoint> endpoint(const config::Config& config, const config::Key<std::string_view>& key) {
  TRY(Endpoint endpoint, parse_endpoint(config.get(key)));
  if (!config.has(key.name)) endpoint.host = config.get(config::kRmHostname);
  return endpoint;
}

Result<void> read_scheduler(const config::Config& config, Settings& s) {
  TRY(s.minimum_mb, config.get(config::kSchedulerMinimumMb));
  TRY(s.minimum_vcores, config.get(config::kSchedulerMinimumVcores));
  TRY(s.maximum_mb, config.get(config::kSchedulerMaximumMb));
  TRY(s.maximum_vcores, config.get(config::kSchedulerMaximumVcores));
  TRY(s.master_share_max, config.get(config::kSchedulerMaximumAmPercent));
  TRY(s.node_locality_delay, config.get(config::kSchedulerNodeLocalityDelay));
  TRY(s.rack_locality_additional_delay, config.get(config::kSchedulerRackLocalityAdditionalDelay));
  TRY(s.locality_wait_ms_max, milliseconds(config, config::kSchedulerLocalityWaitMax));
  TRY(s.locality_enabled, config.get(config::kSchedulerLocalityEnabled));
  s.vcores_count = config.get(config::kSchedulerResourceCalculator).ends_with("DominantResourceCalculator");
  if (s.minimum_mb <= 0 || s.minimum_vcores <= 0 || s.minimum_mb > s.maximum_mb || s.minimum_vcores > s.maximum_vcores) {
    return error(
        StatusCode::kIllegalArgument,
        fmt::format(
            "Allocations from <memory:{}, vCores:{}> to <memory:{}, vCores:{}> make no sense; see yarn.scheduler.minimum-allocation-mb "
            "and its siblings",
            s.minimum_mb, s.minimum_vcores, s.maximum_mb, s.maximum_vcores));
  }
  return {};
}

}  // namespace

Result<Settings> read_settings(const config::Config& config) {
  Settings s;
  TRY(s.client_bind, endpoint(config, config::kRmAddress));
  TRY(s.scheduler_bind, endpoint(config, config::kRmSchedulerAddress));
  TRY(s.tracker_bind, endpoint(config, config::kRmResourceTrackerAddress));
  TRY(s.web_bind, endpoint(config, config::kRmWebappAddress));
  s.topology_table = config.get(config::kTopologyTableFile);
  TRY_VOID(read_scheduler(config, s));
  TRY(s.am_attempts_default, config.get(config::kRmAmMaxAttempts));
  TRY(s.am_attempts_max, config.get(config::kRmAmGlobalMaxAttempts));
  if (s.am_attempts_max <= 0) s.am_attempts_max = s.am_attempts_default;
  TRY(s.am_expiry_ms, milliseconds(config, config::kAmExpiryInterval));
  TRY(s.nm_expiry_ms, milliseconds(config, config::kNmExpiryInterval));
  TRY(s.container_allocation_expiry_ms, milliseconds(config, config::kRmContainerAllocationExpiry));
  TRY(s.heartbeat_interval_ms, milliseconds(config, config::kRmNmHeartbeatInterval));
  TRY(s.applications_max, config.get(config::kSchedulerMaximumApplications));
  TRY(s.completed_applications_max, config.get(config::kRmMaxCompletedApplications));
  TRY(s.am_rm_key_rolling, config.get(config::kRmAmRmKeyRolling));
  TRY(auto nm_rolling, config.get(config::kRmNmKeyRolling));
  TRY(auto container_rolling, config.get(config::kRmContainerKeyRolling));
  s.node_key_rolling = std::min(nm_rolling, container_rolling);
  return s;
}

}  // namespace tusker::resourcemanager
