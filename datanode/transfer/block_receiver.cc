#include "datanode/transfer/block_receiver.h"

#include <fmt/format.h>
#include <boost/asio/post.hpp>

#include "common/async/run_on.h"
#include "common/log/log.h"
#include "datanode/ops/bad_replicas.h"

namespace tusker::datanode {
namespace {

// Packets received but not acknowledged; a client has at most its own window under way, which is less.
constexpr size_t kPendingMax = 4096;

}  // namespace

BlockReceiver::BlockReceiver(DataNodeContext& context, Setup setup)
    : context_(context), setup_(std::move(setup)), changed_(context.env.clock) {}

void BlockReceiver::start(std::unique_ptr<ReplicaWriter> writer, std::unique_ptr<WriterRegistry::Registration> registration) {
  writer_ = std::move(writer);
  registration_ = std::move(registration);
  responder_ended_ = !setup_.acknowledges;
}

std::function<void()> BlockReceiver::interrupter(std::weak_ptr<BlockReceiver> receiver, Executor strand) {
  return [receiver, strand] {
    asio::post(strand, [receiver] {
      if (const auto self = receiver.lock()) self->fail("another writer or a recovery takes the replica over");
    });
  };
}

void BlockReceiver::set_mirror(std::shared_ptr<Peer> mirror) {
  setup_.mirror = std::move(mirror);
  if (failed_ && setup_.mirror) setup_.mirror->stream->close();
}

void BlockReceiver::fail(const std::string& why) {
  if (failed_) return;
  failed_ = true;
  failure_ = why;
  setup_.upstream->stream->close();
  if (setup_.mirror) setup_.mirror->stream->close();
  changed_.notify_all();
}

Task<Result<void>> BlockReceiver::receive() {
  const auto self = shared_from_this();
  Result<void> outcome;
  for (bool last = false; !last && outcome;) {
    Result<bool> received = co_await receive_batch();
    if (received) {
      last = *received;
    } else {
      outcome = error(std::move(received).error());
    }
  }
  if (!outcome && !checksum_failed_) fail(outcome.error().message());
  if (outcome) block_done_ = true;
  changed_.notify_all();
  while (!responder_ended_) co_await changed_.wait(kNever);  // the responder's own waits are bounded
  if (failed_) co_return error(StatusCode::kIo, failure_);
  co_return outcome;
}

// Receives what has come, at least one packet, and works it off. True when the block's last packet was in it.
Task<Result<bool>> BlockReceiver::receive_batch() {
  auto& in = setup_.upstream->in;
  const Deadline deadline = context_.env.clock.after(context_.config.read_timeout(0));
  size_t wanted = 0;
  CO_TRY(std::optional<transfer::Packet> packet, transfer::parse_packet(in.view(), wanted));
  while (!packet) {
    CO_TRY_VOID(co_await in.fill(wanted, deadline));
    CO_TRY(packet, transfer::parse_packet(in.view(), wanted));
  }
  const char* const begin = packet->whole.data();
  std::vector<transfer::Packet> batch;
  size_t bytes = 0;
  bool last = false;
  while (packet) {
    batch.push_back(*packet);
    bytes += packet->whole.size();
    in.consume(packet->whole.size());
    last = packet->header.last_in_block;
    if (last) break;
    CO_TRY(packet, transfer::parse_packet(in.view(), wanted));
  }
  const bool forwarded = setup_.mirror != nullptr && !mirror_failed_;
  if (forwarded) CO_TRY_VOID(co_await forward({begin, bytes}));
  CO_TRY_VOID(co_await store(std::move(batch), forwarded));
  co_return last;
}

// A failure downstream isn't ours: the client hears of it by the acks, and goes on without that DataNode.
Task<Result<void>> BlockReceiver::forward(std::string_view bytes) {
  const Deadline deadline = context_.env.clock.after(context_.config.write_timeout(setup_.downstream));
  const auto written = co_await setup_.mirror->stream->write(bytes, deadline);
  if (!written) {
    if (failed_) co_return error(StatusCode::kIo, failure_);
    LOG_INFO("{}: writing to the mirror failed: {}", writer_->block().name(), written.error().message());
    mirror_failed_ = true;
    changed_.notify_all();
  }
  co_return Result<void>();
}

Task<Result<void>> BlockReceiver::store(std::vector<transfer::Packet> batch, bool forwarded) {
  std::vector<Pending> entries;
  bool sync = false;
  for (const auto& packet : batch) {
    const auto& header = packet.header;
    sync = sync || header.sync_block || (header.last_in_block && context_.dataset.sync_on_close());
    entries.push_back({header.seqno, header.offset_in_block + header.data_bytes, header.last_in_block, forwarded, hadoop::hdfs::SUCCESS});
  }
  // A client's pipeline is checked at its end, which tells the client; what another DataNode sends is checked by each that keeps it.
  const bool verify = setup_.mirror == nullptr || mirror_failed_ || !setup_.acknowledges;
  // `self` keeps the buffer and the writer alive should this task be cancelled while the disk is busy.
  Written written = co_await run_on(context_.env.disk_pool, [self = shared_from_this(), batch = std::move(batch), verify, sync] {
    Written out;
    std::vector<transfer::Packet> data;
    for (const auto& packet : batch) {
      if (packet.header.seqno != transfer::kHeartbeatSeqno) data.push_back(packet);
    }
    const int64_t before = self->writer_->bytes_on_disk();
    out.outcome = self->writer_->write(data, self->setup_.client_checksum, verify, out.packets);
    self->context_.metrics.bytes_written += self->writer_->bytes_on_disk() - before;
    if (out.outcome && sync) {
      out.outcome = self->writer_->sync();
      ++self->context_.metrics.fsyncs;
    }
    return out;
  });
  if (failed_) co_return error(StatusCode::kIo, failure_);
  if (!written.outcome && written.outcome.error().code() != StatusCode::kCorruption) {
    if (written.outcome.error().code() == StatusCode::kIo) co_await check_volumes(context_);
    co_return written.outcome;
  }
  size_t good = written.packets;
  for (Pending& entry : entries) {
    if (entry.seqno != transfer::kHeartbeatSeqno && !written.outcome && good-- == 0) {
      entry.status = hadoop::hdfs::ERROR_CHECKSUM;
      checksum_failed_ = true;
    }
    if (setup_.acknowledges) pending_.push_back(entry);
    if (checksum_failed_) break;
  }
  if (checksum_failed_) ++context_.metrics.blocks_verified_bad;
  changed_.notify_all();
  while (pending_.size() > kPendingMax && !failed_) co_await changed_.wait(kNever);
  co_return written.outcome;
}

Task<void> BlockReceiver::respond(std::shared_ptr<BlockReceiver> self) {
  struct Ended {  // also when the task is cancelled, so that receive() never waits in vain
    BlockReceiver& receiver;
    ~Ended() {
      receiver.responder_ended_ = true;
      receiver.changed_.notify_all();
    }
  } ended{*self};
  while (co_await self->next_pending()) {
    const Pending pending = self->pending_.front();
    self->pending_.pop_front();
    if (!co_await self->answer(pending)) break;
  }
}

// True when there is a packet to answer; false when there will be none.
Task<bool> BlockReceiver::next_pending() {
  while (!failed_) {
    if (!pending_.empty()) co_return true;
    co_await flush_acks();
    if (!pending_.empty()) continue;
    if (block_done_ || failed_ || checksum_failed_) co_return false;
    co_await changed_.wait(kNever);
  }
  co_return false;
}

Task<void> BlockReceiver::flush_acks() {
  if (acks_.empty() || failed_) co_return;
  const std::string bytes = std::exchange(acks_, {});
  const auto written =
      co_await setup_.upstream->stream->write(bytes, context_.env.clock.after(context_.config.write_timeout(setup_.downstream)));
  if (!written) fail("acknowledging failed: " + written.error().message());
}

// This node's reply and those downstream.
Task<transfer::PipelineAck> BlockReceiver::collect(Pending pending) {
  transfer::PipelineAck ack;
  ack.seqno = pending.seqno;
  ack.replies = {pending.status};
  if (!setup_.mirror) co_return ack;
  if (!mirror_failed_ && pending.forwarded) {
    if (setup_.mirror->in.view().empty()) co_await flush_acks();
    const Deadline deadline = context_.env.clock.after(context_.config.read_timeout(setup_.downstream));
    const auto below = co_await transfer::read_pipeline_ack(setup_.mirror->in, deadline);
    if (below && (below->seqno == pending.seqno || below->seqno == transfer::kUnknownSeqno)) {
      ack.seqno = below->seqno;
      ack.downstream_nanos = below->downstream_nanos;
      ack.replies.insert(ack.replies.end(), below->replies.begin(), below->replies.end());
      co_return ack;
    }
    LOG_INFO("{}: no acknowledgement of packet {} from the mirror: {}", writer_->block().name(), pending.seqno,
             below ? fmt::format("it is of {}", below->seqno) : below.error().message());
    mirror_failed_ = true;
  }
  ack.seqno = transfer::kUnknownSeqno;
  ack.replies.push_back(hadoop::hdfs::ERROR);
  co_return ack;
}

// Collects, notes and queues one acknowledgement. False when it was the last, or nothing more can be acknowledged.
Task<bool> BlockReceiver::answer(Pending pending) {
  const transfer::PipelineAck ack = co_await collect(pending);
  if (failed_) co_return false;
  if (ack.replies.size() > 1 && ack.replies[1] == hadoop::hdfs::ERROR_CHECKSUM) {
    fail("the mirror found a bad checksum in what this DataNode sent or received");
    co_return false;
  }
  if (ack.restarting() < ack.replies.size()) {
    pending_.push_front(pending);  // out of band: the packet's own acknowledgement is yet to come
  } else {
    if (ack.success() && pending.end > writer_->progress()->acked()) writer_->progress()->set_acked(pending.end);
    if (pending.last && !co_await finalize()) co_return false;
  }
  acks_ += transfer::encode_pipeline_ack(ack);
  if (pending.status == hadoop::hdfs::ERROR_CHECKSUM) {
    // Time for those upstream to close first, so that the client blames this pipeline's data and not its last node.
    co_await flush_acks();
    co_await context_.env.clock.sleep_for(std::chrono::seconds(3));
    fail("a checksum was bad");
    co_return false;
  }
  if (!pending.last || ack.restarting() < ack.replies.size()) co_return true;
  co_await flush_acks();
  co_return false;
}

Task<bool> BlockReceiver::finalize() {
  const auto replica =
      co_await run_on(context_.env.disk_pool, [self = shared_from_this()] { return self->context_.dataset.finalize(*self->writer_); });
  if (!replica) {
    fail("finalizing failed: " + replica.error().message());
    co_await check_volumes(context_);
    co_return false;
  }
  ++context_.metrics.blocks_written;
  context_.notifier.notify(writer_->storage_uuid(), {replica->block(), ReceivedDeleted::kReceived, ""});
  LOG_INFO("received {} of {} bytes", replica->block().name(), replica->bytes);
  co_return true;
}

}  // namespace tusker::datanode
