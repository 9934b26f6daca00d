#include <fmt/format.h>

#include "common/log/log.h"
#include "namenode/ops/edit_segments.h"
#include "namenode/ops/inotify.h"
#include "namenode/rpc/client_protocol.h"
#include "namenode/rpc/convert.h"
#include "namenode/rpc/meta_save.h"

namespace tusker::namenode {

using namespace hadoop::hdfs;  // NOLINT: handlers speak the wire's types

namespace {

constexpr int64_t kBandwidthMax = int64_t{1} << 40;  // HdfsServerConstants.MAX_BANDWIDTH_PER_DATANODE, bytes a second
constexpr std::string_view kNeedsSafeMode = "Safe mode should be turned ON in order to create namespace image.";

std::string restore_command(const std::string& argument) {
  if (argument == "check") return "checkRestoreFailedStorage";
  return argument == "true" ? "enableRestoreFailedStorage" : "disableRestoreFailedStorage";
}

// Where in the edit log to begin reading for operation `tx`: the row that holds it, or an earlier one; else the first that is kept.
Result<TxId> edit_row_of(const View& view, TxId tx) {
  for (int64_t back = 64; back < tx.value; back *= 8) {
    std::optional<TxId> found;
    TRY_VOID(view.scan(kEditFamily, id_key(TxId(tx.value - back)), id_key(tx.next()),
                       [&](std::string_view key, std::string_view) -> Result<bool> {
                         found = id_from<TxId>(key);
                         return true;
                       }));
    if (found) return *found;
  }
  return TxId(0);
}

}  // namespace

Task<Result<SaveNamespaceResponseProto>> ClientProtocol::save_namespace(Call call, SaveNamespaceRequestProto request) {
  const OpContext op = co_await context_of(call);
  CO_TRY_VOID(check_superuser(op.caller, "saveNamespace"));
  CO_TRY_VOID(co_await ns_.mutate_once(call, [this, request](Transaction& tx) -> Result<std::string> {
    if (!ns_.safe_mode().on()) return error(StatusCode::kIo, std::string(kNeedsSafeMode));
    TRY(const bool saved,
        namenode::save_namespace(ns_, tx, static_cast<int64_t>(request.timewindow()), static_cast<int64_t>(request.txgap())));
    if (saved) LOG_INFO("New namespace image has been created");
    return std::string();
  }));
  SaveNamespaceResponseProto response;
  response.set_saved(true);
  co_return response;
}

Task<Result<RollEditsResponseProto>> ClientProtocol::roll_edits(Call call, RollEditsRequestProto) {
  const OpContext op = co_await context_of(call);
  CO_TRY_VOID(check_superuser(op.caller, "rollEditLog"));
  CO_TRY(const TxId start, co_await change("Log not rolled", [this](Transaction& tx) { return roll_edit_log(ns_, tx); }));
  RollEditsResponseProto response;
  response.set_newsegmenttxid(static_cast<uint64_t>(start.value));
  co_return response;
}

Task<Result<RestoreFailedStorageResponseProto>> ClientProtocol::restore_failed_storage(Call call,
                                                                                       RestoreFailedStorageRequestProto request) {
  const OpContext op = co_await context_of(call);
  CO_TRY_VOID(check_superuser(op.caller, restore_command(request.arg())));
  if (request.arg() != "check") restore_failed_storage_ = request.arg() == "true";
  RestoreFailedStorageResponseProto response;
  response.set_result(restore_failed_storage_);
  co_return response;
}

Task<Result<RefreshNodesResponseProto>> ClientProtocol::refresh_nodes(Call call, RefreshNodesRequestProto) {
  const OpContext op = co_await context_of(call);
  CO_TRY_VOID(check_superuser(op.caller, "refreshNodes"));
  if (ns_.settings().host_lists_set) {
    co_return error(StatusCode::kUnsupportedOperation, "dfs.hosts and dfs.hosts.exclude are not heeded by this NameNode");
  }
  co_return RefreshNodesResponseProto();  // without these lists every DataNode may join, and there is nothing to read again
}

Task<Result<FinalizeUpgradeResponseProto>> ClientProtocol::finalize_upgrade(Call call, FinalizeUpgradeRequestProto) {
  const OpContext op = co_await context_of(call);
  CO_TRY_VOID(check_superuser(op.caller, "finalizeUpgrade"));
  co_return FinalizeUpgradeResponseProto();  // a store is never in an upgrade: newer programs read its rows as they are
}

Task<Result<UpgradeStatusResponseProto>> ClientProtocol::upgrade_status(Call, UpgradeStatusRequestProto) {
  UpgradeStatusResponseProto response;
  response.set_upgradefinalized(true);
  co_return response;
}

Task<Result<RollingUpgradeResponseProto>> ClientProtocol::rolling_upgrade(Call call, RollingUpgradeRequestProto request) {
  const OpContext op = co_await context_of(call);
  switch (request.action()) {
    case QUERY:
      CO_TRY_VOID(check_superuser(op.caller, "queryRollingUpgrade"));
      co_return RollingUpgradeResponseProto();
    case FINALIZE:
      CO_TRY_VOID(check_superuser(op.caller, "finalizeRollingUpgrade"));
      co_return RollingUpgradeResponseProto();
    case START:
      CO_TRY_VOID(check_superuser(op.caller, "startRollingUpgrade"));
      if (!ns_.safe_mode().on()) co_return error(StatusCode::kIo, std::string(kNeedsSafeMode));
      break;
  }
  co_return error(Status(StatusCode::kIo, "PREPARE is not yet supported.")
                      .with_remote_class("org.apache.hadoop.hdfs.server.namenode.UnsupportedActionException"));
}

Task<Result<MetaSaveResponseProto>> ClientProtocol::meta_save(Call call, MetaSaveRequestProto request) {
  const OpContext op = co_await context_of(call);
  CO_TRY_VOID(check_superuser(op.caller, "metaSave"));
  CO_TRY_VOID(co_await namenode::meta_save(ns_, request.filename()));
  co_return MetaSaveResponseProto();
}

Task<Result<SetBalancerBandwidthResponseProto>> ClientProtocol::set_balancer_bandwidth(Call call,
                                                                                       SetBalancerBandwidthRequestProto request) {
  if (request.bandwidth() > kBandwidthMax) {
    co_return error(StatusCode::kIllegalArgument,
                    fmt::format("Bandwidth should not exceed maximum limit {} bytes per second", kBandwidthMax));
  }
  const OpContext op = co_await context_of(call);
  CO_TRY_VOID(check_superuser(op.caller, "setBalancerBandwidth"));
  co_await ns_.on_core([this, request] {
    for (auto& [uuid, node] : ns_.cluster().nodes()) node.balancer_bandwidth = request.bandwidth();
    return true;
  });
  co_return SetBalancerBandwidthResponseProto();
}

Task<Result<GetSlowDatanodeReportResponseProto>> ClientProtocol::get_slow_datanode_report(Call, GetSlowDatanodeReportRequestProto) {
  co_return GetSlowDatanodeReportResponseProto();  // dfs.datanode.peer.stats.enabled is off: no node is known to be slow
}

// NameNodeRpcServer.getEditsFromTxid: what is durable from `txid` on, as events for watchers.
Task<Result<GetEditsFromTxidResponseProto>> ClientProtocol::get_edits(Call call, GetEditsFromTxidRequestProto request) {
  const OpContext op = co_await context_of(call);
  CO_TRY_VOID(check_superuser(op.caller, "getEditsFromTxid"));
  co_return co_await run_on(ns_.env().disk_pool, [this, request]() -> Result<GetEditsFromTxidResponseProto> {
    const ReadView view(ns_.engine(), kv::Tier::kAll);
    TRY(const auto counters_row, view.row(kMetaFamily, kCountersKey));
    if (!counters_row) return error(StatusCode::kCorruption, "the store has no counters");
    TRY(const Counters counters, decode_counters(*counters_row));
    GetEditsFromTxidResponseProto response;
    auto* list = response.mutable_eventslist();
    list->set_firsttxid(-1);
    list->set_lasttxid(-1);
    list->set_synctxid(counters.last_tx.value);
    const TxId first(std::max<int64_t>(request.txid(), 0));
    int64_t events = 0;
    const auto add = [&](TxId tx, std::string_view operation) -> Result<bool> {
      if (tx < first) return true;
      TRY(auto batch, event_batch(tx, operation));
      if (list->firsttxid() == -1) list->set_firsttxid(tx.value);
      list->set_lasttxid(tx.value);
      if (!batch) return true;
      events += batch->events_size();
      list->mutable_batch()->Add(*std::move(batch));
      return events < ns_.settings().inotify_events_max;
    };
    TRY(const TxId row, edit_row_of(view, first));
    TRY_VOID(view.scan(kEditFamily, id_key(row), "",
                       [&](std::string_view key, std::string_view value) { return for_each_edit(id_from<TxId>(key), value, add); }));
    return response;
  });
}

}  // namespace tusker::namenode
