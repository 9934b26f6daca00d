#pragma once

#include <string>
#include <vector>

#include "common/config/config.h"
#include "common/env/network.h"

namespace tusker::namenode {

// The NameNode's settings, read once from hdfs-site's properties (keys_namenode.h).
struct Settings {
  Endpoint rpc_bind;
  Endpoint http_bind;
  std::string rpc_address;  // host:port as clients name it
  std::string name_directory;
  std::string superuser;  // the user that this process runs as
  std::string supergroup;
  bool permissions_enabled = true;

  int16_t replication = 3;
  int16_t replication_min = 1;
  int16_t replication_max = 512;
  int64_t block_bytes = 128 << 20;
  int64_t block_bytes_min = 1 << 20;
  int64_t component_bytes_max = 255;
  int64_t directory_items_max = 1024 * 1024;
  int64_t blocks_per_file_max = 10'000;
  int64_t list_limit = 1000;
  int64_t bytes_per_checksum = 512;
  int64_t packet_bytes = 65536;
  int64_t file_buffer_bytes = 4096;
  int64_t trash_interval_min = 0;
  int64_t atime_precision_ms = 3'600'000;

  bool acls_enabled = true;
  bool posix_acl_inheritance = true;
  bool xattrs_enabled = true;
  int64_t xattr_bytes_max = 16384;
  int64_t xattrs_per_inode_max = 32;
  bool quota_by_storage_type = true;
  bool owner_sets_quota = false;  // dfs.permissions.allow.owner.set.quota
  bool storage_policies = true;
  bool storage_policy_superuser_only = false;
  std::string default_storage_policy = "HOT";  // dfs.storage.default.policy

  int64_t heartbeat_interval_ms = 3000;
  int64_t heartbeat_recheck_ms = 300'000;
  int64_t redundancy_interval_ms = 3000;
  int64_t reconstruction_timeout_ms = 300'000;
  int64_t replication_streams_max = 2;
  int64_t invalidate_limit = 1000;
  int64_t lease_hard_limit_ms = 1'200'000;
  int64_t lease_recheck_ms = 2000;
  double safemode_threshold = 0.999;
  int64_t retry_cache_expiry_ms = 600'000;
  bool retry_cache_enabled = true;
  int64_t edits_retained = 1'000'000;
  int64_t disk_reserved_bytes = 100 << 20;
  int64_t disk_check_ms = 5000;

  int64_t batched_list_limit = 100;
  int64_t open_files_per_response = 1000;
  int64_t corrupt_files_max = 500;
  int64_t inotify_events_max = 1000;
  bool restore_failed_storage = false;
  bool tokens_always = false;  // dfs.namenode.delegation.token.always-use: delegation tokens without Kerberos too
  int64_t token_key_interval_ms = 86'400'000;
  int64_t token_lifetime_ms = 604'800'000;
  int64_t token_renew_ms = 86'400'000;
  bool ha_enabled = false;      // dfs.ha.namenodes.* names more than one: clients ask who is active
  bool host_lists_set = false;  // dfs.hosts or dfs.hosts.exclude, which aren't heeded
  std::string log_directory;    // where metaSave writes; empty: the working directory

  std::string topology_table;  // net.topology.table.file.name
  size_t store_cache_bytes = 64 << 20;
  size_t store_buffer_bytes = 32 << 20;
  size_t calls_max = 1000;
  size_t frame_bytes_max = 128 << 20;

  // dead: 2 recheck intervals and 10 heartbeats without a word (DatanodeManager.heartbeatExpireInterval).
  int64_t heartbeat_expiry_ms() const { return 2 * heartbeat_recheck_ms + 10 * heartbeat_interval_ms; }
};

// kIllegalArgument names the property that is wrong.
Result<Settings> read_settings(const config::Config& config);
// Logs which of the properties that are set this NameNode doesn't heed.
void warn_of_unsupported(const config::Config& config);
std::vector<std::string> unsupported_properties(const config::Config& config);

}  // namespace tusker::namenode
