#pragma once

#include "common/config/config.h"

// The DataNode's properties and those of HDFS's clients, with Hadoop's names and defaults.

namespace tusker::config {

using std::chrono::milliseconds;

// --- DataNode: addresses ---
inline constexpr Key<std::string_view> kDatanodeAddress{"dfs.datanode.address", "0.0.0.0:9866"};
inline constexpr Key<std::string_view> kDatanodeHttpAddress{"dfs.datanode.http.address", "0.0.0.0:9864"};
inline constexpr Key<std::string_view> kDatanodeIpcAddress{"dfs.datanode.ipc.address", "0.0.0.0:9867"};
// The host name that others shall use for this DataNode; empty: the machine's own.
inline constexpr Key<std::string_view> kDatanodeHostname{"dfs.datanode.hostname", ""};
// Connect to other DataNodes by host name rather than by address.
inline constexpr Key<bool> kDatanodeUseDatanodeHostname{"dfs.datanode.use.datanode.hostname", false};

// This program's address for outgoing connections; empty: the system chooses.
inline constexpr Key<std::string_view> kDatanodeNetBindAddress{"tusker.net.bind-address", ""};

// --- DataNode: storage ---
// Comma-separated directories, each as [TYPE]path or [TYPE]file://path.
inline constexpr Key<std::string_view> kDatanodeDataDir{"dfs.datanode.data.dir", "file://${hadoop.tmp.dir}/dfs/data"};
// Bytes of each volume that HDFS leaves to others.
inline constexpr SizeKey kDatanodeDuReserved{"dfs.datanode.du.reserved", 0};
inline constexpr Key<int64_t> kDatanodeFailedVolumesTolerated{"dfs.datanode.failed.volumes.tolerated", 0};
// A replica is on its medium before its last packet is acknowledged. Hadoop's default is false; ours is true, because what was
// acknowledged is not lost.
inline constexpr Key<bool> kDatanodeSynconclose{"dfs.datanode.synconclose", true};

// --- DataNode: transfers ---
// Connections served at once; more are closed when they come.
inline constexpr Key<int64_t> kDatanodeMaxTransferThreads{"dfs.datanode.max.transfer.threads", 4096};
inline constexpr DurationKey kDatanodeSocketWriteTimeout{"dfs.datanode.socket.write.timeout", "480000ms", milliseconds(1)};
inline constexpr DurationKey kDatanodeSocketReuseKeepalive{"dfs.datanode.socket.reuse.keepalive", "4000ms", milliseconds(1)};
// How long a new writer of a replica waits for the former to stop.
inline constexpr DurationKey kDatanodeXceiverStopTimeout{"dfs.datanode.xceiver.stop.timeout.millis", "60000ms", milliseconds(1)};
inline constexpr SizeKey kDatanodeBalanceBandwidth{"dfs.datanode.balance.bandwidthPerSec", 100 << 20};

// --- DataNode: reports ---
inline constexpr DurationKey kDatanodeHeartbeatInterval{"dfs.heartbeat.interval", "3s", milliseconds(1000)};
inline constexpr DurationKey kDatanodeBlockreportInterval{"dfs.blockreport.intervalMsec", "21600000ms", milliseconds(1)};
// The first full report comes at a random moment within this time.
inline constexpr DurationKey kDatanodeBlockreportInitialDelay{"dfs.blockreport.initialDelay", "0s", milliseconds(1000)};
// Above this number of blocks each storage is reported in a call of its own.
inline constexpr Key<int64_t> kDatanodeBlockreportSplitThreshold{"dfs.blockreport.split.threshold", 1000000};
// Where DataNodes call the NameNode, when that has an address of its own for them.
inline constexpr Key<std::string_view> kDatanodeNamenodeServiceAddress{"dfs.namenode.servicerpc-address", ""};

// --- Clients of HDFS ---
inline constexpr Key<std::string_view> kClientNamenodeRpcAddress{"dfs.namenode.rpc-address", ""};
inline constexpr Key<std::string_view> kClientDefaultFs{"fs.defaultFS", ""};
inline constexpr Key<int64_t> kClientReplication{"dfs.replication", 3};
inline constexpr SizeKey kClientBlocksize{"dfs.blocksize", 134217728};
inline constexpr Key<int64_t> kClientBytesPerChecksum{"dfs.bytes-per-checksum", 512};
inline constexpr Key<std::string_view> kClientChecksumType{"dfs.checksum.type", "CRC32C"};
// Bytes of a packet that a client writes, with its head and checksums.
inline constexpr SizeKey kClientWritePacketSize{"dfs.client-write-packet-size", 65536};
inline constexpr Key<int64_t> kClientWriteMaxPacketsInFlight{"dfs.client.write.max-packets-in-flight", 80};
// Waits for a DataNode's answer, and of a DataNode for a client's next bytes.
inline constexpr DurationKey kClientSocketTimeout{"dfs.client.socket-timeout", "60000ms", milliseconds(1)};
inline constexpr Key<bool> kClientUseDatanodeHostname{"dfs.client.use.datanode.hostname", false};
// New blocks tried when a pipeline can't be set up.
inline constexpr Key<int64_t> kClientBlockWriteRetries{"dfs.client.block.write.retries", 3};
inline constexpr Key<bool> kClientReplaceDatanodeEnable{"dfs.client.block.write.replace-datanode-on-failure.enable", true};
inline constexpr Key<std::string_view> kClientReplaceDatanodePolicy{"dfs.client.block.write.replace-datanode-on-failure.policy", "DEFAULT"};
inline constexpr Key<bool> kClientReplaceDatanodeBestEffort{"dfs.client.block.write.replace-datanode-on-failure.best-effort", false};
inline constexpr Key<int64_t> kClientPipelineRecoveryMaxRetries{"dfs.client.pipeline.recovery.max-retries", 5};
// How long a DataNode that failed is left out of new blocks.
inline constexpr DurationKey kClientExcludeNodesExpiry{"dfs.client.write.exclude.nodes.cache.expiry.interval.millis", "600000ms",
                                                       milliseconds(1)};
// Rounds over all replicas of a block, with fresh locations, before a read fails.
inline constexpr Key<int64_t> kClientMaxBlockAcquireFailures{"dfs.client.max.block.acquire.failures", 3};
inline constexpr SizeKey kClientReadPrefetchSize{"dfs.client.read.prefetch.size", 0};
// How long a call is repeated while the NameNode can't be reached or asks to try again: a restart passes unnoticed.
inline constexpr DurationKey kClientNamenodeRetry{"tusker.client.namenode.retry.time", "30s", milliseconds(1000)};
inline constexpr DurationKey kClientRpcTimeout{"ipc.client.rpc-timeout.ms", "120000ms", milliseconds(1)};

}  // namespace tusker::config
