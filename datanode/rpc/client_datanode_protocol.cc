#include "common/async/run_on.h"
#include "datanode/ops/convert.h"
#include "datanode/rpc/datanode_protocols.h"
#include "hdfs/ClientDatanodeProtocol.pb.h"

namespace tusker::datanode {
namespace {

using namespace hadoop::hdfs;  // NOLINT: the messages of one protocol
using rpc::CallContext;

Task<Result<GetReplicaVisibleLengthResponseProto>> get_replica_visible_length(DataNodeContext& context,
                                                                              GetReplicaVisibleLengthRequestProto request) {
  CO_TRY(const int64_t bytes, co_await run_on(context.env.disk_pool, [&dataset = context.dataset, block = to_block(request.block())] {
           return dataset.visible_bytes(block);
         }));
  if (bytes < 0) co_return error(StatusCode::kReplicaNotFound, "Replica not found for " + to_block(request.block()).name());
  GetReplicaVisibleLengthResponseProto response;
  response.set_length(static_cast<uint64_t>(bytes));
  co_return response;
}

Task<Result<GetDatanodeInfoResponseProto>> get_datanode_info(DataNodeContext& context, TimePoint started) {
  GetDatanodeInfoResponseProto response;
  auto* info = response.mutable_localinfo();
  info->set_softwareversion("3.5.0");
  info->set_configversion("core-3.0.0,hdfs-1");
  info->set_uptime(static_cast<uint64_t>(std::chrono::duration_cast<std::chrono::seconds>(context.env.clock.now() - started).count()));
  co_return response;
}

Task<Result<GetVolumeReportResponseProto>> get_volume_report(DataNodeContext& context) {
  struct Volume {
    StorageUsage usage;
    size_t replicas = 0;
  };
  const auto volumes = co_await run_on(context.env.disk_pool, [&dataset = context.dataset] {
    std::vector<Volume> out;
    for (StorageUsage& usage : dataset.usage()) {
      const size_t replicas = dataset.report(usage.volume).size();
      out.push_back({std::move(usage), replicas});
    }
    return out;
  });
  GetVolumeReportResponseProto response;
  for (const auto& [usage, replicas] : volumes) {
    auto* volume = response.add_volumeinfo();
    volume->set_path(usage.path);
    volume->set_storagetype(static_cast<StorageTypeProto>(usage.type));
    volume->set_usedspace(static_cast<uint64_t>(usage.dfs_used));
    volume->set_freespace(static_cast<uint64_t>(usage.remaining));
    volume->set_reservedspace(static_cast<uint64_t>(context.config.reserved_bytes));
    volume->set_reservedspaceforreplicas(0);
    volume->set_numblocks(replicas);
  }
  co_return response;
}

Task<Result<GetBalancerBandwidthResponseProto>> get_balancer_bandwidth(DataNodeContext& context) {
  GetBalancerBandwidthResponseProto response;
  response.set_bandwidth(static_cast<uint64_t>(context.metrics.balancer_bandwidth.load()));
  co_return response;
}

Task<Result<TriggerBlockReportResponseProto>> trigger_block_report(DataNodeContext& context, TriggerBlockReportRequestProto request) {
  context.notifier.trigger(!request.incremental());
  co_return TriggerBlockReportResponseProto();
}

}  // namespace

rpc::Protocol client_datanode_protocol(DataNodeContext& context) {
  constexpr rpc::MethodPolicy kReads{};
  DataNodeContext* const c = &context;
  const TimePoint started = context.env.clock.now();
  rpc::Protocol protocol{"org.apache.hadoop.hdfs.protocol.ClientDatanodeProtocol",
                         1,
                         GetReplicaVisibleLengthRequestProto::descriptor()->file()->FindServiceByName("ClientDatanodeProtocolService"),
                         {},
                         {}};
  protocol.methods.push_back(rpc::method<GetReplicaVisibleLengthRequestProto, GetReplicaVisibleLengthResponseProto>(
      "getReplicaVisibleLength", kReads,
      [c](CallContext, GetReplicaVisibleLengthRequestProto request) { return get_replica_visible_length(*c, std::move(request)); }));
  protocol.methods.push_back(rpc::method<GetDatanodeInfoRequestProto, GetDatanodeInfoResponseProto>(
      "getDatanodeInfo", kReads, [c, started](CallContext, GetDatanodeInfoRequestProto) { return get_datanode_info(*c, started); }));
  protocol.methods.push_back(rpc::method<GetVolumeReportRequestProto, GetVolumeReportResponseProto>(
      "getVolumeReport", kReads, [c](CallContext, GetVolumeReportRequestProto) { return get_volume_report(*c); }));
  protocol.methods.push_back(rpc::method<GetBalancerBandwidthRequestProto, GetBalancerBandwidthResponseProto>(
      "getBalancerBandwidth", kReads, [c](CallContext, GetBalancerBandwidthRequestProto) { return get_balancer_bandwidth(*c); }));
  protocol.methods.push_back(rpc::method<TriggerBlockReportRequestProto, TriggerBlockReportResponseProto>(
      "triggerBlockReport", kReads,
      [c](CallContext, TriggerBlockReportRequestProto request) { return trigger_block_report(*c, std::move(request)); }));
  protocol.unsupported = {"refreshNamenodes",       "deleteBlockPool",          "getBlockLocalPathInfo", "shutdownDatanode",
                          "evictWriters",           "getReconfigurationStatus", "startReconfiguration",  "listReconfigurableProperties",
                          "submitDiskBalancerPlan", "cancelDiskBalancerPlan",   "queryDiskBalancerPlan", "getDiskBalancerSetting"};
  return protocol;
}

}  // namespace tusker::datanode
