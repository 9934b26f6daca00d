#include "client/hdfs/file_output_stream.h"

#include <fmt/format.h>
#include <boost/asio/post.hpp>

#include <algorithm>

#include "hdfs/ClientNamenodeProtocol.pb.h"

namespace tusker::client {
namespace {

using namespace hadoop::hdfs;  // NOLINT: the messages of one protocol

constexpr Duration kCompletePauseFirst = std::chrono::milliseconds(2);
constexpr Duration kCompletePauseMax = std::chrono::milliseconds(400);
constexpr Duration kCompletePatience = std::chrono::seconds(25);

}  // namespace

FileOutputStream::FileOutputStream(ClientContext& context, StreamedFile file, int64_t packet_bytes, Executor strand)
    : context_(context), strand_(strand) {
  const int64_t run = file.checksum.bytes_per_checksum();
  const int64_t body = packet_bytes - static_cast<int64_t>(transfer::kPacketHeadBytesMax);
  packet_data_bytes_ = std::max<int64_t>(1, body / (run + file.checksum.size())) * run;
  streamer_ = std::make_shared<DataStreamer>(context, std::move(file), std::move(strand));
  streamer_->start();
  context_.file_opened();
}

FileOutputStream::~FileOutputStream() {
  if (!closed_) context_.file_closed();
  asio::post(strand_, [streamer = streamer_] { streamer->close(); });
}

// A packet for the bytes that come next: up to the block's end, and, after a flush within a checksum run, beginning with that run.
void FileOutputStream::begin_packet() {
  packet_ = streamer_->take_free(packet_data_bytes_);
  const int64_t left = streamer_->file().block_bytes - block_offset_;
  packet_->reset(next_seqno_, block_offset_, std::min(packet_data_bytes_, left));
  packet_->append(partial_run_);
}

Task<Result<void>> FileOutputStream::write(std::string_view bytes) {
  if (closed_) co_return error(StatusCode::kIo, "Stream closed.");
  while (!bytes.empty()) {
    if (!packet_) begin_packet();
    bytes.remove_prefix(packet_->append(bytes));
    if (packet_->room() > 0) continue;
    CO_TRY_VOID(co_await send_packet(false));
    if (block_offset_ == streamer_->file().block_bytes) CO_TRY_VOID(co_await end_block());
  }
  co_return Result<void>();
}

Task<Result<void>> FileOutputStream::send_packet(bool sync) {
  const int64_t run = streamer_->file().checksum.bytes_per_checksum();
  packet_->header.sync_block = sync;
  packet_->seal();
  const auto rest = static_cast<size_t>(packet_->end_offset() % run);
  const std::string_view data = packet_->data();
  partial_run_.assign(data.substr(data.size() - rest));
  block_offset_ = packet_->end_offset() - static_cast<int64_t>(rest);
  ++next_seqno_;
  co_return co_await streamer_->enqueue(std::move(packet_));
}

// The empty packet that ends a block. Blocks needn't end with a full run.
Task<Result<void>> FileOutputStream::end_block() {
  WritePacketPtr last = streamer_->take_free(packet_data_bytes_);
  last->reset(next_seqno_++, block_offset_ + static_cast<int64_t>(partial_run_.size()), 0);
  last->header.last_in_block = true;
  last->seal();
  CO_TRY_VOID(co_await streamer_->enqueue(std::move(last)));
  block_offset_ = 0;
  partial_run_.clear();
  block_persisted_ = false;
  co_return Result<void>();
}

Task<Result<void>> FileOutputStream::flush(bool sync) {
  if (closed_) co_return error(StatusCode::kIo, "Stream closed.");
  const bool fresh = packet_ && packet_->data().size() > partial_run_.size();
  const bool in_block = block_offset_ > 0 || !partial_run_.empty();
  if (fresh) {
    CO_TRY_VOID(co_await send_packet(sync));
  } else if (sync && in_block) {
    // Nothing new, but what was sent is to be on the media: an empty packet says so.
    WritePacketPtr empty = streamer_->take_free(packet_data_bytes_);
    empty->reset(next_seqno_++, block_offset_ + static_cast<int64_t>(partial_run_.size()), 0);
    empty->header.sync_block = true;
    empty->seal();
    CO_TRY_VOID(co_await streamer_->enqueue(std::move(empty)));
  }
  CO_TRY_VOID(co_await streamer_->wait_acked(next_seqno_ - 1));
  streamer_->note_flushed();
  co_return co_await persist_blocks();
}

// The first flush of a block makes the NameNode's list of blocks durable, so that readers find it (ClientProtocol.fsync).
Task<Result<void>> FileOutputStream::persist_blocks() {
  if (block_persisted_ || !streamer_->block()) co_return Result<void>();
  FsyncRequestProto request;
  request.set_src(streamer_->file().path);
  request.set_client(context_.client_name);
  request.set_lastblocklength(-1);
  request.set_fileid(streamer_->file().file_id);
  CO_TRY_VOID(co_await context_.call<FsyncResponseProto>("fsync", request));
  block_persisted_ = true;
  co_return Result<void>();
}

Task<Result<void>> FileOutputStream::close() {
  if (closed_) co_return close_outcome_;
  closed_ = true;
  context_.file_closed();
  close_outcome_ = error(StatusCode::kIo, "Stream closed.");  // should the task be cancelled meanwhile
  close_outcome_ = co_await finish();
  co_return close_outcome_;
}

Task<Result<void>> FileOutputStream::finish() {
  if (packet_ && packet_->data().size() > partial_run_.size()) CO_TRY_VOID(co_await send_packet(false));
  if (block_offset_ > 0 || !partial_run_.empty()) CO_TRY_VOID(co_await end_block());
  CO_TRY_VOID(co_await streamer_->wait_acked(next_seqno_ - 1));
  auto completed = co_await complete();
  streamer_->close();
  co_return completed;
}

// Asks until enough replicas have been reported.
Task<Result<void>> FileOutputStream::complete() {
  CompleteRequestProto request;
  request.set_src(streamer_->file().path);
  request.set_clientname(context_.client_name);
  request.set_fileid(streamer_->file().file_id);
  if (streamer_->block()) *request.mutable_last() = *streamer_->block();
  const Deadline patience = context_.env.clock.after(kCompletePatience);
  for (Duration pause = kCompletePauseFirst;; pause = std::min(2 * pause, kCompletePauseMax)) {
    CO_TRY(const auto response, co_await context_.call<CompleteResponseProto>("complete", request));
    if (response.result()) co_return Result<void>();
    if (context_.env.clock.now() > patience) {
      co_return error(StatusCode::kIo, fmt::format("Unable to close file because the last block blk_{} does not have enough number of "
                                                   "replicas.",
                                                   request.last().blockid()));
    }
    co_await context_.env.clock.sleep_for(pause);
  }
}

}  // namespace tusker::client
