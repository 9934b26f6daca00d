#include "client/hdfs/data_streamer.h"

#include <fmt/format.h>
#include <boost/asio/post.hpp>

#include <algorithm>

#include "common/log/log.h"
#include "common/transfer/pipeline_ack.h"

namespace tusker::client {
namespace {

// Packets that go out in one write.
constexpr size_t kPacketsPerWrite = 16;
// A writer that fills packets faster than they are sent lets the sender have a turn after so many.
constexpr size_t kPacketsPerTurn = 16;
// DataNodes have timeouts of their own.
constexpr Duration kHeartbeatMax = std::chrono::seconds(30);

}  // namespace

DataStreamer::DataStreamer(ClientContext& context, StreamedFile file, Executor strand)
    : context_(context), file_(std::move(file)), strand_(std::move(strand)), changed_(context.env.clock) {}

void DataStreamer::start() { context_.tasks.spawn(strand_, run(shared_from_this())); }

void DataStreamer::close() {
  closed_ = true;
  drop_pipeline();
  changed_.notify_all();
}

void DataStreamer::fail(Status why) {
  if (!failure_) failure_ = std::move(why);
  drop_pipeline();
  changed_.notify_all();
}

WritePacketPtr DataStreamer::take_free(int64_t data_bytes_max) {
  if (free_.empty()) return std::make_unique<WritePacket>(file_.checksum, data_bytes_max);
  WritePacketPtr packet = std::move(free_.back());
  free_.pop_back();
  return packet;
}

void DataStreamer::recycle(WritePacketPtr packet) {
  if (free_.size() < context_.settings.packets_in_flight_max) free_.push_back(std::move(packet));
}

Task<Result<void>> DataStreamer::enqueue(WritePacketPtr packet) {
  while (!failure_ && !closed_ && data_queue_.size() + ack_queue_.size() >= context_.settings.packets_in_flight_max) {
    co_await changed_.wait(kNever);  // each acknowledgement, and each failure, has its deadline
  }
  if (failure_) co_return error(*failure_);
  if (closed_) co_return error(StatusCode::kIo, "Stream closed.");
  data_queue_.push_back(std::move(packet));
  changed_.notify_all();
  if (data_queue_.size() >= kPacketsPerTurn) co_await asio::post(strand_, asio::use_awaitable);
  co_return Result<void>();
}

Task<Result<void>> DataStreamer::wait_acked(int64_t seqno) {
  while (!failure_ && !closed_ && acked_seqno_ < seqno) co_await changed_.wait(kNever);
  if (acked_seqno_ >= seqno) co_return Result<void>();
  if (failure_) co_return error(*failure_);
  co_return error(StatusCode::kIo, "Stream closed.");
}

Task<void> DataStreamer::run(std::shared_ptr<DataStreamer> self) {
  struct Gone {  // also when cancelled: nobody may wait for a streamer that is no more
    DataStreamer& streamer;
    ~Gone() { streamer.fail(Status(StatusCode::kIo, "Stream closed.")); }
  } gone{*self};
  self->last_sent_ = self->context_.env.clock.now();
  while (!self->closed_ && !self->failure_) {
    if (auto stepped = co_await self->step(); !stepped) self->fail(std::move(stepped).error());
  }
}

// One thing that is to be done next, or a wait for it.
Task<Result<void>> DataStreamer::step() {
  if (broken_) co_return co_await recover();
  const Duration heartbeat = std::min(context_.settings.socket_timeout / 2, kHeartbeatMax);
  if (data_queue_.empty()) {
    const bool woken = co_await changed_.wait(pipeline_ ? last_sent_ + heartbeat : kNever);
    if (!woken && pipeline_ && !broken_) co_return co_await send_heartbeat();
    co_return Result<void>();
  }
  if (!pipeline_) CO_TRY_VOID(co_await set_up_new_block());
  if (data_queue_.front()->header.last_in_block) co_return co_await finish_block();
  co_return co_await send_front();
}

void DataStreamer::use_pipeline(std::shared_ptr<DatanodePeer> peer) {
  pipeline_ = std::make_shared<Pipeline>(Pipeline{std::move(peer)});
  broken_ = false;
  last_sent_ = context_.env.clock.now();
  context_.tasks.spawn(strand_, respond(shared_from_this(), pipeline_));
}

void DataStreamer::drop_pipeline() {
  if (!pipeline_) return;
  pipeline_->abandoned = true;
  pipeline_->peer->stream->close();
  pipeline_ = nullptr;
}

void DataStreamer::pipeline_failed(Pipeline& pipeline, size_t bad_index, const std::string& why) {
  if (pipeline.abandoned || broken_) return;
  LOG_WARN("pipeline of blk_{} of {}: {}", block_ ? block_->blockid() : 0, file_.path, why);
  broken_ = true;
  bad_index_ = bad_index;
  broken_why_ = why;
  pipeline.peer->stream->close();  // ends a write that waits for a node that takes no more
  changed_.notify_all();
}

// Sends what is queued, up to the block's end, in one write.
Task<Result<void>> DataStreamer::send_front() {
  const auto pipeline = pipeline_;
  std::vector<std::string_view> parts;
  while (!data_queue_.empty() && parts.size() < kPacketsPerWrite && !data_queue_.front()->header.last_in_block) {
    WritePacket& packet = *data_queue_.front();
    parts.push_back(packet.encode());
    bytes_sent_ = std::max(bytes_sent_, packet.end_offset());
    ack_queue_.push_back(std::move(data_queue_.front()));
    data_queue_.pop_front();
  }
  changed_.notify_all();
  // The bytes stay where they are until the write is over: acknowledgements of them can't come before, except for those of a failure.
  const auto written =
      co_await pipeline->peer->stream->write_parts(parts, context_.env.clock.after(context_.settings.write_timeout(nodes_.size())));
  last_sent_ = context_.env.clock.now();
  if (!written) pipeline_failed(*pipeline, 0, written.error().message());
  co_return Result<void>();
}

Task<Result<void>> DataStreamer::send_heartbeat() {
  const auto pipeline = pipeline_;
  const std::string packet = transfer::encode_empty_packet({0, transfer::kHeartbeatSeqno, false, 0, false});
  const auto written =
      co_await pipeline->peer->stream->write(packet, context_.env.clock.after(context_.settings.write_timeout(nodes_.size())));
  last_sent_ = context_.env.clock.now();
  if (!written) pipeline_failed(*pipeline, 0, written.error().message());
  co_return Result<void>();
}

// The end of a block: it goes out when all before it is acknowledged, so that a failure then concerns it alone.
Task<Result<void>> DataStreamer::finish_block() {
  while (!ack_queue_.empty() && !broken_ && !closed_ && !failure_) co_await changed_.wait(kNever);  // acknowledgements have deadlines
  if (broken_ || closed_ || failure_) co_return Result<void>();
  const auto pipeline = pipeline_;
  const std::string packet(data_queue_.front()->encode());
  ack_queue_.push_back(std::move(data_queue_.front()));
  data_queue_.pop_front();
  const auto written =
      co_await pipeline->peer->stream->write(packet, context_.env.clock.after(context_.settings.write_timeout(nodes_.size())));
  if (!written) pipeline_failed(*pipeline, 0, written.error().message());
  while (!ack_queue_.empty() && !broken_ && !closed_ && !failure_) co_await changed_.wait(kNever);
  if (broken_ || closed_ || failure_) co_return Result<void>();
  end_block();
  co_return Result<void>();
}

void DataStreamer::end_block() {
  drop_pipeline();
  previous_block_ = block_;
  failed_nodes_.clear();
  bytes_sent_ = 0;
  broken_ = false;
}

// Takes acknowledgements until the block's last, or a failure.
Task<void> DataStreamer::respond(std::shared_ptr<DataStreamer> self, std::shared_ptr<Pipeline> pipeline) {
  const size_t nodes = self->nodes_.size();
  for (;;) {
    const Deadline deadline = self->context_.env.clock.after(self->context_.settings.read_timeout(nodes));
    const auto ack = co_await transfer::read_pipeline_ack(pipeline->peer->in, deadline);
    if (pipeline->abandoned) co_return;
    if (!ack) {
      self->pipeline_failed(*pipeline, 0, "no acknowledgement: " + ack.error().message());
      co_return;
    }
    if (!ack->success()) {
      const size_t bad = std::min(ack->first_bad(), nodes - 1);
      self->pipeline_failed(*pipeline, bad,
                            fmt::format("Bad response {} from datanode {}", hadoop::hdfs::Status_Name(ack->replies[bad]),
                                        transfer_address(self->nodes_.nodes[bad].id())));
      co_return;
    }
    if (ack->seqno == transfer::kHeartbeatSeqno) continue;
    const auto block_ended = self->take_ack(ack->seqno);
    if (!block_ended) self->pipeline_failed(*pipeline, 0, block_ended.error().message());
    if (!block_ended || *block_ended) co_return;  // after a block's last acknowledgement the DataNode closes
  }
}

// True when it was the block's last packet.
Result<bool> DataStreamer::take_ack(int64_t seqno) {
  if (ack_queue_.empty() || ack_queue_.front()->header.seqno != seqno) {
    return error(StatusCode::kIo, fmt::format("ResponseProcessor: Expecting seqno {} but received {}",
                                              ack_queue_.empty() ? -1 : ack_queue_.front()->header.seqno, seqno));
  }
  WritePacketPtr packet = std::move(ack_queue_.front());
  ack_queue_.pop_front();
  acked_seqno_ = seqno;
  recoveries_ = 0;
  block_->set_numbytes(std::max<uint64_t>(block_->numbytes(), static_cast<uint64_t>(packet->end_offset())));
  const bool last = packet->header.last_in_block;
  recycle(std::move(packet));
  changed_.notify_all();
  return last;
}

}  // namespace tusker::client
