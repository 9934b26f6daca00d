#include "datanode/ops/transfer_replica.h"

#include <fmt/format.h>

#include "common/async/run_on.h"
#include "common/log/log.h"
#include "common/transfer/op.h"
#include "datanode/ops/bad_replicas.h"
#include "datanode/ops/block_sender.h"
#include "datanode/ops/convert.h"

namespace tusker::datanode {
namespace {

using hadoop::hdfs::OpWriteBlockProto;

// Counts a transfer while it runs, also when it is cancelled.
struct InProgress {
  explicit InProgress(std::atomic<int64_t>& c) : count(c) { ++count; }
  ~InProgress() { --count; }
  std::atomic<int64_t>& count;
};

Result<OpWriteBlockProto::BlockConstructionStage> stage_of(const Replica& replica, bool for_client) {
  if (!for_client && replica.state == ReplicaState::kFinalized) return OpWriteBlockProto::PIPELINE_SETUP_CREATE;
  if (for_client && replica.state == ReplicaState::kFinalized) return OpWriteBlockProto::TRANSFER_FINALIZED;
  if (for_client && replica.state == ReplicaState::kRbw) return OpWriteBlockProto::TRANSFER_RBW;
  return error(StatusCode::kIo, "Cannot transfer " + describe(replica));
}

OpWriteBlockProto request_for(DataNodeContext& context, const Block& block, const TransferTargets& targets, const std::string& client_name,
                              OpWriteBlockProto::BlockConstructionStage stage, const transfer::DataChecksum& checksum) {
  OpWriteBlockProto request;
  auto* header = request.mutable_header();
  *header->mutable_baseheader()->mutable_block() = to_extended(context.dataset.namespace_info().block_pool_id, block);
  set_empty_token(*header->mutable_baseheader()->mutable_token());
  header->set_clientname(client_name);
  for (size_t i = 1; i < targets.nodes.size(); ++i) *request.add_targets() = targets.nodes[i];
  for (size_t i = 1; i < targets.types.size(); ++i) request.add_targetstoragetypes(targets.types[i]);
  for (size_t i = 1; i < targets.storage_uuids.size(); ++i) request.add_targetstorageids(targets.storage_uuids[i]);
  const auto self = context.identity.get();
  if (self.has_datanodeid()) *request.mutable_source()->mutable_id() = self.datanodeid();
  request.set_stage(stage);
  request.set_pipelinesize(0);
  request.set_minbytesrcvd(0);
  request.set_maxbytesrcvd(0);
  request.set_latestgenerationstamp(0);
  set_checksum(*request.mutable_requestedchecksum(), checksum);
  if (!targets.types.empty()) request.set_storagetype(targets.types[0]);
  if (!targets.storage_uuids.empty()) request.set_storageid(targets.storage_uuids[0]);
  return request;
}

// A replication isn't answered: the receiver closes when it has the block. Its end is waited for so that this counts as in progress
// as long as it is.
Task<Result<void>> wait_for_end(Stream& stream, Deadline deadline) {
  char byte;
  const auto got = co_await stream.read_some(MutableBytes(&byte, 1), deadline);
  if (got || got.error().code() == StatusCode::kEof || got.error().code() == StatusCode::kUnavailable) co_return Result<void>();
  co_return error(got.error());
}

}  // namespace

Task<Result<void>> transfer_replica(DataNodeContext& context, Block block, TransferTargets targets, std::string client_name) {
  if (targets.nodes.empty()) co_return error(StatusCode::kIo, "No target to transfer " + block.name() + " to");
  const InProgress counted(context.metrics.xmits_in_progress);
  CO_TRY(const Replica replica,
         co_await run_on(context.env.disk_pool, [&dataset = context.dataset, id = block.id] { return dataset.find(id); }));
  if (replica.generation_stamp < block.generation_stamp) {
    co_return error(StatusCode::kIo, fmt::format("{} is older than the {} to be transferred", describe(replica), block.name()));
  }
  CO_TRY(const auto stage, stage_of(replica, !client_name.empty()));
  const Block sent{replica.id, replica.generation_stamp, replica.visible_bytes()};
  if (sent.bytes < block.bytes && client_name.empty()) {
    co_await report_own_replica(context, replica);
    co_return error(StatusCode::kIo,
                    fmt::format("{} is shorter than the {} bytes that the NameNode knows", describe(replica), block.bytes));
  }
  CO_TRY(const auto sender, co_await BlockSender::open(context, sent, 0, sent.bytes, BlockSender::Purpose::kCopy));
  const Endpoint to = transfer_endpoint(targets.nodes[0].id(), context.config.use_datanode_hostname);
  const size_t downstream = targets.nodes.size();
  CO_TRY(const auto stream, co_await context.env.network.connect(to, co_await asio::this_coro::executor,
                                                                 context.env.clock.after(context.config.read_timeout(downstream))));
  const std::string request =
      transfer::encode_op(transfer::Op::kWriteBlock, request_for(context, sent, targets, client_name, stage, sender->checksum()));
  CO_TRY_VOID(co_await sender->send(*stream, request, context.config.write_timeout(downstream)));
  const Deadline end = context.env.clock.after(context.config.read_timeout(downstream));
  if (client_name.empty()) {
    CO_TRY_VOID(co_await wait_for_end(*stream, end));
  } else {
    transfer::InputBuffer in(*stream, 512);
    CO_TRY(const auto ack, co_await transfer::read_delimited<hadoop::hdfs::DNTransferAckProto>(in, end));
    if (ack.status() != hadoop::hdfs::SUCCESS) {
      co_return error(StatusCode::kIo, fmt::format("Bad connect ack, targets={}", to.to_string()));
    }
  }
  ++context.metrics.blocks_replicated;
  LOG_INFO("transmitted {} ({} bytes) to {}", sent.name(), sent.bytes, to.to_string());
  co_return Result<void>();
}

}  // namespace tusker::datanode
