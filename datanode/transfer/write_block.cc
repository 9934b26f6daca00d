#include "datanode/transfer/write_block.h"

#include <fmt/format.h>

#include "common/async/run_on.h"
#include "common/log/log.h"
#include "common/transfer/op.h"
#include "datanode/ops/bad_replicas.h"
#include "datanode/ops/convert.h"
#include "datanode/transfer/block_receiver.h"

namespace tusker::datanode {
namespace {

using hadoop::hdfs::BlockOpResponseProto;
using hadoop::hdfs::OpWriteBlockProto;

constexpr size_t kMirrorBufferBytes = 4096;  // only answers and acknowledgements come from there

// What a request asks, in our types.
struct Request {
  OpWriteBlockProto proto;
  Block block;
  GenerationStamp new_stamp;
  transfer::DataChecksum checksum;
  bool from_client = false;  // else a DataNode replicates
  bool is_transfer = false;  // on behalf of a client's pipeline
  size_t downstream() const { return static_cast<size_t>(proto.targets_size()); }
  bool acknowledged() const { return from_client && !is_transfer; }
};

Result<Request> parse(OpWriteBlockProto proto) {
  Request out;
  out.block = to_block(proto.header().baseheader().block());
  out.new_stamp = GenerationStamp(static_cast<int64_t>(proto.latestgenerationstamp()));
  TRY(out.checksum, to_checksum(proto.requestedchecksum()));
  out.from_client = !proto.header().clientname().empty();
  out.is_transfer = proto.stage() == OpWriteBlockProto::TRANSFER_RBW || proto.stage() == OpWriteBlockProto::TRANSFER_FINALIZED;
  out.proto = std::move(proto);
  return out;
}

// Creates or opens the replica, as the stage says. Null for the stage that has no data to follow.
Result<std::unique_ptr<ReplicaWriter>> open_replica(FsDataset& dataset, const Request& request) {
  const OpWriteBlockProto& proto = request.proto;
  const Placement placement{static_cast<StorageType>(proto.storagetype()), proto.storageid(), request.block.bytes};
  const Block fresh{request.block.id, request.block.generation_stamp, 0};
  if (!request.from_client || request.is_transfer) return dataset.create_temporary(fresh, request.checksum, placement, request.is_transfer);
  switch (proto.stage()) {
    case OpWriteBlockProto::PIPELINE_SETUP_CREATE:
      return dataset.create_rbw(fresh, request.checksum, placement, request.new_stamp);
    case OpWriteBlockProto::PIPELINE_SETUP_STREAMING_RECOVERY:
      return dataset.recover_rbw(request.block, request.new_stamp, static_cast<int64_t>(proto.minbytesrcvd()),
                                 static_cast<int64_t>(proto.maxbytesrcvd()));
    case OpWriteBlockProto::PIPELINE_SETUP_APPEND:
    case OpWriteBlockProto::PIPELINE_SETUP_APPEND_RECOVERY: {
      const Block existing{request.block.id, request.block.generation_stamp, static_cast<int64_t>(proto.minbytesrcvd())};
      return dataset.append(existing, request.new_stamp, proto.stage() == OpWriteBlockProto::PIPELINE_SETUP_APPEND_RECOVERY);
    }
    default:
      return error(StatusCode::kIo, fmt::format("Unknown stage {} while receiving {}", static_cast<int>(proto.stage()), fresh.name()));
  }
}

// Whether the request may be served: a writer isn't stopped for one that comes too late.
Result<void> check(const FsDataset& dataset, const Request& request) {
  const Block& block = request.block;
  if (!request.from_client || request.is_transfer) return dataset.may_create_temporary(block, request.is_transfer);
  switch (request.proto.stage()) {
    case OpWriteBlockProto::PIPELINE_SETUP_CREATE:
      return dataset.may_create_rbw(block, request.new_stamp);
    case OpWriteBlockProto::PIPELINE_SETUP_STREAMING_RECOVERY:
      return dataset.may_recover_rbw(block, request.new_stamp);
    case OpWriteBlockProto::PIPELINE_SETUP_APPEND:
      return dataset.may_append(block, request.new_stamp, false);
    case OpWriteBlockProto::PIPELINE_SETUP_APPEND_RECOVERY:
    case OpWriteBlockProto::PIPELINE_CLOSE_RECOVERY:
      return dataset.may_append(block, request.new_stamp, true);
    default:
      return {};
  }
}

// The request for the next DataNode: its first target is that one.
OpWriteBlockProto forwarded(const OpWriteBlockProto& proto) {
  OpWriteBlockProto out = proto;
  if (out.targets_size() > 0) out.mutable_targets()->DeleteSubrange(0, 1);
  if (out.targetstoragetypes_size() > 0) {
    out.set_storagetype(proto.targetstoragetypes(0));
    out.mutable_targetstoragetypes()->erase(out.mutable_targetstoragetypes()->begin());
  }
  if (out.targetpinnings_size() > 0) {
    out.set_pinning(proto.targetpinnings(0));
    out.mutable_targetpinnings()->erase(out.mutable_targetpinnings()->begin());
  }
  out.clear_storageid();
  if (out.targetstorageids_size() > 0) {
    out.set_storageid(proto.targetstorageids(0));
    out.mutable_targetstorageids()->DeleteSubrange(0, 1);
  }
  return out;
}

// Connects downstream and passes the request on.
Task<Result<std::shared_ptr<Peer>>> connect_mirror(DataNodeContext& context, Request request, Executor strand,
                                                   std::shared_ptr<BlockReceiver> receiver) {
  const Endpoint to = transfer_endpoint(request.proto.targets(0).id(), context.config.use_datanode_hostname);
  const size_t downstream = request.downstream();
  CO_TRY(auto stream, co_await context.env.network.connect(to, strand, context.env.clock.after(context.config.read_timeout(downstream))));
  auto peer = std::make_shared<Peer>(std::move(stream), kMirrorBufferBytes);
  if (receiver) receiver->set_mirror(peer);
  const std::string op = transfer::encode_op(transfer::Op::kWriteBlock, forwarded(request.proto));
  CO_TRY_VOID(co_await peer->stream->write(op, context.env.clock.after(context.config.write_timeout(downstream))));
  co_return peer;
}

Task<Result<void>> respond_setup(DataNodeContext& context, std::shared_ptr<Peer> peer, hadoop::hdfs::Status status, std::string bad_link) {
  BlockOpResponseProto response;
  response.set_status(status);
  response.set_firstbadlink(bad_link);
  const std::string bytes = transfer::encode_delimited(response);
  co_return co_await peer->stream->write(bytes, context.env.clock.after(context.config.write_timeout(0)));
}

struct Downstream {
  std::shared_ptr<Peer> mirror;  // null: none, or replication goes on without it
  hadoop::hdfs::Status status = hadoop::hdfs::SUCCESS;
  std::string bad_link;
};

// Connects to the next DataNode, if there is one, and takes its answer. A client hears of a failure at once; a replication goes on.
// `receiver`, which may be null, is told the connection, and ends this when it is interrupted.
Task<Result<Downstream>> set_up_downstream(DataNodeContext& context, Request request, std::shared_ptr<Peer> peer,
                                           std::shared_ptr<BlockReceiver> receiver) {
  Downstream out;
  if (request.downstream() == 0) co_return out;
  auto mirror = co_await connect_mirror(context, request, peer->stream->executor(), receiver);
  std::optional<Status> failure;
  if (!mirror) {
    failure = mirror.error();
  } else if (request.acknowledged()) {
    const Deadline deadline = context.env.clock.after(context.config.read_timeout(request.downstream()));
    const auto answer = co_await transfer::read_delimited<BlockOpResponseProto>((*mirror)->in, deadline);
    if (answer) {
      out.status = answer->status();
      out.bad_link = answer->firstbadlink();
    } else {
      failure = answer.error();
    }
  }
  if (receiver && receiver->failed()) co_return error(StatusCode::kIo, receiver->failure());
  if (!failure) {
    out.mirror = *mirror;
    co_return out;
  }
  if (receiver) receiver->set_mirror(nullptr);
  const std::string address = transfer_address(request.proto.targets(0).id());
  LOG_INFO("{}: mirror {}: {}", request.block.name(), address, failure->message());
  if (!request.from_client) co_return out;
  static_cast<void>(co_await respond_setup(context, peer, hadoop::hdfs::ERROR, address));
  co_return error(failure->with_context("mirror " + address));
}

// The end of a block that came from a DataNode, for replication or for a client's pipeline recovery.
Task<Result<void>> finish_copy(DataNodeContext& context, Request request, std::shared_ptr<BlockReceiver> receiver,
                               std::shared_ptr<Peer> peer) {
  const bool to_rbw = request.proto.stage() == OpWriteBlockProto::TRANSFER_RBW && request.from_client;
  const auto finish = [&dataset = context.dataset, receiver, to_rbw]() -> Result<void> {
    if (to_rbw) return dataset.convert_temporary_to_rbw(receiver->writer());
    TRY_VOID(dataset.finalize(receiver->writer()));
    return {};
  };
  CO_TRY_VOID(co_await run_on(context.env.disk_pool, finish));
  ++context.metrics.blocks_written;
  const ReplicaWriter& writer = receiver->writer();
  const Block block{writer.block().id, writer.block().generation_stamp, writer.bytes_on_disk()};
  if (request.is_transfer) co_return co_await respond_setup(context, peer, hadoop::hdfs::SUCCESS, "");
  context.notifier.notify(writer.storage_uuid(), {block, ReceivedDeleted::kReceived, ""});
  LOG_INFO("received {} of {} bytes from another datanode", block.name(), block.bytes);
  co_return Result<void>();
}

// A pipeline whose data is all there, but not its end: no data follows.
Task<Result<void>> close_recovery(DataNodeContext& context, Request request, std::shared_ptr<Peer> peer) {
  CO_TRY_VOID(co_await context.writers.stop_writer(request.block.id, context.env.clock.after(context.config.xceiver_stop_timeout)));
  const Block complete{request.block.id, request.block.generation_stamp, static_cast<int64_t>(request.proto.minbytesrcvd())};
  CO_TRY(const std::string storage,
         co_await run_on(context.env.disk_pool, [&dataset = context.dataset, complete, stamp = request.new_stamp] {
           return dataset.recover_close(complete, stamp);
         }));
  CO_TRY(const Downstream downstream, co_await set_up_downstream(context, request, peer, nullptr));
  CO_TRY_VOID(co_await respond_setup(context, peer, downstream.status, downstream.bad_link));
  context.notifier.notify(storage, {{complete.id, request.new_stamp, complete.bytes}, ReceivedDeleted::kReceived, ""});
  co_return Result<void>();
}

void notify_receiving(DataNodeContext& context, const Request& request, const ReplicaWriter& writer) {
  const auto stage = request.proto.stage();
  if (!request.acknowledged() || stage == OpWriteBlockProto::PIPELINE_SETUP_STREAMING_RECOVERY) return;
  context.notifier.notify(writer.storage_uuid(), {writer.block(), ReceivedDeleted::kReceiving, ""});
}

Task<Result<void>> receive_block(DataNodeContext& context, Request request, std::shared_ptr<BlockReceiver> receiver,
                                 std::shared_ptr<Peer> peer) {
  const auto received = co_await receiver->receive();
  if (!received) {
    // A copy with bad checksums: the DataNode that sent it has a bad replica.
    if (received.error().code() == StatusCode::kCorruption && request.proto.has_source()) {
      report_remote_replica(context, request.block, request.proto.source());
    }
    co_return received;
  }
  if (request.acknowledged()) co_return Result<void>();
  co_return co_await finish_copy(context, std::move(request), receiver, peer);
}

// The rest of the pipeline and the answer upstream, which travels from the tail to the head; then data.
Task<Result<void>> write_replica(DataNodeContext& context, TaskGroup& tasks, Request request, std::shared_ptr<BlockReceiver> receiver,
                                 std::shared_ptr<Peer> peer) {
  CO_TRY(const Downstream downstream, co_await set_up_downstream(context, request, peer, receiver));
  if (request.acknowledged()) {
    CO_TRY_VOID(co_await respond_setup(context, peer, downstream.status, downstream.bad_link));
    if (downstream.status != hadoop::hdfs::SUCCESS) {
      co_return error(StatusCode::kIo, "the pipeline behind this DataNode failed at " + downstream.bad_link);
    }
    tasks.spawn(peer->stream->executor(), BlockReceiver::respond(receiver));
  }
  co_return co_await receive_block(context, request, receiver, peer);
}

}  // namespace

Task<Result<void>> write_block(DataNodeContext& context, TaskGroup& tasks, std::shared_ptr<Peer> peer, OpWriteBlockProto proto) {
  CO_TRY(const Request request, parse(std::move(proto)));
  CO_TRY_VOID(co_await run_on(context.env.disk_pool, [&dataset = context.dataset, request] { return check(dataset, request); }));
  if (request.from_client && request.proto.stage() == OpWriteBlockProto::PIPELINE_CLOSE_RECOVERY) {
    co_return co_await close_recovery(context, request, peer);
  }
  // 1. The right to write the block, then the replica.
  BlockReceiver::Setup setup{peer, nullptr, request.downstream(), request.checksum, request.acknowledged()};
  auto receiver = std::make_shared<BlockReceiver>(context, setup);
  CO_TRY(auto registration,
         co_await context.writers.take_over(request.block.id, BlockReceiver::interrupter(receiver, peer->stream->executor()),
                                            context.env.clock.after(context.config.xceiver_stop_timeout)));
  auto writer = co_await run_on(context.env.disk_pool, [&dataset = context.dataset, request] { return open_replica(dataset, request); });
  if (!writer) {
    co_await check_volumes(context);
    co_return error(std::move(writer).error());
  }
  notify_receiving(context, request, **writer);
  receiver->start(std::move(*writer), std::move(registration));
  // 2. The rest.
  auto written = co_await write_replica(context, tasks, request, receiver, peer);
  if (!written && !request.acknowledged()) {
    co_await run_on(context.env.disk_pool, [&dataset = context.dataset, receiver] { dataset.abandon_temporary(receiver->writer()); });
  }
  co_return written;
}

}  // namespace tusker::datanode
