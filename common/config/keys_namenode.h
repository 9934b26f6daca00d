#pragma once

#include "common/config/config.h"

// The NameNode's properties, with Hadoop 3.5.0's names and defaults. Those that begin with "tusker." are ours.
namespace tusker::config {

using std::chrono::seconds;

inline constexpr Key<std::string_view> kDefaultFs{"fs.defaultFS", "file:///"};
inline constexpr Key<std::string_view> kNamenodeRpcAddress{"dfs.namenode.rpc-address", ""};
inline constexpr Key<std::string_view> kNamenodeRpcBindHost{"dfs.namenode.rpc-bind-host", ""};
inline constexpr Key<std::string_view> kNamenodeHttpAddress{"dfs.namenode.http-address", "127.0.0.1:9870"};
inline constexpr Key<std::string_view> kNamenodeHttpBindHost{"dfs.namenode.http-bind-host", ""};
inline constexpr Key<std::string_view> kNamenodeNameDir{"dfs.namenode.name.dir", "file://${hadoop.tmp.dir}/dfs/name"};
inline constexpr Key<std::string_view> kHadoopTmpDir{"hadoop.tmp.dir", "/tmp/hadoop-${user.name}"};
inline constexpr Key<std::string_view> kSuperuserGroup{"dfs.permissions.superusergroup", "supergroup"};
inline constexpr Key<bool> kPermissionsEnabled{"dfs.permissions.enabled", true};
inline constexpr Key<int64_t> kReplication{"dfs.replication", 3};
inline constexpr Key<int64_t> kReplicationMin{"dfs.namenode.replication.min", 1};
inline constexpr Key<int64_t> kReplicationMax{"dfs.replication.max", 512};
inline constexpr SizeKey kBlockSize{"dfs.blocksize", 134217728};
inline constexpr SizeKey kBlockSizeMin{"dfs.namenode.fs-limits.min-block-size", 1048576};
inline constexpr Key<int64_t> kComponentLengthMax{"dfs.namenode.fs-limits.max-component-length", 255};
inline constexpr Key<int64_t> kDirectoryItemsMax{"dfs.namenode.fs-limits.max-directory-items", 1024 * 1024};
inline constexpr Key<int64_t> kBlocksPerFileMax{"dfs.namenode.fs-limits.max-blocks-per-file", 10000};
inline constexpr Key<int64_t> kListLimit{"dfs.ls.limit", 1000};
inline constexpr Key<int64_t> kBytesPerChecksum{"dfs.bytes-per-checksum", 512};
inline constexpr Key<int64_t> kWritePacketSize{"dfs.client-write-packet-size", 65536};
inline constexpr Key<int64_t> kFileBufferSize{"io.file.buffer.size", 4096};
inline constexpr DurationKey kTrashInterval{"fs.trash.interval", "0m", std::chrono::minutes(1)};
inline constexpr Key<int64_t> kAccessTimePrecision{"dfs.namenode.accesstime.precision", 3600000};
inline constexpr Key<bool> kAclsEnabled{"dfs.namenode.acls.enabled", true};
inline constexpr Key<bool> kPosixAclInheritance{"dfs.namenode.posix.acl.inheritance.enabled", true};
inline constexpr Key<bool> kXAttrsEnabled{"dfs.namenode.xattrs.enabled", true};
inline constexpr SizeKey kXAttrSizeMax{"dfs.namenode.fs-limits.max-xattr-size", 16384};
inline constexpr Key<int64_t> kXAttrsPerInodeMax{"dfs.namenode.fs-limits.max-xattrs-per-inode", 32};
inline constexpr Key<bool> kQuotaByStorageType{"dfs.quota.by.storage.type.enabled", true};
inline constexpr Key<bool> kOwnerSetsQuota{"dfs.permissions.allow.owner.set.quota", false};
inline constexpr Key<bool> kStoragePolicies{"dfs.storage.policy.enabled", true};
inline constexpr Key<bool> kStoragePolicySuperuserOnly{"dfs.storage.policy.permissions.superuser-only", false};
inline constexpr Key<std::string_view> kStorageDefaultPolicy{"dfs.storage.default.policy", "HOT"};
inline constexpr DurationKey kHeartbeatInterval{"dfs.heartbeat.interval", "3s", seconds(1)};
inline constexpr DurationKey kHeartbeatRecheckInterval{"dfs.namenode.heartbeat.recheck-interval", "300000ms", milliseconds(1)};
inline constexpr DurationKey kRedundancyInterval{"dfs.namenode.redundancy.interval.seconds", "3s", seconds(1)};
inline constexpr DurationKey kReconstructionTimeout{"dfs.namenode.reconstruction.pending.timeout-sec", "300s", seconds(1)};
inline constexpr Key<int64_t> kReplicationStreamsMax{"dfs.namenode.replication.max-streams", 2};
inline constexpr Key<int64_t> kInvalidateLimit{"dfs.block.invalidate.limit", 1000};
inline constexpr DurationKey kLeaseHardLimit{"dfs.namenode.lease-hard-limit-sec", "1200s", seconds(1)};
inline constexpr DurationKey kLeaseRecheckInterval{"dfs.namenode.lease-recheck-interval-ms", "2000ms", milliseconds(1)};
inline constexpr SizeKey kResourceReserved{"dfs.namenode.resource.du.reserved", 104857600};
inline constexpr DurationKey kResourceCheckInterval{"dfs.namenode.resource.check.interval", "5000ms", milliseconds(1)};
inline constexpr Key<double> kSafemodeThreshold{"dfs.namenode.safemode.threshold-pct", 0.999};
inline constexpr Key<bool> kRetryCacheEnabled{"dfs.namenode.enable.retrycache", true};
inline constexpr DurationKey kRetryCacheExpiry{"dfs.namenode.retrycache.expirytime.millis", "600000ms", milliseconds(1)};
inline constexpr Key<int64_t> kEditsRetained{"dfs.namenode.num.extra.edits.retained", 1000000};
inline constexpr Key<int64_t> kBatchedListLimit{"dfs.batched.ls.limit", 100};
inline constexpr Key<int64_t> kOpenFilesPerResponse{"dfs.namenode.list.openfiles.num.responses", 1000};
inline constexpr Key<int64_t> kCorruptFilesReturnedMax{"dfs.corruptfilesreturned.max", 500};
inline constexpr Key<int64_t> kInotifyEventsPerRpc{"dfs.namenode.inotify.max.events.per.rpc", 1000};
inline constexpr Key<bool> kNameDirRestore{"dfs.namenode.name.dir.restore", false};
inline constexpr Key<bool> kDelegationTokenAlwaysUse{"dfs.namenode.delegation.token.always-use", false};
inline constexpr DurationKey kDelegationKeyUpdateInterval{"dfs.namenode.delegation.key.update-interval", "86400000ms", milliseconds(1)};
inline constexpr DurationKey kDelegationTokenMaxLifetime{"dfs.namenode.delegation.token.max-lifetime", "604800000ms", milliseconds(1)};
inline constexpr DurationKey kDelegationTokenRenewInterval{"dfs.namenode.delegation.token.renew-interval", "86400000ms", milliseconds(1)};
inline constexpr Key<std::string_view> kLogDirectory{"hadoop.log.dir", ""};
inline constexpr Key<std::string_view> kTopologyTable{"net.topology.table.file.name", ""};
inline constexpr Key<int64_t> kHandlerCount{"dfs.namenode.handler.count", 10};
inline constexpr Key<int64_t> kHandlerQueueSize{"ipc.server.handler.queue.size", 100};
inline constexpr SizeKey kIpcMaximumDataLength{"ipc.maximum.data.length", 134217728};
inline constexpr SizeKey kStoreCache{"tusker.namenode.store.cache.bytes", 64 << 20};
inline constexpr SizeKey kStoreWriteBuffer{"tusker.namenode.store.write-buffer.bytes", 32 << 20};
inline constexpr Key<std::string_view> kNetBindAddress{"tusker.net.bind-address", ""};

// Web port.
inline constexpr Key<bool> kXFrameEnabled{"dfs.xframe.enabled", true};
inline constexpr Key<std::string_view> kXFrameValue{"dfs.xframe.value", "SAMEORIGIN"};
inline constexpr Key<std::string_view> kUserHomePrefix{"dfs.user.home.dir.prefix", "/user"};

}  // namespace tusker::config
