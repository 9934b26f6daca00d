#pragma once

#include "common/config/config.h"

// YARN's properties with Hadoop's names and defaults. Keys that begin with "tusker." are ours.

namespace tusker::config {

using std::string_view;
using namespace std::chrono_literals;

// Addresses. ${yarn.resourcemanager.hostname} is expanded in the defaults too.
inline constexpr Key<string_view> kRmHostname{"yarn.resourcemanager.hostname", "0.0.0.0"};
inline constexpr Key<string_view> kRmAddress{"yarn.resourcemanager.address", "0.0.0.0:8032"};
inline constexpr Key<string_view> kRmSchedulerAddress{"yarn.resourcemanager.scheduler.address", "0.0.0.0:8030"};
inline constexpr Key<string_view> kRmResourceTrackerAddress{"yarn.resourcemanager.resource-tracker.address", "0.0.0.0:8031"};
inline constexpr Key<string_view> kRmAdminAddress{"yarn.resourcemanager.admin.address", "0.0.0.0:8033"};
inline constexpr Key<string_view> kRmWebappAddress{"yarn.resourcemanager.webapp.address", "0.0.0.0:8088"};
inline constexpr Key<string_view> kNmHostname{"yarn.nodemanager.hostname", "0.0.0.0"};
inline constexpr Key<string_view> kNmAddress{"yarn.nodemanager.address", "0.0.0.0:0"};
inline constexpr Key<string_view> kNmWebappAddress{"yarn.nodemanager.webapp.address", "0.0.0.0:8042"};
inline constexpr Key<int64_t> kShufflePort{"mapreduce.shuffle.port", 13562};

// ResourceManager.
inline constexpr Key<int64_t> kRmAmMaxAttempts{"yarn.resourcemanager.am.max-attempts", 2};
inline constexpr Key<int64_t> kRmAmGlobalMaxAttempts{"yarn.resourcemanager.am.global.max-attempts", 0};  // 0: the same as max-attempts
inline constexpr DurationKey kAmExpiryInterval{"yarn.am.liveness-monitor.expiry-interval-ms", "900000", 1ms};
inline constexpr DurationKey kNmExpiryInterval{"yarn.nm.liveness-monitor.expiry-interval-ms", "600000", 1ms};
inline constexpr DurationKey kRmContainerAllocationExpiry{"yarn.resourcemanager.rm.container-allocation.expiry-interval-ms", "600000", 1ms};
inline constexpr DurationKey kRmNmHeartbeatInterval{"yarn.resourcemanager.nodemanagers.heartbeat-interval-ms", "1000", 1ms};
inline constexpr Key<int64_t> kRmMaxCompletedApplications{"yarn.resourcemanager.max-completed-applications", 1000};
inline constexpr DurationKey kRmAmRmKeyRolling{"yarn.resourcemanager.am-rm-tokens.master-key-rolling-interval-secs", "86400", 1s};
inline constexpr DurationKey kRmContainerKeyRolling{"yarn.resourcemanager.container-tokens.master-key-rolling-interval-secs", "86400", 1s};
inline constexpr DurationKey kRmNmKeyRolling{"yarn.resourcemanager.nm-tokens.master-key-rolling-interval-secs", "86400", 1s};
inline constexpr Key<int64_t> kSchedulerMinimumMb{"yarn.scheduler.minimum-allocation-mb", 1024};
inline constexpr Key<int64_t> kSchedulerMaximumMb{"yarn.scheduler.maximum-allocation-mb", 8192};
inline constexpr Key<int64_t> kSchedulerMinimumVcores{"yarn.scheduler.minimum-allocation-vcores", 1};
inline constexpr Key<int64_t> kSchedulerMaximumVcores{"yarn.scheduler.maximum-allocation-vcores", 4};
inline constexpr Key<string_view> kSchedulerResourceCalculator{"yarn.scheduler.capacity.resource-calculator",
                                                               "org.apache.hadoop.yarn.util.resource.DefaultResourceCalculator"};
inline constexpr Key<int64_t> kSchedulerMaximumApplications{"yarn.scheduler.capacity.maximum-applications", 10000};
inline constexpr Key<double> kSchedulerMaximumAmPercent{"yarn.scheduler.capacity.maximum-am-resource-percent", 0.1};
// Opportunities that a request waits for its host before it takes the rack, and for its rack before it takes any; -1: doesn't wait.
inline constexpr Key<int64_t> kSchedulerNodeLocalityDelay{"yarn.scheduler.capacity.node-locality-delay", 40};
inline constexpr Key<int64_t> kSchedulerRackLocalityAdditionalDelay{"yarn.scheduler.capacity.rack-locality-additional-delay", -1};
// However few opportunities came, a request waits no longer than this for its host, and as long again for its rack.
inline constexpr DurationKey kSchedulerLocalityWaitMax{"tusker.scheduler.locality.wait-max-ms", "1000", 1ms};
// false: host and rack names are not looked at, and nodes are chosen at random.
inline constexpr Key<bool> kSchedulerLocalityEnabled{"tusker.scheduler.locality.enabled", true};

// NodeManager.
inline constexpr Key<string_view> kNmLocalDirs{"yarn.nodemanager.local-dirs", "/tmp/tusker/nm-local-dir"};
inline constexpr Key<string_view> kNmLogDirs{"yarn.nodemanager.log-dirs", "/tmp/tusker/userlogs"};
inline constexpr Key<int64_t> kNmMemoryMb{"yarn.nodemanager.resource.memory-mb", -1};  // -1: 8192
inline constexpr Key<int64_t> kNmVcores{"yarn.nodemanager.resource.cpu-vcores", -1};   // -1: 8
inline constexpr Key<string_view> kNmAuxServices{"yarn.nodemanager.aux-services", "mapreduce_shuffle"};
inline constexpr Key<string_view> kNmEnvWhitelist{
    "yarn.nodemanager.env-whitelist",
    "JAVA_HOME,HADOOP_COMMON_HOME,HADOOP_HDFS_HOME,HADOOP_CONF_DIR,CLASSPATH_PREPEND_DISTCACHE,HADOOP_YARN_HOME,HADOOP_HOME,PATH,LANG,TZ"};
inline constexpr Key<string_view> kNmAdminEnv{"yarn.nodemanager.admin-env", "MALLOC_ARENA_MAX=$MALLOC_ARENA_MAX"};
inline constexpr Key<string_view> kNmUserHomeDir{"yarn.nodemanager.user-home-dir", "/home/"};
inline constexpr DurationKey kNmSigkillDelay{"yarn.nodemanager.sleep-delay-before-sigkill.ms", "250", 1ms};
inline constexpr DurationKey kNmDeleteDebugDelay{"yarn.nodemanager.delete.debug-delay-sec", "0", 1s};
inline constexpr DurationKey kNmLogRetain{"yarn.nodemanager.log.retain-seconds", "10800", 1s};
inline constexpr Key<int64_t> kNmDiagnosticsBytesMax{"yarn.nodemanager.container-diagnostics-maximum-size", 10000};
inline constexpr Key<int64_t> kNmStderrTailBytes{"yarn.nodemanager.container.stderr.tail.bytes", 4096};
inline constexpr Key<int64_t> kNmLocalizerFetchThreads{"yarn.nodemanager.localizer.fetch.thread-count", 4};
inline constexpr Key<int64_t> kNmLocalizerCacheMb{"yarn.nodemanager.localizer.cache.target-size-mb", 10240};
inline constexpr DurationKey kNmLocalizerCleanupInterval{"yarn.nodemanager.localizer.cache.cleanup.interval-ms", "600000", 1ms};
inline constexpr Key<bool> kNmCgroupsV2Enabled{"yarn.nodemanager.linux-container-executor.cgroups.v2.enabled", true};
inline constexpr Key<string_view> kNmCgroupsHierarchy{"yarn.nodemanager.linux-container-executor.cgroups.hierarchy", "/hadoop-yarn"};
inline constexpr DurationKey kNmHealthInterval{"yarn.nodemanager.disk-health-checker.interval-ms", "120000", 1ms};
inline constexpr Key<double> kNmDiskUtilizationMax{"yarn.nodemanager.disk-health-checker.max-disk-utilization-per-disk-percentage", 90.0};
inline constexpr Key<int64_t> kShuffleConnectionsMax{"mapreduce.shuffle.max.connections", 0};  // 0: no limit of its own
// Between a NodeManager's attempts to reach a ResourceManager that doesn't answer.
inline constexpr DurationKey kNmRegisterRetryInterval{"tusker.nodemanager.register.retry-interval-ms", "250", 1ms};

// Clients.
inline constexpr DurationKey kRmConnectMaxWait{"yarn.resourcemanager.connect.max-wait.ms", "900000", 1ms};
inline constexpr DurationKey kRmConnectRetryInterval{"yarn.resourcemanager.connect.retry-interval.ms", "30000", 1ms};
// YarnClient's polls: Hadoop's default is 200 ms; the answer comes from memory, so ours asks more often.
inline constexpr DurationKey kYarnClientPollInterval{"yarn.client.application-client-protocol.poll-interval-ms", "20", 1ms};

}  // namespace tusker::config
