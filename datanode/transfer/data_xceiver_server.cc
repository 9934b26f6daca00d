#include "datanode/transfer/data_xceiver_server.h"

#include <fmt/format.h>

#include "common/log/log.h"
#include "common/transfer/op.h"
#include "datanode/ops/convert.h"
#include "datanode/transfer/read_block.h"
#include "datanode/transfer/write_block.h"

namespace tusker::datanode {
namespace {

using transfer::Op;

constexpr size_t kBufferBytes = 512 << 10;

template <class Message>
Result<Message> decode(std::string_view bytes) {
  Message message;
  if (message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) return message;
  return error(StatusCode::kIo, "Cannot decode an operation: " + message.InitializationErrorString());
}

Result<void> check_pool(DataNodeContext& context, const hadoop::hdfs::ExtendedBlockProto& block) {
  if (context.dataset.attached() && block.poolid() == context.dataset.namespace_info().block_pool_id) return {};
  return error(StatusCode::kIo, fmt::format("block pool {} is not served here", block.poolid()));
}

}  // namespace

DataXceiverServer::DataXceiverServer(DataNodeContext& context) : context_(context), tasks_("the transfer port") {}

Result<void> DataXceiverServer::bind() {
  TRY(listener_, context_.env.network.listen(context_.config.transfer_bind));
  return {};
}

void DataXceiverServer::start() { tasks_.spawn(context_.env.make_strand(), accept_loop()); }

Task<void> DataXceiverServer::stop() {
  if (listener_) listener_->close();
  co_await tasks_.stop();
}

Task<void> DataXceiverServer::accept_loop() {
  for (;;) {
    auto stream = co_await listener_->accept();
    if (!stream) co_return;
    if (context_.metrics.xceivers >= static_cast<int64_t>(context_.config.xceivers_max)) {
      LOG_WARN("Xceiver count exceeds the limit of concurrent xceivers: {}; {} is turned away", context_.config.xceivers_max,
               (*stream)->remote().to_string());
      (*stream)->close();
      continue;
    }
    const Executor strand = (*stream)->executor();
    auto peer = std::make_shared<Peer>(std::move(*stream), kBufferBytes);
    tasks_.spawn(strand, serve(std::move(peer)));
  }
}

Task<void> DataXceiverServer::serve(std::shared_ptr<Peer> peer) {
  struct Counted {
    explicit Counted(std::atomic<int64_t>& c) : count(c) { ++count; }
    ~Counted() { --count; }
    std::atomic<int64_t>& count;
  } counted(context_.metrics.xceivers);
  Duration patience = context_.config.socket_timeout;
  for (;;) {
    const auto more = co_await serve_op(peer, context_.env.clock.after(patience));
    if (!more) {
      const StatusCode code = more.error().code();
      if (code == StatusCode::kEof || code == StatusCode::kTimeout || code == StatusCode::kUnavailable) {
        LOG_DEBUG("{}: {}", peer->stream->remote().to_string(), more.error().message());
      } else {
        LOG_WARN("{}: {}", peer->stream->remote().to_string(), more.error().message());
      }
    }
    if (!more || !*more) break;
    patience = context_.config.keepalive;
  }
  peer->stream->close();
}

Task<Result<bool>> DataXceiverServer::serve_op(std::shared_ptr<Peer> peer, Deadline deadline) {
  CO_TRY(const transfer::ReceivedOp received, co_await transfer::read_op(peer->in, deadline));
  switch (received.op) {
    case Op::kWriteBlock: {
      CO_TRY(auto request, decode<hadoop::hdfs::OpWriteBlockProto>(received.message));
      CO_TRY_VOID(check_pool(context_, request.header().baseheader().block()));
      const std::string name = to_block(request.header().baseheader().block()).name();
      const auto written = co_await write_block(context_, tasks_, peer, std::move(request));
      if (!written) co_return error(written.error().with_context("writing " + name));
      co_return false;
    }
    case Op::kReadBlock: {
      CO_TRY(auto request, decode<hadoop::hdfs::OpReadBlockProto>(received.message));
      CO_TRY_VOID(check_pool(context_, request.header().baseheader().block()));
      co_return co_await read_block(context_, peer, std::move(request));
    }
    case Op::kTransferBlock: {
      CO_TRY(auto request, decode<hadoop::hdfs::OpTransferBlockProto>(received.message));
      CO_TRY_VOID(check_pool(context_, request.header().baseheader().block()));
      co_return co_await transfer_block(context_, peer, std::move(request));
    }
    case Op::kBlockChecksum: {
      CO_TRY(auto request, decode<hadoop::hdfs::OpBlockChecksumProto>(received.message));
      CO_TRY_VOID(check_pool(context_, request.header().block()));
      co_return co_await block_checksum(context_, peer, std::move(request));
    }
    case Op::kCopyBlock:
      co_return co_await refuse(context_, peer, "OP_COPY_BLOCK");
    case Op::kReplaceBlock:
      co_return co_await refuse(context_, peer, "OP_REPLACE_BLOCK");
    case Op::kBlockGroupChecksum:
      co_return co_await refuse(context_, peer, "OP_BLOCK_GROUP_CHECKSUM");
    default:
      co_return error(StatusCode::kIo, fmt::format("Unknown op {} in data stream", static_cast<int>(received.op)));
  }
}

}  // namespace tusker::datanode
