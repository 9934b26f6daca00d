#include "client/hdfs/client_settings.h"

#include <fmt/format.h>

#include <algorithm>

#include "common/config/keys_datanode.h"
#include "common/transfer/timeout.h"

namespace tusker::client {

Result<ClientSettings> read_settings(const config::Config& config) {
  ClientSettings out;
  TRY(out.replication, config.get(config::kClientReplication));
  TRY(out.block_bytes, config.get(config::kClientBlocksize));
  TRY(out.bytes_per_checksum, config.get(config::kClientBytesPerChecksum));
  out.checksum_type = config.get(config::kClientChecksumType);
  TRY(out.prefetch_bytes, config.get(config::kClientReadPrefetchSize));
  if (out.prefetch_bytes <= 0) out.prefetch_bytes = 10 * out.block_bytes;
  TRY(out.packet_bytes, config.get(config::kClientWritePacketSize));
  out.packet_bytes = std::clamp<int64_t>(out.packet_bytes, 1024, 8 << 20);  // DataNodes take up to 16 MiB
  TRY(const int64_t window, config.get(config::kClientWriteMaxPacketsInFlight));
  out.packets_in_flight_max = static_cast<size_t>(std::max<int64_t>(1, window));
  TRY(out.socket_timeout, config.get(config::kClientSocketTimeout));
  TRY(out.socket_write_timeout, config.get(config::kDatanodeSocketWriteTimeout));
  out.socket_timeout = transfer::none_if_zero(out.socket_timeout);
  out.socket_write_timeout = transfer::none_if_zero(out.socket_write_timeout);
  TRY(out.use_datanode_hostname, config.get(config::kClientUseDatanodeHostname));
  TRY(out.block_write_retries, config.get(config::kClientBlockWriteRetries));
  TRY(out.replace_datanode, config.get(config::kClientReplaceDatanodeEnable));
  TRY(out.replace_best_effort, config.get(config::kClientReplaceDatanodeBestEffort));
  const std::string policy = config.get(config::kClientReplaceDatanodePolicy);
  if (policy != "NEVER" && policy != "DEFAULT" && policy != "ALWAYS") {
    return error(StatusCode::kHadoopIllegalArgument, fmt::format("Illegal configuration value for {}: {}; it is NEVER, DEFAULT or ALWAYS",
                                                                 config::kClientReplaceDatanodePolicy.name, policy));
  }
  out.replace_policy = policy == "NEVER" ? ReplacePolicy::kNever : policy == "ALWAYS" ? ReplacePolicy::kAlways : ReplacePolicy::kDefault;
  TRY(out.pipeline_recoveries_max, config.get(config::kClientPipelineRecoveryMaxRetries));
  TRY(out.block_acquire_failures_max, config.get(config::kClientMaxBlockAcquireFailures));
  TRY(out.exclude_expiry, config.get(config::kClientExcludeNodesExpiry));
  TRY(out.rpc_timeout, config.get(config::kClientRpcTimeout));
  out.rpc_timeout = transfer::none_if_zero(out.rpc_timeout);
  TRY(out.namenode_retry, config.get(config::kClientNamenodeRetry));
  return out;
}

}  // namespace tusker::client
