#include "namenode/rpc/datanode_protocol.h"

#include <fmt/format.h>
#include <google/protobuf/descriptor.h>

#include "common/log/log.h"
#include "namenode/rpc/block_list.h"
#include "namenode/rpc/convert.h"

namespace tusker::namenode {

using namespace hadoop::hdfs;            // NOLINT: handlers speak the wire's types
using namespace hadoop::hdfs::datanode;  // NOLINT

namespace {

constexpr uint32_t kNameNodeLayoutVersion = static_cast<uint32_t>(-67);
constexpr uint64_t kCapabilities = 1;   // STORAGE_BLOCK_REPORT_BUFFERS
constexpr size_t kReportPiece = 1000;   // replicas that one piece of a full report changes
constexpr uint64_t kNoAck = INT64_MAX;  // BlockCommand.NO_ACK: don't report the deletion back

DatanodeCommandProto transfer_command(const std::string& pool, const ClusterView& cluster, const std::vector<TransferWork>& work) {
  DatanodeCommandProto out;
  out.set_cmdtype(DatanodeCommandProto::BlockCommand);
  auto* command = out.mutable_blkcmd();
  command->set_action(BlockCommandProto::TRANSFER);
  command->set_blockpoolid(pool);
  for (const auto& item : work) {
    *command->add_blocks() = plain_block(item.block);
    auto* nodes = command->add_targets();
    auto* uuids = command->add_targetstorageuuids();
    auto* types = command->add_targetstoragetypes();
    for (const StorageId id : item.targets) {
      const Datanode* node = cluster.node_of(id);
      if (node == nullptr) continue;
      *nodes->add_datanodes() = datanode_info(*node);
      uuids->add_storageuuids(cluster.storage(id)->uuid);
      types->add_storagetypes(DISK);
    }
  }
  return out;
}

DatanodeCommandProto invalidate_command(const std::string& pool, const std::vector<Invalidation>& work) {
  DatanodeCommandProto out;
  out.set_cmdtype(DatanodeCommandProto::BlockCommand);
  auto* command = out.mutable_blkcmd();
  command->set_action(BlockCommandProto::INVALIDATE);
  command->set_blockpoolid(pool);
  for (const auto& item : work) {
    auto* block = command->add_blocks();
    block->set_blockid(static_cast<uint64_t>(item.block.value));
    block->set_genstamp(static_cast<uint64_t>(item.generation.value));
    block->set_numbytes(item.report_back ? 0 : kNoAck);
    command->add_targets();
    command->add_targetstorageuuids();
  }
  return out;
}

DatanodeCommandProto recovery_command(const std::string& pool, const ClusterView& cluster, const std::vector<RecoveryWork>& work) {
  DatanodeCommandProto out;
  out.set_cmdtype(DatanodeCommandProto::BlockRecoveryCommand);
  for (const auto& item : work) {
    auto* block = out.mutable_recoverycmd()->add_blocks();
    block->set_newgenstamp(static_cast<uint64_t>(item.block.recovery.value));
    *block->mutable_block() = located_block(pool, cluster, LocatedBlock{item.block, 0, item.replicas, false});
    if (!item.block.is_being_truncated()) continue;
    auto* target = block->mutable_truncateblock();
    target->set_blockid(static_cast<uint64_t>(item.block.id.value));
    target->set_genstamp(static_cast<uint64_t>(item.block.recovery.value));
    target->set_numbytes(static_cast<uint64_t>(item.block.truncate_to));
  }
  return out;
}

ExportedBlockKeysProto no_block_keys() {
  ExportedBlockKeysProto keys;
  keys.set_isblocktokenenabled(false);
  keys.set_keyupdateinterval(0);
  keys.set_tokenlifetime(0);
  keys.mutable_currentkey()->set_keyid(0);
  keys.mutable_currentkey()->set_expirydate(0);
  return keys;
}

}  // namespace

rpc::Protocol DatanodeProtocol::table() {
  using P = DatanodeProtocol;
  rpc::Protocol out;
  out.name = "org.apache.hadoop.hdfs.server.protocol.DatanodeProtocol";
  out.service = google::protobuf::DescriptorPool::generated_pool()->FindServiceByName("hadoop.hdfs.datanode.DatanodeProtocolService");
  out.methods = {
      row("versionRequest", &P::version),
      row("registerDatanode", &P::register_node),
      row("sendHeartbeat", &P::heartbeat),
      row("blockReport", &P::block_report),
      row("blockReceivedAndDeleted", &P::incremental),
      row("cacheReport", &P::cache_report),
      row("errorReport", &P::error_report),
      row("reportBadBlocks", &P::report_bad_blocks),
      row("commitBlockSynchronization", &P::commit_synchronization),
  };
  return out;
}

NamespaceInfoProto DatanodeProtocol::namespace_info() const {
  NamespaceInfoProto info;
  info.set_buildversion("tusker-" TUSKER_VERSION);
  info.set_unused(0);
  info.set_blockpoolid(ns_.identity().block_pool_id);
  *info.mutable_storageinfo() = storage_info(ns_.identity(), kNameNodeLayoutVersion);
  info.set_softwareversion("3.5.0");
  info.set_capabilities(kCapabilities);
  info.set_state(NNHAStatusHeartbeatProto::ACTIVE);
  return info;
}

Result<void> DatanodeProtocol::check_registration(const DatanodeRegistrationProto& registration) const {
  const auto& storage = registration.storageinfo();
  if (storage.namespceid() != static_cast<uint32_t>(ns_.identity().namespace_id) || storage.clusterid() != ns_.identity().cluster_id) {
    return error(StatusCode::kUnregisteredNode,
                 fmt::format("Unregistered server: it belongs to namespace {} of cluster {}, this is namespace {} of cluster {}",
                             storage.namespceid(), storage.clusterid(), ns_.identity().namespace_id, ns_.identity().cluster_id));
  }
  return {};
}

Task<Result<VersionResponseProto>> DatanodeProtocol::version(Call, VersionRequestProto) {
  VersionResponseProto response;
  *response.mutable_info() = namespace_info();
  co_return response;
}

Task<Result<RegisterDatanodeResponseProto>> DatanodeProtocol::register_node(Call call, RegisterDatanodeRequestProto request) {
  CO_TRY_VOID(check_registration(request.registration()));
  const auto& id = request.registration().datanodeid();
  Datanode node;
  node.uuid = id.datanodeuuid();
  node.ip = call.remote.host;  // whatever the node believes: this is where it was seen
  node.host_name = id.hostname();
  node.xfer_port = id.xferport();
  node.info_port = id.infoport();
  node.info_secure_port = id.infosecureport();
  node.ipc_port = id.ipcport();
  node.software_version = request.registration().softwareversion();
  CO_TRY_VOID(co_await ns_.mutate([this, node](Transaction& tx) { return register_datanode(ns_, tx, node); }));
  RegisterDatanodeResponseProto response;
  *response.mutable_registration() = request.registration();
  response.mutable_registration()->mutable_datanodeid()->set_ipaddr(node.ip);
  *response.mutable_registration()->mutable_keys() = no_block_keys();
  co_return response;
}

Task<Result<HeartbeatResponseProto>> DatanodeProtocol::heartbeat(Call, HeartbeatRequestProto request) {
  CO_TRY_VOID(check_registration(request.registration()));
  Heartbeat beat;
  beat.uuid = request.registration().datanodeid().datanodeuuid();
  beat.xceivers = request.xceivercount();
  beat.xmits = request.xmitsinprogress();
  beat.failed_volumes = request.failedvolumes();
  beat.wants_report_lease = request.requestfullblockreportlease();
  for (const auto& report : request.reports()) {
    beat.storages.push_back({report.has_storage() ? report.storage().storageuuid() : report.storageuuid(), report.failed(),
                             static_cast<int64_t>(report.capacity()), static_cast<int64_t>(report.dfsused()),
                             static_cast<int64_t>(report.remaining()), static_cast<int64_t>(report.blockpoolused()),
                             static_cast<int64_t>(report.nondfsused())});
  }
  // Not durable, but answered after what it read: an order to a DataNode never outruns the rows that it follows from.
  CO_TRY(const HeartbeatAnswer answer,
         co_await ns_.mutate([this, beat](Transaction& tx) { return namenode::heartbeat(ns_, tx, beat); }, false));
  HeartbeatResponseProto response;
  response.mutable_hastatus()->set_state(NNHAStatusHeartbeatProto::ACTIVE);
  response.mutable_hastatus()->set_txid(static_cast<uint64_t>(ns_.last_tx().value));
  response.set_fullblockreportleaseid(static_cast<uint64_t>(answer.report_lease));
  response.set_isslownode(false);
  const auto cluster = ns_.cluster_view();
  const std::string& pool = ns_.identity().block_pool_id;
  if (answer.must_register) {
    auto* command = response.add_cmds();
    command->set_cmdtype(DatanodeCommandProto::RegisterCommand);
    command->mutable_registercmd();
  }
  if (!answer.recoveries.empty()) *response.add_cmds() = recovery_command(pool, *cluster, answer.recoveries);
  if (!answer.transfers.empty()) *response.add_cmds() = transfer_command(pool, *cluster, answer.transfers);
  if (!answer.invalidations.empty()) *response.add_cmds() = invalidate_command(pool, answer.invalidations);
  if (answer.balancer_bandwidth > 0) {
    auto* command = response.add_cmds();
    command->set_cmdtype(DatanodeCommandProto::BalancerBandwidthCommand);
    command->mutable_balancercmd()->set_bandwidth(static_cast<uint64_t>(answer.balancer_bandwidth));
  }
  co_return response;
}

Task<Result<void>> DatanodeProtocol::apply_report(std::string node_uuid, std::string storage_uuid, std::vector<ReportedReplica> report,
                                                  int64_t report_ms) {
  CO_TRY(const StorageId storage,
         co_await ns_.mutate([this, node_uuid, storage_uuid](Transaction& tx) { return storage_id(ns_, tx, node_uuid, storage_uuid); },
                             false));
  auto shared = std::make_shared<const std::vector<ReportedReplica>>(std::move(report));
  CO_TRY(auto difference, co_await run_on(ns_.env().disk_pool, [this, storage, shared] {
           return compare_report(ReadView(ns_.engine(), kv::Tier::kAll), storage, *shared);
         }));
  auto changes = std::make_shared<const ReportDifference>(std::move(difference));
  for (size_t at = 0; at < changes->changed.size(); at += kReportPiece) {
    CO_TRY_VOID(co_await ns_.mutate(
        [this, storage, changes, at, report_ms](Transaction& tx) -> Result<void> {
          for (size_t i = at; i < std::min(at + kReportPiece, changes->changed.size()); ++i) {
            const ReportedReplica& replica = changes->changed[i];
            if (!ns_.is_recent(storage, replica.block, report_ms)) TRY_VOID(replica_reported(ns_, tx, storage, replica));
          }
          return {};
        },
        false));
  }
  for (size_t at = 0; at < changes->missing.size(); at += kReportPiece) {
    CO_TRY_VOID(co_await ns_.mutate(
        [this, storage, changes, at, report_ms](Transaction& tx) -> Result<void> {
          for (size_t i = at; i < std::min(at + kReportPiece, changes->missing.size()); ++i) {
            const BlockId block = changes->missing[i];
            if (!ns_.is_recent(storage, block, report_ms)) TRY_VOID(replica_deleted(ns_, tx, storage, block));
          }
          return {};
        },
        false));
  }
  for (size_t at = 0; at < changes->obeyed.size(); at += kReportPiece) {
    CO_TRY_VOID(co_await ns_.mutate(
        [this, storage, changes, at, report_ms](Transaction& tx) -> Result<void> {
          for (size_t i = at; i < std::min(at + kReportPiece, changes->obeyed.size()); ++i) {
            const BlockId block = changes->obeyed[i];
            if (!ns_.is_recent(storage, block, report_ms)) tx.remove(kInvalidateFamily, storage_key(storage, block));
          }
          return {};
        },
        false));
  }
  co_return Result<void>();
}

Task<Result<BlockReportResponseProto>> DatanodeProtocol::block_report(Call, BlockReportRequestProto request) {
  CO_TRY_VOID(check_registration(request.registration()));
  const std::string uuid = request.registration().datanodeid().datanodeuuid();
  const int64_t lease = request.has_context() ? static_cast<int64_t>(request.context().leaseid()) : 0;
  enum class Admission : uint8_t { kUnknown, kNoLease, kBusy, kWelcome };
  const Admission admission = co_await ns_.on_core([this, uuid, lease] {
    const Datanode* node = ns_.cluster().find(uuid);
    if (node == nullptr || !node->registered) return Admission::kUnknown;
    if (!ns_.cluster().check_report_lease(uuid, lease, ns_.now_ms())) return Admission::kNoLease;
    return ns_.cluster().begin_report(uuid) ? Admission::kWelcome : Admission::kBusy;
  });
  BlockReportResponseProto response;
  switch (admission) {
    case Admission::kUnknown:
      LOG_WARN("datanode {} reports its blocks before it registered", uuid);
      response.mutable_cmd()->set_cmdtype(DatanodeCommandProto::RegisterCommand);
      response.mutable_cmd()->mutable_registercmd();
      co_return response;
    case Admission::kNoLease:
      co_return error(StatusCode::kInvalidBlockReportLease,
                      fmt::format("Block report 0x{:x} was rejected as lease 0x{:x} is invalid", request.context().id(), lease));
    case Admission::kBusy:
      co_return error(StatusCode::kRetriable, fmt::format("a block report of datanode {} is still being worked on", uuid));
    case Admission::kWelcome:
      break;
  }
  struct Leave {  // also when the server's stop unwinds the call
    Namesystem& ns;
    const std::string& uuid;
    ~Leave() {
      asio::post(ns.core(), [&ns = ns, uuid = uuid] { ns.cluster().end_report(uuid); });
    }
  } leave{ns_, uuid};
  CO_TRY_VOID(co_await take_report(uuid, request));
  co_return response;
}

Task<Result<void>> DatanodeProtocol::take_report(std::string uuid, BlockReportRequestProto request) {
  const int64_t report_ms = ns_.now_ms();
  int64_t blocks = 0;
  for (const auto& storage : request.reports()) {
    CO_TRY(auto report, read_block_list(storage));
    blocks += static_cast<int64_t>(report.size());
    CO_TRY_VOID(co_await apply_report(uuid, storage.storage().storageuuid(), std::move(report), report_ms));
  }
  const bool last = !request.has_context() || request.context().currpc() + 1 >= request.context().totalrpcs();
  const int64_t wall_ms = ns_.env().clock.wall_ms();
  std::vector<std::string> storages;
  for (const auto& storage : request.reports()) storages.push_back(storage.storage().storageuuid());
  co_await ns_.on_core([this, uuid, blocks, last, wall_ms, storages] {
    if (Datanode* node = ns_.cluster().find(uuid)) {
      for (const auto& storage : storages) storage_reported(ns_, uuid, storage);
      node->blocks = blocks;
      node->last_block_report_ms = ns_.now_ms();
      node->last_block_report_wall_ms = wall_ms;
    }
    if (last) ns_.cluster().end_report_lease(uuid);
    ns_.publish_cluster();
    return true;
  });
  LOG_INFO("block report from {}: {} storages, {} replicas", uuid, request.reports_size(), blocks);
  co_return Result<void>();
}

Task<Result<BlockReceivedAndDeletedResponseProto>> DatanodeProtocol::incremental(Call, BlockReceivedAndDeletedRequestProto request) {
  CO_TRY_VOID(check_registration(request.registration()));
  const std::string uuid = request.registration().datanodeid().datanodeuuid();
  CO_TRY_VOID(co_await ns_.mutate(
      [this, uuid, request](Transaction& tx) -> Result<void> {
        Datanode* node = ns_.cluster().find(uuid);
        if (node == nullptr || !node->registered) {
          // No exception of a kind that ends an Apache DataNode: its next heartbeat is told to register.
          return error(StatusCode::kIo, "Got incremental block report from unregistered or dead node");
        }
        int64_t replicas = node->blocks;  // what the node holds, until its next full report says it exactly
        for (const auto& per_storage : request.blocks()) {
          const std::string& storage_uuid = per_storage.has_storage() ? per_storage.storage().storageuuid() : per_storage.storageuuid();
          TRY(const StorageId storage, storage_id(ns_, tx, uuid, storage_uuid));
          for (const auto& item : per_storage.blocks()) {
            ReportedReplica replica{BlockId(static_cast<int64_t>(item.block().blockid())),
                                    GenerationStamp(static_cast<int64_t>(item.block().genstamp())),
                                    static_cast<int64_t>(item.block().numbytes()), ReplicaState::kFinalized};
            ns_.note_recent(storage, replica.block);
            if (item.status() == ReceivedDeletedBlockInfoProto::DELETED) {
              TRY_VOID(replica_deleted(ns_, tx, storage, replica.block));
              --replicas;
              continue;
            }
            TRY(const auto known, tx.row(kReplicaFamily, replica_key(replica.block, storage)));
            if (!known && item.status() == ReceivedDeletedBlockInfoProto::RECEIVED) ++replicas;
            if (item.status() == ReceivedDeletedBlockInfoProto::RECEIVING) replica.state = ReplicaState::kBeingWritten;
            TRY_VOID(replica_reported(ns_, tx, storage, replica));
          }
        }
        node->blocks = std::max<int64_t>(replicas, 0);
        return {};
      },
      false));
  co_return BlockReceivedAndDeletedResponseProto();
}

Task<Result<CacheReportResponseProto>> DatanodeProtocol::cache_report(Call, CacheReportRequestProto) {
  co_return CacheReportResponseProto();
}

Task<Result<ErrorReportResponseProto>> DatanodeProtocol::error_report(Call call, ErrorReportRequestProto request) {
  LOG_WARN("datanode {} at {} reports error {}: {}", request.registartion().datanodeid().datanodeuuid(), call.remote.to_string(),
           request.errorcode(), request.msg());
  if (request.errorcode() == ErrorReportRequestProto::FATAL_DISK_ERROR) {
    const std::string uuid = request.registartion().datanodeid().datanodeuuid();
    co_await ns_.on_core([this, uuid] {
      if (Datanode* node = ns_.cluster().find(uuid))
        node->last_heartbeat_ms = -ns_.settings().heartbeat_expiry_ms() * 2;  // dead at the next check
      return true;
    });
  }
  co_return ErrorReportResponseProto();
}

Task<Result<datanode::ReportBadBlocksResponseProto>> DatanodeProtocol::report_bad_blocks(Call,
                                                                                         datanode::ReportBadBlocksRequestProto request) {
  CO_TRY_VOID(co_await ns_.mutate(
      [this, request](Transaction& tx) -> Result<void> {
        for (const auto& block : request.blocks()) {
          for (const BadReplica& bad : bad_replicas(block)) TRY_VOID(replica_is_bad(ns_, tx, bad));
        }
        return {};
      },
      false));
  co_return datanode::ReportBadBlocksResponseProto();
}

Task<Result<CommitBlockSynchronizationResponseProto>> DatanodeProtocol::commit_synchronization(
    Call, CommitBlockSynchronizationRequestProto request) {
  SynchronizedBlock done;
  done.block = block_ref(request.block());
  done.new_generation = GenerationStamp(static_cast<int64_t>(request.newgenstamp()));
  done.new_bytes = static_cast<int64_t>(request.newlength());
  done.close_file = request.closefile();
  done.delete_block = request.deleteblock();
  done.storage_uuids.assign(request.newtargetstorages().begin(), request.newtargetstorages().end());
  CO_TRY_VOID(co_await ns_.mutate([this, done](Transaction& tx) { return commit_block_synchronization(ns_, tx, done); }));
  co_return CommitBlockSynchronizationResponseProto();
}

}  // namespace tusker::namenode
