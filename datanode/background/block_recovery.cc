#include "datanode/background/block_recovery.h"

#include <fmt/format.h>

#include <algorithm>

#include "common/log/log.h"
#include "datanode/ops/convert.h"
#include "datanode/ops/replica_recovery.h"
#include "hdfs/InterDatanodeProtocol.pb.h"

namespace tusker::datanode {
namespace {

using namespace hadoop::hdfs;            // NOLINT: the messages of these protocols
using namespace hadoop::hdfs::datanode;  // NOLINT

constexpr auto kCallTimeout = std::chrono::seconds(60);

// What all steps of one recovery share.
struct Recovery {
  DataNodeContext& context;
  rpc::Client& client;
  const security::User& user;
  RecoveringBlockProto proto;
  Block block;
  GenerationStamp id;
  BlockId new_block;  // other than the block's for a truncation that copies
};

bool is_self(DataNodeContext& context, const DatanodeInfoProto& location) {
  return location.id().datanodeuuid() == context.dataset.datanode_uuid();
}

rpc::Target target_of(const Recovery& recovery, const DatanodeInfoProto& location) {
  return {ipc_endpoint(location.id(), recovery.context.config.use_datanode_hostname),
          "org.apache.hadoop.hdfs.server.protocol.InterDatanodeProtocol", recovery.user, std::nullopt};
}

// nullopt when that DataNode has no such replica.
Task<Result<std::optional<RecoveryReplica>>> init_at(Recovery& recovery, size_t location) {
  const auto& info = recovery.proto.block().locs(static_cast<int>(location));
  if (is_self(recovery.context, info)) {
    CO_TRY(const auto own, co_await init_replica_recovery(recovery.context, recovery.block, recovery.id));
    if (!own) co_return std::nullopt;
    co_return RecoveryReplica{location, own->original_state, own->block};
  }
  InitReplicaRecoveryRequestProto request;
  *request.mutable_block() = recovery.proto;
  CO_TRY(const auto response,
         co_await recovery.client.call<InitReplicaRecoveryResponseProto>(target_of(recovery, info), "initReplicaRecovery", request,
                                                                         recovery.context.env.clock.after(kCallTimeout)));
  if (!response.replicafound()) co_return std::nullopt;
  co_return RecoveryReplica{location, static_cast<ReplicaState>(response.state()), to_block(response.block())};
}

Task<Result<std::string>> update_at(Recovery& recovery, RecoveryReplica replica, int64_t bytes) {
  const auto& info = recovery.proto.block().locs(static_cast<int>(replica.location));
  const Block old{recovery.block.id, replica.block.generation_stamp, replica.block.bytes};
  if (is_self(recovery.context, info)) {
    co_return co_await update_replica_under_recovery(recovery.context, old, recovery.id, recovery.new_block, bytes);
  }
  UpdateReplicaUnderRecoveryRequestProto request;
  *request.mutable_block() = to_extended(recovery.proto.block().b().poolid(), old);
  request.set_recoveryid(static_cast<uint64_t>(recovery.id.value));
  request.set_newlength(static_cast<uint64_t>(bytes));
  request.set_newblockid(static_cast<uint64_t>(recovery.new_block.value));
  CO_TRY(const auto response,
         co_await recovery.client.call<UpdateReplicaUnderRecoveryResponseProto>(target_of(recovery, info), "updateReplicaUnderRecovery",
                                                                                request, recovery.context.env.clock.after(kCallTimeout)));
  co_return response.storageuuid();
}

// Asks every location; those without a usable replica are left out. kRecoveryInProgress when another recovery has come further.
Task<Result<std::vector<RecoveryReplica>>> gather(Recovery& recovery) {
  std::vector<RecoveryReplica> replicas;
  size_t failures = 0;
  const auto count = static_cast<size_t>(recovery.proto.block().locs_size());
  for (size_t i = 0; i < count; ++i) {
    const auto found = co_await init_at(recovery, i);
    if (!found) {
      if (found.error().code() == StatusCode::kRecoveryInProgress) co_return error(found.error());
      LOG_WARN("Failed to recover block {} at {}: {}", recovery.block.name(),
               transfer_address(recovery.proto.block().locs(static_cast<int>(i)).id()), found.error().message());
      ++failures;
    } else if (*found && (*found)->block.generation_stamp >= recovery.block.generation_stamp && (*found)->block.bytes > 0) {
      replicas.push_back(**found);
    }
  }
  if (failures == count) {
    co_return error(StatusCode::kIo, fmt::format("All datanodes failed: block={}, of {} locations", recovery.block.name(), count));
  }
  co_return replicas;
}

CommitBlockSynchronizationRequestProto commit_request(const Recovery& recovery, int64_t bytes) {
  CommitBlockSynchronizationRequestProto request;
  *request.mutable_block() = recovery.proto.block().b();
  request.set_newgenstamp(static_cast<uint64_t>(recovery.id.value));
  request.set_newlength(static_cast<uint64_t>(bytes));
  request.set_closefile(true);
  request.set_deleteblock(false);
  return request;
}

}  // namespace

Result<RecoveryPlan> plan_recovery(const std::vector<RecoveryReplica>& replicas) {
  RecoveryPlan plan;
  const bool finalized = std::ranges::any_of(replicas, [](const auto& r) { return r.state == ReplicaState::kFinalized; });
  if (finalized) {
    plan.bytes = -1;
    for (const auto& replica : replicas) {
      if (replica.state != ReplicaState::kFinalized) continue;
      if (plan.bytes >= 0 && plan.bytes != replica.block.bytes) {
        return error(StatusCode::kIo,
                     fmt::format("Inconsistent size of finalized replicas. {} and {} bytes", plan.bytes, replica.block.bytes));
      }
      plan.bytes = replica.block.bytes;
    }
    for (const auto& replica : replicas) {
      const bool equal_rbw = replica.state == ReplicaState::kRbw && replica.block.bytes == plan.bytes;
      if (replica.state == ReplicaState::kFinalized || equal_rbw) plan.participants.push_back(replica);
    }
    return plan;
  }
  const bool rbw = std::ranges::any_of(replicas, [](const auto& r) { return r.state == ReplicaState::kRbw; });
  const ReplicaState best = rbw ? ReplicaState::kRbw : ReplicaState::kRwr;
  plan.bytes = INT64_MAX;
  for (const auto& replica : replicas) {
    if (replica.state != best) continue;
    plan.bytes = std::min(plan.bytes, replica.block.bytes);
    plan.participants.push_back(replica);
  }
  if (plan.participants.empty()) return error(StatusCode::kIo, "No replica is in a state to be recovered");
  return plan;
}

Task<Result<void>> recover_block(DataNodeContext& context, rpc::Client& client, NameNode& namenode, RecoveringBlockProto recovering) {
  Recovery recovery{context,
                    client,
                    namenode.user(),
                    recovering,
                    to_block(recovering.block().b()),
                    GenerationStamp(static_cast<int64_t>(recovering.newgenstamp())),
                    BlockId(static_cast<int64_t>(recovering.block().b().blockid()))};
  LOG_INFO("recovering {} with recoveryId={} over {} locations", recovery.block.name(), recovery.id.value, recovering.block().locs_size());
  CO_TRY(const std::vector<RecoveryReplica> replicas, co_await gather(recovery));
  if (replicas.empty()) {
    auto request = commit_request(recovery, 0);
    request.set_deleteblock(true);
    CO_TRY_VOID(co_await namenode.call<CommitBlockSynchronizationResponseProto>("commitBlockSynchronization", request));
    co_return Result<void>();
  }
  CO_TRY(RecoveryPlan plan, plan_recovery(replicas));
  if (recovering.has_truncateblock()) {
    plan.bytes = static_cast<int64_t>(recovering.truncateblock().numbytes());
    recovery.new_block = BlockId(static_cast<int64_t>(recovering.truncateblock().blockid()));
    std::erase_if(plan.participants, [&plan](const auto& r) { return r.block.bytes < plan.bytes; });
  }
  auto request = commit_request(recovery, plan.bytes);
  for (const RecoveryReplica& replica : plan.participants) {
    const auto& location = recovering.block().locs(static_cast<int>(replica.location));
    const auto storage = co_await update_at(recovery, replica, plan.bytes);
    if (!storage) {
      LOG_WARN("Failed to updateBlock (newblock={}, datanode={}): {}", recovery.block.name(), transfer_address(location.id()),
               storage.error().message());
      continue;
    }
    *request.add_newtaragets() = location.id();
    request.add_newtargetstorages(*storage);
  }
  if (request.newtaragets_size() == 0) {
    co_return error(StatusCode::kIo, fmt::format("Cannot recover {}, all replicas failed to update", recovery.block.name()));
  }
  CO_TRY_VOID(co_await namenode.call<CommitBlockSynchronizationResponseProto>("commitBlockSynchronization", request));
  LOG_INFO("recovered {} to {} bytes on {} datanodes", recovery.block.name(), plan.bytes, request.newtaragets_size());
  co_return Result<void>();
}

}  // namespace tusker::datanode
