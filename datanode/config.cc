#include "datanode/config.h"

#include "common/config/keys_datanode.h"
#include "common/transfer/timeout.h"

namespace tusker::datanode {
namespace {

Result<Endpoint> address(const config::Config& config, const config::Key<std::string_view>& key) {
  auto endpoint = parse_endpoint(config.get(key));
  if (!endpoint) return error(endpoint.error().with_context(key.name));
  return endpoint;
}

// Where DataNodes call the NameNode: its service address, else its RPC address, else the default filesystem's.
Result<Endpoint> namenode_address(const config::Config& config) {
  for (const auto& key : {config::kDatanodeNamenodeServiceAddress, config::kClientNamenodeRpcAddress}) {
    if (!config.get(key).empty()) return address(config, key);
  }
  std::string_view uri;
  const std::string text = config.get(config::kClientDefaultFs);
  uri = text;
  if (!uri.starts_with("hdfs://")) {
    return error(StatusCode::kIllegalArgument,
                 "Set dfs.namenode.rpc-address or fs.defaultFS to the NameNode's address; fs.defaultFS is '" + text + "'");
  }
  uri.remove_prefix(7);
  uri = uri.substr(0, uri.find('/'));
  if (uri.find(':') == std::string_view::npos) return Endpoint{std::string(uri), 8020};
  return parse_endpoint(uri);
}

}  // namespace

Result<DataNodeConfig> read_config(const config::Config& config) {
  DataNodeConfig out;
  TRY(out.transfer_bind, address(config, config::kDatanodeAddress));
  TRY(out.http_bind, address(config, config::kDatanodeHttpAddress));
  TRY(out.ipc_bind, address(config, config::kDatanodeIpcAddress));
  TRY(out.namenode, namenode_address(config));
  out.host_name = config.get(config::kDatanodeHostname);
  TRY(out.use_datanode_hostname, config.get(config::kDatanodeUseDatanodeHostname));
  out.data_dirs = config.get_list(config::kDatanodeDataDir);
  TRY(out.reserved_bytes, config.get(config::kDatanodeDuReserved));
  TRY(out.failed_volumes_tolerated, config.get(config::kDatanodeFailedVolumesTolerated));
  TRY(out.sync_on_close, config.get(config::kDatanodeSynconclose));
  TRY(const int64_t xceivers, config.get(config::kDatanodeMaxTransferThreads));
  out.xceivers_max = static_cast<size_t>(std::max<int64_t>(1, xceivers));
  TRY(out.socket_timeout, config.get(config::kClientSocketTimeout));
  TRY(out.socket_write_timeout, config.get(config::kDatanodeSocketWriteTimeout));
  out.socket_timeout = transfer::none_if_zero(out.socket_timeout);
  out.socket_write_timeout = transfer::none_if_zero(out.socket_write_timeout);
  TRY(out.keepalive, config.get(config::kDatanodeSocketReuseKeepalive));
  TRY(out.xceiver_stop_timeout, config.get(config::kDatanodeXceiverStopTimeout));
  TRY(out.balance_bandwidth, config.get(config::kDatanodeBalanceBandwidth));
  TRY(out.heartbeat_interval, config.get(config::kDatanodeHeartbeatInterval));
  TRY(out.block_report_interval, config.get(config::kDatanodeBlockreportInterval));
  TRY(out.block_report_initial_delay, config.get(config::kDatanodeBlockreportInitialDelay));
  TRY(out.block_report_split_threshold, config.get(config::kDatanodeBlockreportSplitThreshold));
  return out;
}

}  // namespace tusker::datanode
