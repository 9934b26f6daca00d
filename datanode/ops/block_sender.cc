#include "datanode/ops/block_sender.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "common/async/run_on.h"
#include "common/transfer/packet.h"
#include "datanode/ops/bad_replicas.h"

namespace tusker::datanode {
namespace {

constexpr int64_t kPacketDataBytes = 256 << 10;
// Ranges up to this go out in one write together with the answer before them.
constexpr int64_t kSmallBytes = 64 << 10;
// Checksums are fetched for so many bytes of data at a time.
constexpr int64_t kWindowBytes = 8 << 20;
constexpr auto kGrowthWait = std::chrono::seconds(3);
constexpr auto kGrowthPoll = std::chrono::milliseconds(20);

int64_t round_up(int64_t value, int64_t unit) { return (value + unit - 1) / unit * unit; }

Result<std::shared_ptr<ReplicaReader>> open_reader(FsDataset& dataset, Block block) {
  TRY(ReplicaReader reader, dataset.open_for_read(block));
  return std::make_shared<ReplicaReader>(std::move(reader));
}

// What is wrong with our own files.
std::unexpected<Status> damaged(const Replica& replica, std::string_view what) {
  return error(StatusCode::kCorruption, fmt::format("{} of {} bytes: {}", replica.block().name(), replica.bytes, what));
}

Result<std::string> read_data(const ReplicaReader& reader, int64_t at, int64_t bytes) {
  std::string data(static_cast<size_t>(bytes), '\0');
  const auto got = reader.data().read_at(at, MutableBytes(data));
  if (!got) return damaged(reader.replica(), got.error().message());
  if (*got < data.size()) return damaged(reader.replica(), "the block file is shorter");
  return data;
}

}  // namespace

BlockSender::BlockSender(DataNodeContext& context, std::shared_ptr<ReplicaReader> reader, int64_t begin, int64_t end, bool send_checksums)
    : context_(context),
      reader_(std::move(reader)),
      checksum_(send_checksums ? reader_->checksum() : transfer::DataChecksum(transfer::ChecksumType::kNull, 512)),
      begin_(begin),
      end_(end) {}

Task<Result<std::unique_ptr<BlockSender>>> BlockSender::open(DataNodeContext& context, Block block, int64_t offset, int64_t length,
                                                             Purpose purpose) {
  FsDataset& dataset = context.dataset;
  const Deadline patience = context.env.clock.after(kGrowthWait);
  std::shared_ptr<ReplicaReader> reader;
  for (;;) {
    auto opened = co_await run_on(context.env.disk_pool, [&dataset, block] { return open_reader(dataset, block); });
    if (!opened) {
      co_await note_open_failure(context, block.id, opened.error());
      co_return error(std::move(opened).error());
    }
    reader = std::move(*opened);
    const bool growing = reader->replica().activity != nullptr;
    const bool countable = offset >= 0 && length >= 0 && length <= std::numeric_limits<int64_t>::max() - offset;
    if (!countable || (!growing && offset + length > reader->bytes())) {
      co_return error(StatusCode::kIo, fmt::format(" Offset {} and length {} don't match block {}:{} ( blockLen {} )", offset, length,
                                                   dataset.namespace_info().block_pool_id, block.name(), reader->bytes()));
    }
    if (offset + length <= reader->bytes()) break;
    if (context.env.clock.now() >= patience) {
      co_return error(StatusCode::kIo, fmt::format("Need {} bytes, but only {} bytes available", offset + length, reader->bytes()));
    }
    co_await context.env.clock.sleep_for(kGrowthPoll);
  }
  if (!reader->has_checksums()) {
    co_await report_own_replica(context, reader->replica());
    if (purpose == Purpose::kCopy) co_return error(StatusCode::kFileNotFound, "Meta-data not found for " + block.name());
  }
  const int64_t run = reader->checksum().bytes_per_checksum();
  const int64_t begin = offset / run * run;
  const int64_t end = std::min(round_up(offset + length, run), reader->bytes());
  const bool send_checksums = purpose != Purpose::kReadWithoutChecksums;
  co_return std::unique_ptr<BlockSender>(new BlockSender(context, std::move(reader), begin, end, send_checksums));
}

Task<Result<void>> BlockSender::load_checksums(int64_t at) {
  window_begin_ = at;
  window_end_ = std::min(end_, at + kWindowBytes);
  CO_TRY(window_, co_await run_on(context_.env.disk_pool,
                                  [reader = reader_, begin = window_begin_, end = window_end_] { return reader->checksums(begin, end); }));
  co_return Result<void>();
}

Task<Result<void>> BlockSender::send_small(Stream& stream, std::string preface, Duration timeout) {
  struct Content {
    std::string sums;
    std::string data;
  };
  const bool with_sums = checksum_.size() > 0;
  const auto read = [reader = reader_, begin = begin_, end = end_, with_sums]() -> Result<Content> {
    Content content;
    if (with_sums) {
      TRY(content.sums, reader->checksums(begin, end));
    }
    TRY(content.data, read_data(*reader, begin, end - begin));
    return content;
  };
  CO_TRY(const Content content, co_await run_on(context_.env.disk_pool, read));
  char head[transfer::kPacketHeadBytesMax];
  std::string_view head_view;
  int64_t seqno = 0;
  if (!content.data.empty()) {
    const transfer::PacketHeader header{begin_, seqno++, false, static_cast<int32_t>(content.data.size()), false};
    const char* at = transfer::encode_packet_head(head + sizeof head, header, content.sums.size());
    head_view = {at, static_cast<size_t>(head + sizeof head - at)};
  }
  const std::string last = transfer::encode_empty_packet({end_, seqno, true, 0, false});
  const std::string_view parts[] = {preface, head_view, content.sums, content.data, last};
  CO_TRY_VOID(co_await stream.write_parts(parts, context_.env.clock.after(timeout)));
  co_return Result<void>();
}

// The system tells a file's error from the socket's in no way that is worth trusting: the file is asked again.
Task<Result<void>> BlockSender::send_data(Stream& stream, int64_t at, int64_t bytes, Duration timeout) {
  auto sent = co_await stream.send_file(reader_->data(), at, bytes, context_.env.clock.after(timeout));
  if (sent || sent.error().code() == StatusCode::kTimeout || sent.error().code() == StatusCode::kCancelled) co_return sent;
  CO_TRY_VOID(co_await run_on(context_.env.disk_pool, [reader = reader_, at, bytes] { return read_data(*reader, at, bytes); }));
  co_return sent;
}

Task<Result<void>> BlockSender::send(Stream& stream, std::string preface, Duration timeout) {
  auto sent = co_await send_packets(stream, std::move(preface), timeout);
  if (!sent && sent.error().code() == StatusCode::kCorruption) {
    co_await report_own_replica(context_, reader_->replica());
    co_await check_volumes(context_);
  }
  co_return sent;
}

Task<Result<void>> BlockSender::send_packets(Stream& stream, std::string preface, Duration timeout) {
  Clock& clock = context_.env.clock;
  context_.metrics.bytes_read += end_ - begin_;
  if (end_ - begin_ <= kSmallBytes) co_return co_await send_small(stream, std::move(preface), timeout);
  const int64_t run = checksum_.bytes_per_checksum();
  const int64_t packet_bytes = std::max(run, kPacketDataBytes / run * run);
  int64_t seqno = 0;
  for (int64_t at = begin_; at < end_;) {
    const int64_t bytes = std::min(packet_bytes, end_ - at);
    std::string_view sums;
    if (checksum_.size() > 0) {
      if (at + bytes > window_end_ || at < window_begin_) CO_TRY_VOID(co_await load_checksums(at));
      sums = std::string_view(window_).substr(static_cast<size_t>(checksum_.sums_bytes(at - window_begin_)),
                                              static_cast<size_t>(checksum_.sums_bytes(bytes)));
    }
    char head[transfer::kPacketHeadBytesMax];
    const char* head_at =
        transfer::encode_packet_head(head + sizeof head, {at, seqno++, false, static_cast<int32_t>(bytes), false}, sums.size());
    const std::string_view parts[] = {preface, {head_at, static_cast<size_t>(head + sizeof head - head_at)}, sums};
    CO_TRY_VOID(co_await stream.write_parts(parts, clock.after(timeout)));
    preface.clear();
    CO_TRY_VOID(co_await send_data(stream, at, bytes, timeout));
    at += bytes;
  }
  const std::string last = transfer::encode_empty_packet({end_, seqno, true, 0, false});
  CO_TRY_VOID(co_await stream.write(last, clock.after(timeout)));
  co_return Result<void>();
}

}  // namespace tusker::datanode
