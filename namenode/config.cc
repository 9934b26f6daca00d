#include "namenode/config.h"

#include <fmt/format.h>

#include "common/config/keys_namenode.h"
#include "common/log/log.h"
#include "common/security/user.h"

namespace tusker::namenode {
namespace {

using config::Config;

Result<Endpoint> bind_endpoint(const Config& conf, const std::string& address, const config::Key<std::string_view>& bind_host) {
  TRY(Endpoint endpoint, parse_endpoint(address));
  if (const auto host = conf.get(bind_host); !host.empty()) endpoint.host = host;
  return endpoint;
}

Result<std::string> rpc_address(const Config& conf) {
  if (auto address = conf.get(config::kNamenodeRpcAddress); !address.empty()) return address;
  const std::string uri = conf.get(config::kDefaultFs);
  if (!uri.starts_with("hdfs://")) {
    return error(StatusCode::kIllegalArgument,
                 fmt::format("Invalid URI for NameNode address (check fs.defaultFS): {} is not of scheme 'hdfs'; "
                             "set dfs.namenode.rpc-address or fs.defaultFS",
                             uri));
  }
  std::string authority = uri.substr(7);
  authority = authority.substr(0, authority.find('/'));
  return authority.find(':') == std::string::npos ? authority + ":8020" : authority;
}

std::string local_path(std::string uri) {
  if (uri.starts_with("file://")) uri = uri.substr(7);
  return uri.starts_with("file:") ? uri.substr(5) : uri;
}

Result<void> read_limits(const Config& conf, Settings& s) {
  TRY(const int64_t replication, conf.get(config::kReplication));
  TRY(const int64_t replication_min, conf.get(config::kReplicationMin));
  TRY(const int64_t replication_max, conf.get(config::kReplicationMax));
  s.replication = static_cast<int16_t>(replication);
  s.replication_min = static_cast<int16_t>(replication_min);
  s.replication_max = static_cast<int16_t>(replication_max);
  TRY(s.block_bytes, conf.get(config::kBlockSize));
  TRY(s.block_bytes_min, conf.get(config::kBlockSizeMin));
  TRY(s.component_bytes_max, conf.get(config::kComponentLengthMax));
  TRY(s.directory_items_max, conf.get(config::kDirectoryItemsMax));
  TRY(s.blocks_per_file_max, conf.get(config::kBlocksPerFileMax));
  TRY(s.list_limit, conf.get(config::kListLimit));
  TRY(s.bytes_per_checksum, conf.get(config::kBytesPerChecksum));
  TRY(s.packet_bytes, conf.get(config::kWritePacketSize));
  TRY(s.file_buffer_bytes, conf.get(config::kFileBufferSize));
  TRY(s.atime_precision_ms, conf.get(config::kAccessTimePrecision));
  TRY(s.replication_streams_max, conf.get(config::kReplicationStreamsMax));
  TRY(s.invalidate_limit, conf.get(config::kInvalidateLimit));
  TRY(s.edits_retained, conf.get(config::kEditsRetained));
  TRY(s.disk_reserved_bytes, conf.get(config::kResourceReserved));
  TRY(s.safemode_threshold, conf.get(config::kSafemodeThreshold));
  TRY(s.retry_cache_enabled, conf.get(config::kRetryCacheEnabled));
  TRY(s.permissions_enabled, conf.get(config::kPermissionsEnabled));
  TRY(s.batched_list_limit, conf.get(config::kBatchedListLimit));
  TRY(s.open_files_per_response, conf.get(config::kOpenFilesPerResponse));
  TRY(s.corrupt_files_max, conf.get(config::kCorruptFilesReturnedMax));
  TRY(s.inotify_events_max, conf.get(config::kInotifyEventsPerRpc));
  TRY(s.restore_failed_storage, conf.get(config::kNameDirRestore));
  TRY(s.tokens_always, conf.get(config::kDelegationTokenAlwaysUse));
  for (const auto& [name, value] : conf.all()) {
    s.ha_enabled = s.ha_enabled || (name.starts_with("dfs.ha.namenodes.") && value.text.find(',') != std::string::npos);
  }
  s.log_directory = conf.get(config::kLogDirectory);
  s.host_lists_set = conf.has("dfs.hosts") || conf.has("dfs.hosts.exclude");
  return {};
}

Result<void> read_attributes(const Config& conf, Settings& s) {
  TRY(s.acls_enabled, conf.get(config::kAclsEnabled));
  TRY(s.posix_acl_inheritance, conf.get(config::kPosixAclInheritance));
  TRY(s.xattrs_enabled, conf.get(config::kXAttrsEnabled));
  TRY(s.xattr_bytes_max, conf.get(config::kXAttrSizeMax));
  TRY(s.xattrs_per_inode_max, conf.get(config::kXAttrsPerInodeMax));
  TRY(s.quota_by_storage_type, conf.get(config::kQuotaByStorageType));
  TRY(s.owner_sets_quota, conf.get(config::kOwnerSetsQuota));
  TRY(s.storage_policies, conf.get(config::kStoragePolicies));
  TRY(s.storage_policy_superuser_only, conf.get(config::kStoragePolicySuperuserOnly));
  // FSDirectory's own checks of these limits.
  if (s.xattrs_per_inode_max < 0) {
    return error(StatusCode::kIllegalArgument,
                 "Cannot set a negative limit on the number of xattrs per inode "
                 "(dfs.namenode.fs-limits.max-xattrs-per-inode).");
  }
  if (s.xattr_bytes_max <= 0) {
    return error(StatusCode::kIllegalArgument,
                 fmt::format("The maximum size of an xattr should be > 0: ({}).", config::kXAttrSizeMax.name));
  }
  if (s.xattr_bytes_max > 32768) {
    return error(StatusCode::kIllegalArgument,
                 fmt::format("The maximum size of an xattr should be <= maximum size hard limit 32768: ({}).", config::kXAttrSizeMax.name));
  }
  s.default_storage_policy = conf.get(config::kStorageDefaultPolicy);
  return {};
}

Result<void> read_times(const Config& conf, Settings& s) {
  const auto read = [&conf](const config::DurationKey& key, int64_t& into) -> Result<void> {
    TRY(const auto value, conf.get(key));
    into = value.count();
    return {};
  };
  TRY_VOID(read(config::kHeartbeatInterval, s.heartbeat_interval_ms));
  TRY_VOID(read(config::kHeartbeatRecheckInterval, s.heartbeat_recheck_ms));
  TRY_VOID(read(config::kRedundancyInterval, s.redundancy_interval_ms));
  TRY_VOID(read(config::kReconstructionTimeout, s.reconstruction_timeout_ms));
  TRY_VOID(read(config::kLeaseHardLimit, s.lease_hard_limit_ms));
  TRY_VOID(read(config::kLeaseRecheckInterval, s.lease_recheck_ms));
  TRY_VOID(read(config::kResourceCheckInterval, s.disk_check_ms));
  TRY_VOID(read(config::kRetryCacheExpiry, s.retry_cache_expiry_ms));
  TRY_VOID(read(config::kDelegationKeyUpdateInterval, s.token_key_interval_ms));
  TRY_VOID(read(config::kDelegationTokenMaxLifetime, s.token_lifetime_ms));
  TRY_VOID(read(config::kDelegationTokenRenewInterval, s.token_renew_ms));
  TRY(const auto trash, conf.get(config::kTrashInterval));
  s.trash_interval_min = trash.count() / 60'000;
  return {};
}

// Properties that change what a site may rely on: who may join, who may read, when writing begins.
constexpr std::string_view kUnsupported[] = {
    "dfs.hosts",
    "dfs.hosts.exclude",
    "dfs.namenode.hosts.provider.classname",
    "dfs.namenode.servicerpc-address",
    "dfs.namenode.lifeline.rpc-address",
    "dfs.namenode.https-address",
    "dfs.namenode.safemode.min.datanodes",
    "dfs.namenode.safemode.extension",
    "dfs.namenode.stale.datanode.interval",
    "dfs.namenode.avoid.read.stale.datanode",
    "dfs.namenode.avoid.write.stale.datanode",
    "dfs.namenode.inode.attributes.provider.class",
    "dfs.namenode.ec.system.default.policy",
    "dfs.namenode.ec.userdefined.policy.allowed",
    "dfs.permissions.ContentSummary.subAccess",
    "dfs.storage.policy.satisfier.mode",
    "dfs.namenode.shared.edits.dir",
    "dfs.namenode.edits.dir",
    "dfs.block.access.token.enable",
    "dfs.block.replicator.classname",
    "dfs.nameservices",
    "dfs.namenode.max.objects",
    "dfs.namenode.state.context.enabled",
    "fs.protected.directories",
    "hadoop.security.authorization",
    "net.topology.script.file.name",
    "hadoop.security.auth_to_local",
    "hadoop.security.group.mapping",
};

// The one way of finding racks that is built in: a table of hosts.
constexpr std::string_view kTableMapping = "org.apache.hadoop.net.TableMapping";

}  // namespace

std::vector<std::string> unsupported_properties(const Config& conf) {
  std::vector<std::string> out;
  for (const auto key : kUnsupported) {
    if (conf.has(key)) out.emplace_back(key);
  }
  static constexpr std::string_view kMapping = "net.topology.node.switch.mapping.impl";
  if (conf.find(std::string(kMapping)).value_or(std::string(kTableMapping)) != kTableMapping) out.emplace_back(kMapping);
  return out;
}

void warn_of_unsupported(const Config& conf) {
  for (const auto& key : unsupported_properties(conf)) LOG_WARN("{} is set, but this NameNode doesn't heed it", key);
}

Result<Settings> read_settings(const Config& given) {
  Config conf = given;
  if (!conf.has(config::kHadoopTmpDir.name))
    conf.set(std::string(config::kHadoopTmpDir.name), std::string(config::kHadoopTmpDir.default_value));
  Settings s;
  TRY(const std::string address, rpc_address(conf));
  s.rpc_address = address;
  TRY(s.rpc_bind, bind_endpoint(conf, address, config::kNamenodeRpcBindHost));
  TRY(s.http_bind, bind_endpoint(conf, conf.get(config::kNamenodeHttpAddress), config::kNamenodeHttpBindHost));
  const auto directories = conf.get_list(config::kNamenodeNameDir);
  if (directories.size() != 1) {
    return error(StatusCode::kIllegalArgument,
                 fmt::format("dfs.namenode.name.dir names {} directories; name exactly one, on storage that is itself redundant",
                             directories.size()));
  }
  s.name_directory = local_path(directories.front());
  s.superuser = security::current_user().name;
  s.supergroup = conf.get(config::kSuperuserGroup);
  s.topology_table = conf.get(config::kTopologyTable);
  TRY_VOID(read_limits(conf, s));
  TRY_VOID(read_attributes(conf, s));
  TRY_VOID(read_times(conf, s));
  TRY(const int64_t cache, conf.get(config::kStoreCache));
  TRY(const int64_t buffer, conf.get(config::kStoreWriteBuffer));
  TRY(const int64_t handlers, conf.get(config::kHandlerCount));
  TRY(const int64_t queue, conf.get(config::kHandlerQueueSize));
  TRY(const int64_t frame, conf.get(config::kIpcMaximumDataLength));
  s.store_cache_bytes = static_cast<size_t>(cache);
  s.store_buffer_bytes = static_cast<size_t>(buffer);
  s.calls_max = static_cast<size_t>(handlers * queue);
  s.frame_bytes_max = static_cast<size_t>(frame);
  return s;
}

}  // namespace tusker::namenode
