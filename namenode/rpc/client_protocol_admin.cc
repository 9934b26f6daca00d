#include "namenode/rpc/client_protocol.h"
#include "namenode/rpc/convert.h"

namespace tusker::namenode {

using namespace hadoop::hdfs;  // NOLINT: handlers speak the wire's types

namespace {

bool wanted(const Datanode& node, DatanodeReportTypeProto type) {
  switch (type) {
    case ALL:
      return true;
    case LIVE:
      return node.alive;
    case DEAD:
      return !node.alive;
    default:
      return false;  // nothing is being decommissioned or in maintenance
  }
}

std::string safe_mode_command(SafeModeActionProto action) {
  if (action == SAFEMODE_ENTER) return "safemode_enter";
  return action == SAFEMODE_FORCE_EXIT ? "safemode_force_exit" : "safemode_leave";
}

}  // namespace

Task<Result<GetServerDefaultsResponseProto>> ClientProtocol::get_server_defaults(Call, GetServerDefaultsRequestProto) {
  GetServerDefaultsResponseProto response;
  *response.mutable_serverdefaults() = server_defaults(ns_.settings());
  co_return response;
}

Task<Result<GetFsStatsResponseProto>> ClientProtocol::get_fs_stats(Call, GetFsStatusRequestProto) {
  const auto view = ns_.cluster_view();
  int64_t capacity = 0;
  int64_t used = 0;
  int64_t remaining = 0;
  for (const auto& node : view->nodes) {
    if (!node->alive) continue;
    capacity += node->capacity();
    used += node->dfs_used();
    remaining += node->remaining();
  }
  const BlockHealth health = ns_.block_health();
  GetFsStatsResponseProto response;
  response.set_capacity(static_cast<uint64_t>(capacity));
  response.set_used(static_cast<uint64_t>(used));
  response.set_remaining(static_cast<uint64_t>(remaining));
  response.set_under_replicated(static_cast<uint64_t>(health.low_redundancy));
  response.set_corrupt_blocks(static_cast<uint64_t>(health.corrupt));
  response.set_missing_blocks(static_cast<uint64_t>(health.missing));
  response.set_missing_repl_one_blocks(0);
  response.set_blocks_in_future(static_cast<uint64_t>(health.in_future));
  response.set_pending_deletion_blocks(static_cast<uint64_t>(health.pending_deletion));
  co_return response;
}

Task<Result<GetFsReplicatedBlockStatsResponseProto>> ClientProtocol::get_replicated_stats(Call, GetFsReplicatedBlockStatsRequestProto) {
  const BlockHealth health = ns_.block_health();
  GetFsReplicatedBlockStatsResponseProto response;
  response.set_low_redundancy(static_cast<uint64_t>(health.low_redundancy));
  response.set_corrupt_blocks(static_cast<uint64_t>(health.corrupt));
  response.set_missing_blocks(static_cast<uint64_t>(health.missing));
  response.set_missing_repl_one_blocks(0);
  response.set_blocks_in_future(static_cast<uint64_t>(health.in_future));
  response.set_pending_deletion_blocks(static_cast<uint64_t>(health.pending_deletion));
  response.set_highest_prio_low_redundancy_blocks(0);
  response.set_badly_distributed_blocks(0);
  co_return response;
}

Task<Result<GetFsECBlockGroupStatsResponseProto>> ClientProtocol::get_ec_stats(Call, GetFsECBlockGroupStatsRequestProto) {
  GetFsECBlockGroupStatsResponseProto response;  // there are no erasure-coded files
  response.set_low_redundancy(0);
  response.set_corrupt_blocks(0);
  response.set_missing_blocks(0);
  response.set_blocks_in_future(0);
  response.set_pending_deletion_blocks(0);
  response.set_badly_distributed_blocks(0);
  response.set_highest_prio_low_redundancy_blocks(0);
  co_return response;
}

Task<Result<GetDatanodeReportResponseProto>> ClientProtocol::get_datanode_report(Call call, GetDatanodeReportRequestProto request) {
  const OpContext op = co_await context_of(call);
  CO_TRY_VOID(check_superuser(op.caller, "datanodeReport"));
  GetDatanodeReportResponseProto response;
  for (const auto& node : op.cluster->nodes) {
    if (wanted(*node, request.type())) *response.add_di() = datanode_info(*node);
  }
  co_return response;
}

Task<Result<GetDatanodeStorageReportResponseProto>> ClientProtocol::get_datanode_storage_report(
    Call call, GetDatanodeStorageReportRequestProto request) {
  const OpContext op = co_await context_of(call);
  CO_TRY_VOID(check_superuser(op.caller, "getDatanodeStorageReport"));
  GetDatanodeStorageReportResponseProto response;
  for (const auto& node : op.cluster->nodes) {
    if (!wanted(*node, request.type())) continue;
    auto* report = response.add_datanodestoragereports();
    *report->mutable_datanodeinfo() = datanode_info(*node);
    for (const auto& storage : node->storages) *report->add_storagereports() = storage_report(storage);
  }
  co_return response;
}

Task<Result<SetSafeModeResponseProto>> ClientProtocol::set_safe_mode(Call call, SetSafeModeRequestProto request) {
  if (request.action() != SAFEMODE_GET) {
    const OpContext op = co_await context_of(call);
    CO_TRY_VOID(check_superuser(op.caller, safe_mode_command(request.action())));
    // As a change without rows: whatever was decided before it is durable when it is answered, and nothing after it is decided.
    CO_TRY_VOID(co_await ns_.mutate([this, action = request.action()](Transaction&) -> Result<void> {
      if (action == SAFEMODE_ENTER) {
        ns_.safe_mode().enter(SafeMode::State::kManual);
      } else {
        ns_.leave_safe_mode(action == SAFEMODE_FORCE_EXIT);
      }
      return {};
    }));
  }
  SetSafeModeResponseProto response;
  response.set_result(ns_.safe_mode().on());
  co_return response;
}

Task<Result<GetDataEncryptionKeyResponseProto>> ClientProtocol::get_data_encryption_key(Call, GetDataEncryptionKeyRequestProto) {
  co_return GetDataEncryptionKeyResponseProto();
}

Task<Result<MsyncResponseProto>> ClientProtocol::msync(Call, MsyncRequestProto) { co_return MsyncResponseProto(); }

Task<Result<HAServiceStateResponseProto>> ClientProtocol::get_ha_service_state(Call, HAServiceStateRequestProto) {
  if (!ns_.settings().ha_enabled) co_return error(StatusCode::kServiceFailed, "HA for namenode is not enabled");
  HAServiceStateResponseProto response;
  response.set_state(hadoop::common::ACTIVE);
  co_return response;
}

Task<Result<GetCurrentEditLogTxidResponseProto>> ClientProtocol::get_current_tx(Call call, GetCurrentEditLogTxidRequestProto) {
  const OpContext op = co_await context_of(call);
  CO_TRY_VOID(check_superuser(op.caller, "getCurrentEditLogTxid"));
  GetCurrentEditLogTxidResponseProto response;
  response.set_txid(ns_.last_tx().value);
  co_return response;
}

Task<Result<GetEnclosingRootResponseProto>> ClientProtocol::get_enclosing_root(Call, GetEnclosingRootRequestProto) {
  GetEnclosingRootResponseProto response;
  response.set_enclosingrootpath("/");
  co_return response;
}

Task<Result<GetSnapshottableDirListingResponseProto>> ClientProtocol::get_snapshottable(Call, GetSnapshottableDirListingRequestProto) {
  co_return GetSnapshottableDirListingResponseProto();
}

}  // namespace tusker::namenode
