#include "nodemanager/config.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "common/config/keys_yarn.h"
#include "common/env/real_env.h"

namespace tusker::nodemanager {
namespace {

constexpr int64_t kDefaultMemoryMb = 8192;
constexpr int64_t kDefaultVcores = 8;

Result<void> read_directories(const config::Config& config, Settings& s) {
  for (auto [key, dirs] : {std::pair{&config::kNmLocalDirs, &s.local_dirs}, std::pair{&config::kNmLogDirs, &s.log_dirs}}) {
    *dirs = config.get_list(*key);
    for (std::string& dir : *dirs) {
      if (dir.starts_with("file://")) dir = dir.substr(7);
      if (!dir.starts_with('/')) return error(StatusCode::kIllegalArgument, fmt::format("{}: {} is no absolute path", key->name, dir));
    }
    if (dirs->empty()) return error(StatusCode::kIllegalArgument, fmt::format("{} names no directory", key->name));
  }
  return {};
}

// "NAME=value,NAME=$VARIABLE": a variable of this process stands for its value, or for nothing.
std::vector<std::pair<std::string, std::string>> read_admin_env(const config::Config& config) {
  std::vector<std::pair<std::string, std::string>> variables;
  for (const std::string& item : config.get_list(config::kNmAdminEnv)) {
    size_t equals = item.find('=');
    if (equals == std::string::npos || equals == 0) continue;
    std::string value = item.substr(equals + 1);
    if (value.starts_with('$')) value = environment_variable(value.c_str() + 1);
    variables.emplace_back(item.substr(0, equals), std::move(value));
  }
  return variables;
}

Result<void> read_resources(const config::Config& config, Settings& s) {
  TRY(int64_t memory_mb, config.get(config::kNmMemoryMb));
  TRY(int64_t vcores, config.get(config::kNmVcores));
  s.capability = {memory_mb > 0 ? memory_mb : kDefaultMemoryMb, static_cast<int32_t>(vcores > 0 ? vcores : kDefaultVcores)};
  TRY(s.diagnostics_bytes_max, config.get(config::kNmDiagnosticsBytesMax));
  TRY(s.stderr_tail_bytes, config.get(config::kNmStderrTailBytes));
  TRY(s.fetches_max, config.get(config::kNmLocalizerFetchThreads));
  TRY(int64_t cache_mb, config.get(config::kNmLocalizerCacheMb));
  s.cache_bytes_max = cache_mb << 20;
  TRY(s.disk_utilization_max, config.get(config::kNmDiskUtilizationMax));
  return {};
}

Result<void> read_times(const config::Config& config, Settings& s) {
  TRY(s.register_retry, config.get(config::kNmRegisterRetryInterval));
  TRY(s.sigkill_delay, config.get(config::kNmSigkillDelay));
  TRY(s.delete_delay, config.get(config::kNmDeleteDebugDelay));
  TRY(s.log_retain, config.get(config::kNmLogRetain));
  TRY(s.cache_cleanup_interval, config.get(config::kNmLocalizerCleanupInterval));
  TRY(s.health_interval, config.get(config::kNmHealthInterval));
  return {};
}

Result<void> read_addresses(const config::Config& config, Settings& s) {
  TRY(s.rpc_bind, parse_endpoint(config.get(config::kNmAddress)));
  TRY(s.web_bind, parse_endpoint(config.get(config::kNmWebappAddress)));
  for (auto [key, endpoint] : {std::pair{&config::kNmAddress, &s.rpc_bind}, std::pair{&config::kNmWebappAddress, &s.web_bind}}) {
    if (!config.has(key->name)) endpoint->host = config.get(config::kNmHostname);
  }
  TRY(int64_t shuffle_port, config.get(config::kShufflePort));
  if (shuffle_port < 0 || shuffle_port > 65535) {
    return error(StatusCode::kIllegalArgument, fmt::format("{}: {} is no port", config::kShufflePort.name, shuffle_port));
  }
  s.shuffle_port = static_cast<uint16_t>(shuffle_port);
  TRY(s.resource_manager, parse_endpoint(config.get(config::kRmResourceTrackerAddress)));
  if (s.resource_manager.host == "0.0.0.0") s.resource_manager.host = config.get(config::kRmHostname);
  if (s.resource_manager.host == "0.0.0.0") s.resource_manager.host = "127.0.0.1";
  return {};
}

}  // namespace

Result<Settings> read_settings(const config::Config& config) {
  Settings s;
  TRY_VOID(read_addresses(config, s));
  TRY_VOID(read_directories(config, s));
  TRY_VOID(read_resources(config, s));
  TRY_VOID(read_times(config, s));
  auto services = config.get_list(config::kNmAuxServices);
  s.shuffle = std::ranges::find(services, "mapreduce_shuffle") != services.end();
  TRY(s.shuffle_connections_max, config.get(config::kShuffleConnectionsMax));
  for (const std::string& name : config.get_list(config::kNmEnvWhitelist)) {
    if (std::string value = environment_variable(name.c_str()); !value.empty()) s.inherited.emplace_back(name, std::move(value));
  }
  s.admin_env = read_admin_env(config);
  // Where `mapred` stands beside this program: our MapReduce starts its containers by it.
  s.admin_env.emplace_back("TUSKER_PROGRAM_DIRECTORY", program_directory());
  s.home = config.get(config::kNmUserHomeDir);
  TRY(s.cgroups_wanted, config.get(config::kNmCgroupsV2Enabled));
  s.cgroups_hierarchy = config.get(config::kNmCgroupsHierarchy);
  return s;
}

}  // namespace tusker::nodemanager
