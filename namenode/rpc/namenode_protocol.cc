#include "namenode/rpc/namenode_protocol.h"

#include <fmt/format.h>
#include <google/protobuf/descriptor.h>

#include <algorithm>

#include "common/log/log.h"
#include "namenode/ops/blocks_of_datanode.h"
#include "namenode/ops/edit_segments.h"
#include "namenode/rpc/caller.h"
#include "namenode/rpc/convert.h"

namespace tusker::namenode {

using namespace hadoop::hdfs::namenode;  // NOLINT: handlers speak the wire's types
namespace hh = hadoop::hdfs;

namespace {

constexpr rpc::MethodPolicy kRead{};
constexpr rpc::MethodPolicy kNotInSafeMode{.in_safe_mode = false};
constexpr rpc::MethodPolicy kWrite{.mutates = true, .in_safe_mode = false};
constexpr auto kInvalidTx = static_cast<uint64_t>(-12345);  // HdfsServerConstants.INVALID_TXID

}  // namespace

Task<Result<void>> NamenodeProtocol::superuser_only(Call call, std::string operation) {
  const Caller caller = co_await caller_of(ns_, groups_, call.user);
  co_return check_superuser(caller, operation);
}

rpc::Protocol NamenodeProtocol::table() {
  using P = NamenodeProtocol;
  rpc::Protocol out;
  out.name = "org.apache.hadoop.hdfs.server.protocol.NamenodeProtocol";
  out.service = google::protobuf::DescriptorPool::generated_pool()->FindServiceByName("hadoop.hdfs.namenode.NamenodeProtocolService");
  out.methods = {
      row("getBlocks", kNotInSafeMode, &P::get_blocks),
      row("getBlockKeys", kRead, &P::get_block_keys),
      row("getTransactionId", kRead, &P::get_transaction_id),
      row("getMostRecentCheckpointTxId", kRead, &P::get_checkpoint_tx),
      row("getMostRecentNameNodeFileTxId", kRead, &P::get_file_tx),
      row("rollEditLog", kWrite, &P::roll_edit_log),
      row("versionRequest", kRead, &P::version),
      row("errorReport", kRead, &P::error_report),
      row("getEditLogManifest", kRead, &P::get_manifest),
      row("isUpgradeFinalized", kRead, &P::is_upgrade_finalized),
      row("isRollingUpgrade", kRead, &P::is_rolling_upgrade),
      row("getNextSPSPath", kRead, &P::get_next_sps_path),
  };
  out.unsupported = {"registerSubordinateNamenode", "startCheckpoint", "endCheckpoint"};
  return out;
}

// BlockManager.getBlocksWithLocations.
Task<Result<GetBlocksResponseProto>> NamenodeProtocol::get_blocks(Call call, GetBlocksRequestProto request) {
  const auto size = static_cast<int64_t>(request.size());
  BlocksRequest wanted{size, static_cast<int64_t>(request.minblocksize()), 0, {}};
  if (size <= 0 || wanted.block_bytes_min < 0) {
    co_return error(StatusCode::kIllegalArgument, fmt::format("Unexpected not positive size: {}", size));
  }
  CO_TRY_VOID(co_await superuser_only(call, "getBlocks"));
  CO_TRY_VOID(ns_.safe_mode().check("Cannot execute getBlocks", ns_.settings().rpc_bind.host));
  const auto cluster = ns_.cluster_view();
  const auto node = std::ranges::find_if(cluster->nodes, [&](const auto& n) { return n->uuid == request.datanode().datanodeuuid(); });
  if (node == cluster->nodes.end()) {
    co_return error(StatusCode::kHadoopIllegalArgument,
                    fmt::format("Datanode {}:{} not found.", request.datanode().ipaddr(), request.datanode().xferport()));
  }
  const auto interval_ms = static_cast<int64_t>(request.timeinterval());
  if (interval_ms > 0) wanted.hot_since_ms = ns_.env().clock.wall_ms() - interval_ms;
  wanted.last_block = co_await ns_.on_core([this] { return ns_.counters().last_block; });
  GetBlocksResponseProto response;
  auto* out = response.mutable_blocks();
  if (request.has_storagetype() && request.storagetype() != hh::DISK) co_return response;
  CO_TRY(const auto blocks, co_await run_on(ns_.env().disk_pool, [this, cluster, node = *node, wanted] {
           return blocks_of_datanode(ReadView(ns_.engine(), kv::Tier::kAll), *cluster, *node, wanted,
                                     [this](uint64_t bound) { return ns_.env().random.below(bound); });
         }));
  for (const auto& [block, storages] : blocks) {
    auto* item = out->add_blocks();
    *item->mutable_block() = plain_block(block);
    for (const StorageId storage : storages) {
      item->add_datanodeuuids(cluster->node_of(storage)->uuid);
      item->add_storageuuids(cluster->storage(storage)->uuid);
      item->add_storagetypes(hh::DISK);
    }
  }
  co_return response;
}

Task<Result<GetBlockKeysResponseProto>> NamenodeProtocol::get_block_keys(Call call, GetBlockKeysRequestProto) {
  CO_TRY_VOID(co_await superuser_only(call, "getBlockKeys"));
  GetBlockKeysResponseProto response;  // ExportedBlockKeys.DUMMY_KEYS: block tokens are off
  auto* keys = response.mutable_keys();
  keys->set_isblocktokenenabled(false);
  keys->set_keyupdateinterval(0);
  keys->set_tokenlifetime(0);
  keys->mutable_currentkey()->set_keyid(0);
  keys->mutable_currentkey()->set_expirydate(0);
  keys->mutable_currentkey()->set_keybytes("");
  co_return response;
}

Task<Result<GetTransactionIdResponseProto>> NamenodeProtocol::get_transaction_id(Call call, GetTransactionIdRequestProto) {
  CO_TRY_VOID(co_await superuser_only(call, "getTransactionID"));
  GetTransactionIdResponseProto response;
  response.set_txid(static_cast<uint64_t>(ns_.last_tx().value));
  co_return response;
}

Task<Result<GetMostRecentCheckpointTxIdResponseProto>> NamenodeProtocol::get_checkpoint_tx(Call call,
                                                                                           GetMostRecentCheckpointTxIdRequestProto) {
  CO_TRY_VOID(co_await superuser_only(call, "getMostRecentCheckpointTxId"));
  CO_TRY(const auto segments, co_await ns_.read([](const View& view) { return edit_segments(view); }));
  GetMostRecentCheckpointTxIdResponseProto response;
  response.set_txid(static_cast<uint64_t>(segments.checkpoint.value));
  co_return response;
}

Task<Result<GetMostRecentNameNodeFileTxIdResponseProto>> NamenodeProtocol::get_file_tx(Call call,
                                                                                       GetMostRecentNameNodeFileTxIdRequestProto request) {
  CO_TRY_VOID(co_await superuser_only(call, "null"));
  CO_TRY(const auto segments, co_await ns_.read([](const View& view) { return edit_segments(view); }));
  GetMostRecentNameNodeFileTxIdResponseProto response;
  response.set_txid(request.namenodefile() == "IMAGE" ? static_cast<uint64_t>(segments.checkpoint.value) : kInvalidTx);
  co_return response;
}

Task<Result<RollEditLogResponseProto>> NamenodeProtocol::roll_edit_log(Call call, RollEditLogRequestProto) {
  CO_TRY_VOID(co_await superuser_only(call, "rollEditLog"));
  CO_TRY(const EditSegments segments, co_await ns_.mutate([this](Transaction& tx) -> Result<EditSegments> {
    TRY_VOID(ns_.safe_mode().check("Log not rolled", ns_.settings().rpc_bind.host));
    TRY_VOID(namenode::roll_edit_log(ns_, tx));
    return edit_segments(tx);
  }));
  RollEditLogResponseProto response;
  auto* signature = response.mutable_signature();
  signature->set_blockpoolid(ns_.identity().block_pool_id);
  signature->set_mostrecentcheckpointtxid(static_cast<uint64_t>(segments.checkpoint.value));
  signature->set_cursegmenttxid(static_cast<uint64_t>(segments.starts.back().value));
  *signature->mutable_storageinfo() = datanodes_.namespace_info().storageinfo();
  co_return response;
}

Task<Result<hh::VersionResponseProto>> NamenodeProtocol::version(Call, hh::VersionRequestProto) {
  hh::VersionResponseProto response;
  *response.mutable_info() = datanodes_.namespace_info();
  co_return response;
}

Task<Result<ErrorReportResponseProto>> NamenodeProtocol::error_report(Call call, ErrorReportRequestProto request) {
  CO_TRY_VOID(co_await superuser_only(call, "errorReport"));
  const auto& from = request.registration();
  if (from.storageinfo().namespceid() != static_cast<uint32_t>(ns_.identity().namespace_id) ||
      from.storageinfo().clusterid() != ns_.identity().cluster_id) {
    co_return error(StatusCode::kUnregisteredNode, fmt::format("Unregistered server: {}", from.rpcaddress()));
  }
  LOG_INFO("Error report from {}: {}", from.rpcaddress(), request.msg());
  co_return ErrorReportResponseProto();
}

// JournalSet.getEditLogManifest: the segments that are over, from `sinceTxId` on without a gap.
Task<Result<GetEditLogManifestResponseProto>> NamenodeProtocol::get_manifest(Call call, GetEditLogManifestRequestProto request) {
  CO_TRY_VOID(co_await superuser_only(call, "getEditLogManifest"));
  CO_TRY(const auto segments, co_await ns_.read([](const View& view) { return edit_segments(view); }));
  GetEditLogManifestResponseProto response;
  auto* manifest = response.mutable_manifest();
  manifest->set_committedtxnid(request.sincetxid() - 1);
  for (size_t i = 0; i + 1 < segments.starts.size(); ++i) {
    const auto first = static_cast<uint64_t>(segments.starts[i].value);
    if (first < request.sincetxid()) continue;
    auto* segment = manifest->add_logs();
    segment->set_starttxid(first);
    segment->set_endtxid(static_cast<uint64_t>(segments.starts[i + 1].value) - 1);
    segment->set_isinprogress(false);
    manifest->set_committedtxnid(segment->endtxid());
  }
  co_return response;
}

Task<Result<IsUpgradeFinalizedResponseProto>> NamenodeProtocol::is_upgrade_finalized(Call call, IsUpgradeFinalizedRequestProto) {
  CO_TRY_VOID(co_await superuser_only(call, "isUpgradeFinalized"));
  IsUpgradeFinalizedResponseProto response;
  response.set_isupgradefinalized(true);
  co_return response;
}

Task<Result<IsRollingUpgradeResponseProto>> NamenodeProtocol::is_rolling_upgrade(Call call, IsRollingUpgradeRequestProto) {
  CO_TRY_VOID(co_await superuser_only(call, "isRollingUpgrade"));
  IsRollingUpgradeResponseProto response;
  response.set_isrollingupgrade(false);
  co_return response;
}

Task<Result<GetNextSPSPathResponseProto>> NamenodeProtocol::get_next_sps_path(Call call, GetNextSPSPathRequestProto) {
  CO_TRY_VOID(co_await superuser_only(call, "getNextSPSPath"));
  co_return error(StatusCode::kIo, "SPS service mode is NONE, so external SPS service is not allowed to fetch the path Ids");
}

}  // namespace tusker::namenode
