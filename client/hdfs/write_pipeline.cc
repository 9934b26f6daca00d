#include "client/hdfs/write_pipeline.h"

#include <fmt/format.h>

namespace tusker::client {
namespace {

using namespace hadoop::hdfs;  // NOLINT: the messages of one protocol

constexpr size_t kAckBufferBytes = 16 << 10;
// A copy may take as much longer as another DataNode would for each so many bytes.
constexpr int64_t kCopyBytesPerTimeout = 200 * 64 << 10;

OpWriteBlockProto message_for(const ClientContext& context, const PipelineNodes& nodes, const PipelineRequest& request) {
  OpWriteBlockProto op;
  ExtendedBlockProto block = request.block;
  block.set_numbytes(static_cast<uint64_t>(request.block_bytes_hint));
  set_header(*op.mutable_header(), context, block, request.token);
  for (size_t i = 1; i < nodes.size(); ++i) {
    *op.add_targets() = nodes.nodes[i];
    op.add_targetstoragetypes(nodes.types[i]);
    op.add_targetstorageids(nodes.storage_ids[i]);
  }
  op.set_stage(request.stage);
  op.set_pipelinesize(static_cast<uint32_t>(nodes.size()));
  op.set_minbytesrcvd(request.block.numbytes());
  op.set_maxbytesrcvd(static_cast<uint64_t>(request.bytes_sent));
  op.set_latestgenerationstamp(static_cast<uint64_t>(request.new_generation_stamp));
  op.mutable_requestedchecksum()->set_type(static_cast<ChecksumTypeProto>(request.checksum.type()));
  op.mutable_requestedchecksum()->set_bytesperchecksum(static_cast<uint32_t>(request.checksum.bytes_per_checksum()));
  op.set_storagetype(nodes.types[0]);
  op.set_storageid(nodes.storage_ids[0]);
  return op;
}

size_t index_of_link(const PipelineNodes& nodes, const std::string& link) {
  for (size_t i = 0; i < nodes.size(); ++i) {
    if (transfer_address(nodes.nodes[i].id()) == link) return i;
  }
  return 0;
}

}  // namespace

PipelineNodes PipelineNodes::of(const LocatedBlockProto& block) {
  PipelineNodes out;
  for (int i = 0; i < block.locs_size(); ++i) {
    out.nodes.push_back(block.locs(i));
    out.types.push_back(i < block.storagetypes_size() ? static_cast<StorageTypeProto>(block.storagetypes(i)) : StorageTypeProto::DISK);
    out.storage_ids.push_back(i < block.storageids_size() ? block.storageids(i) : std::string());
  }
  return out;
}

void PipelineNodes::remove(size_t index) {
  const auto at = static_cast<std::ptrdiff_t>(index);
  nodes.erase(nodes.begin() + at);
  types.erase(types.begin() + at);
  storage_ids.erase(storage_ids.begin() + at);
}

std::string PipelineNodes::describe() const {
  std::string out = "[";
  for (size_t i = 0; i < nodes.size(); ++i) out += (i == 0 ? "" : ", ") + client::describe(nodes[i], storage_ids[i], types[i]);
  return out + "]";
}

Task<PipelineOutcome> open_pipeline(ClientContext& context, PipelineNodes nodes, PipelineRequest request) {
  PipelineOutcome out;
  Clock& clock = context.env.clock;
  const Duration patience = context.settings.read_timeout(nodes.size());
  auto peer = co_await connect_datanode(context, nodes.nodes[0].id(), kAckBufferBytes, clock.after(patience));
  if (!peer) {
    out.message = peer.error().message();
    co_return out;
  }
  const std::string op = transfer::encode_op(transfer::Op::kWriteBlock, message_for(context, nodes, request));
  const auto written = co_await (*peer)->stream->write(op, clock.after(context.settings.write_timeout(nodes.size())));
  if (!written) {
    out.message = written.error().message();
    co_return out;
  }
  const auto response = co_await transfer::read_delimited<BlockOpResponseProto>((*peer)->in, clock.after(patience));
  if (!response) {
    out.message = response.error().message();
    co_return out;
  }
  if (response->status() != SUCCESS) {
    out.bad_index = index_of_link(nodes, response->firstbadlink());
    out.message = fmt::format("Got error, status={}, status message {}, ack with firstBadLink as {}", Status_Name(response->status()),
                              response->message(), response->firstbadlink());
    co_return out;
  }
  out.peer = std::move(*peer);
  co_return out;
}

Task<Result<void>> transfer_to(ClientContext& context, DatanodeInfoProto source, PipelineNodes target, ExtendedBlockProto block,
                               hadoop::common::TokenProto token) {
  Clock& clock = context.env.clock;
  // The source answers when the whole replica has been copied.
  const auto parts = static_cast<size_t>(static_cast<int64_t>(block.numbytes()) / kCopyBytesPerTimeout);
  const Duration patience = context.settings.read_timeout(2 + parts);
  CO_TRY(const auto peer, co_await connect_datanode(context, source.id(), kAckBufferBytes, clock.after(context.settings.read_timeout(2))));
  OpTransferBlockProto op;
  set_header(*op.mutable_header(), context, block, token);
  for (size_t i = 0; i < target.size(); ++i) {
    *op.add_targets() = target.nodes[i];
    op.add_targetstoragetypes(target.types[i]);
    op.add_targetstorageids(target.storage_ids[i]);
  }
  const std::string bytes = transfer::encode_op(transfer::Op::kTransferBlock, op);
  CO_TRY_VOID(co_await peer->stream->write(bytes, clock.after(context.settings.write_timeout(2))));
  CO_TRY(const auto response, co_await transfer::read_delimited<BlockOpResponseProto>(peer->in, clock.after(patience)));
  if (response.status() != SUCCESS) co_return error(StatusCode::kIo, "Failed to add a datanode: " + response.message());
  co_return Result<void>();
}

}  // namespace tusker::client
