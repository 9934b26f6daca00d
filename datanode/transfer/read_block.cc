#include "datanode/transfer/read_block.h"

#include <fmt/format.h>

#include "common/async/run_on.h"
#include "common/base/java_exceptions.h"
#include "common/transfer/op.h"
#include "datanode/ops/block_sender.h"
#include "datanode/ops/convert.h"
#include "datanode/ops/replica_checksum.h"
#include "datanode/ops/transfer_replica.h"

namespace tusker::datanode {
namespace {

using hadoop::hdfs::BlockOpResponseProto;

Task<Result<void>> answer(DataNodeContext& context, std::shared_ptr<Peer> peer, BlockOpResponseProto response) {
  const std::string bytes = transfer::encode_delimited(response);
  co_return co_await peer->stream->write(bytes, context.env.clock.after(context.config.write_timeout(0)));
}

Task<Result<bool>> answer_error(DataNodeContext& context, std::shared_ptr<Peer> peer, std::string message, hadoop::hdfs::Status status) {
  BlockOpResponseProto response;
  response.set_status(status);
  response.set_message(message);
  static_cast<void>(co_await answer(context, peer, std::move(response)));
  co_return error(StatusCode::kIo, std::move(message));
}

std::string failed(std::string_view operation, const hadoop::hdfs::ExtendedBlockProto& block, const Status& why) {
  const std::string& remote = why.remote_class();
  return fmt::format("{} {}:{} received exception {}: {}", operation, block.poolid(), to_block(block).name(),
                     remote.empty() ? java_class_of(why.code()) : std::string_view(remote), why.message());
}

}  // namespace

Task<Result<bool>> read_block(DataNodeContext& context, std::shared_ptr<Peer> peer, hadoop::hdfs::OpReadBlockProto request) {
  const auto& block = request.header().baseheader().block();
  const auto purpose = request.sendchecksums() ? BlockSender::Purpose::kRead : BlockSender::Purpose::kReadWithoutChecksums;
  const auto sender = co_await BlockSender::open(context, to_block(block), static_cast<int64_t>(request.offset()),
                                                 static_cast<int64_t>(request.len()), purpose);
  if (!sender) co_return co_await answer_error(context, peer, failed("opReadBlock", block, sender.error()), hadoop::hdfs::ERROR);
  BlockOpResponseProto response;
  response.set_status(hadoop::hdfs::SUCCESS);
  auto* info = response.mutable_readopchecksuminfo();
  set_checksum(*info->mutable_checksum(), (*sender)->checksum());
  info->set_chunkoffset(static_cast<uint64_t>((*sender)->chunk_offset()));
  CO_TRY_VOID(co_await (*sender)->send(*peer->stream, transfer::encode_delimited(response), context.config.write_timeout(0)));
  ++context.metrics.blocks_read;
  // The reader says how it went if it read to the end; one that has enough just closes.
  const Deadline deadline = context.env.clock.after(context.config.socket_timeout);
  CO_TRY(const auto status, co_await transfer::read_delimited<hadoop::hdfs::ClientReadStatusProto>(peer->in, deadline));
  co_return status.status() == hadoop::hdfs::SUCCESS || status.status() == hadoop::hdfs::CHECKSUM_OK;
}

Task<Result<bool>> transfer_block(DataNodeContext& context, std::shared_ptr<Peer> peer, hadoop::hdfs::OpTransferBlockProto request) {
  TransferTargets targets;
  targets.nodes.assign(request.targets().begin(), request.targets().end());
  for (const int type : request.targetstoragetypes()) targets.types.push_back(static_cast<hadoop::hdfs::StorageTypeProto>(type));
  targets.storage_uuids.assign(request.targetstorageids().begin(), request.targetstorageids().end());
  const auto& block = request.header().baseheader().block();
  const auto sent = co_await transfer_replica(context, to_block(block), std::move(targets), request.header().clientname());
  if (!sent) co_return co_await answer_error(context, peer, failed("opTransferBlock", block, sent.error()), hadoop::hdfs::ERROR);
  BlockOpResponseProto response;
  response.set_status(hadoop::hdfs::SUCCESS);
  CO_TRY_VOID(co_await answer(context, peer, std::move(response)));
  co_return false;
}

Task<Result<bool>> block_checksum(DataNodeContext& context, std::shared_ptr<Peer> peer, hadoop::hdfs::OpBlockChecksumProto request) {
  const auto& block = request.header().block();
  const bool composite = request.blockchecksumoptions().blockchecksumtype() == hadoop::hdfs::COMPOSITE_CRC;
  const auto result = co_await run_on(context.env.disk_pool, [&dataset = context.dataset, wanted = to_block(block), composite] {
    return replica_checksum(dataset, wanted, composite);
  });
  if (!result) co_return co_await answer_error(context, peer, failed("opBlockChecksum", block, result.error()), hadoop::hdfs::ERROR);
  BlockOpResponseProto response;
  response.set_status(hadoop::hdfs::SUCCESS);
  auto* sums = response.mutable_checksumresponse();
  sums->set_bytespercrc(static_cast<uint32_t>(result->checksum.bytes_per_checksum()));
  sums->set_crcperblock(static_cast<uint64_t>(result->crc_per_block));
  sums->set_blockchecksum(result->bytes);
  sums->set_crctype(static_cast<hadoop::hdfs::ChecksumTypeProto>(result->checksum.type()));
  *sums->mutable_blockchecksumoptions() = request.blockchecksumoptions();
  CO_TRY_VOID(co_await answer(context, peer, std::move(response)));
  co_return false;
}

Task<Result<bool>> refuse(DataNodeContext& context, std::shared_ptr<Peer> peer, std::string operation) {
  co_return co_await answer_error(context, peer, operation + " is not supported by this DataNode", hadoop::hdfs::ERROR_UNSUPPORTED);
}

}  // namespace tusker::datanode
