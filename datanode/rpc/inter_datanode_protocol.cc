#include "datanode/ops/convert.h"
#include "datanode/ops/replica_recovery.h"
#include "datanode/rpc/datanode_protocols.h"
#include "hdfs/InterDatanodeProtocol.pb.h"

namespace tusker::datanode {
namespace {

using namespace hadoop::hdfs;  // NOLINT: the messages of one protocol
using rpc::CallContext;

Task<Result<InitReplicaRecoveryResponseProto>> init(DataNodeContext& context, InitReplicaRecoveryRequestProto request) {
  const GenerationStamp recovery_id(static_cast<int64_t>(request.block().newgenstamp()));
  CO_TRY(const auto started, co_await init_replica_recovery(context, to_block(request.block().block().b()), recovery_id));
  InitReplicaRecoveryResponseProto response;
  response.set_replicafound(started.has_value());
  if (started) {
    response.set_state(static_cast<ReplicaStateProto>(started->original_state));
    set_block(*response.mutable_block(), started->block);
  }
  co_return response;
}

Task<Result<UpdateReplicaUnderRecoveryResponseProto>> update(DataNodeContext& context, UpdateReplicaUnderRecoveryRequestProto request) {
  CO_TRY(const std::string storage, co_await update_replica_under_recovery(
                                        context, to_block(request.block()), GenerationStamp(static_cast<int64_t>(request.recoveryid())),
                                        BlockId(static_cast<int64_t>(request.newblockid())), static_cast<int64_t>(request.newlength())));
  UpdateReplicaUnderRecoveryResponseProto response;
  response.set_storageuuid(storage);
  co_return response;
}

}  // namespace

rpc::Protocol inter_datanode_protocol(DataNodeContext& context) {
  constexpr rpc::MethodPolicy kMutates{.mutates = true};
  DataNodeContext* const c = &context;
  rpc::Protocol protocol{"org.apache.hadoop.hdfs.server.protocol.InterDatanodeProtocol",
                         1,
                         InitReplicaRecoveryRequestProto::descriptor()->file()->FindServiceByName("InterDatanodeProtocolService"),
                         {},
                         {}};
  protocol.methods.push_back(rpc::method<InitReplicaRecoveryRequestProto, InitReplicaRecoveryResponseProto>(
      "initReplicaRecovery", kMutates, [c](CallContext, InitReplicaRecoveryRequestProto request) { return init(*c, std::move(request)); }));
  protocol.methods.push_back(rpc::method<UpdateReplicaUnderRecoveryRequestProto, UpdateReplicaUnderRecoveryResponseProto>(
      "updateReplicaUnderRecovery", kMutates,
      [c](CallContext, UpdateReplicaUnderRecoveryRequestProto request) { return update(*c, std::move(request)); }));
  return protocol;
}

}  // namespace tusker::datanode
