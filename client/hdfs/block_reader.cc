#include "client/hdfs/block_reader.h"

#include <fmt/format.h>

#include <algorithm>

namespace tusker::client {
namespace {

using namespace hadoop::hdfs;  // NOLINT: the messages of one protocol

// A packet of ours has 256 KiB of data and 2 KiB of checksums; Java's have 64 KiB. Four of ours are given at once where that is wanted.
constexpr size_t kBufferBytes = 1040 << 10;

}  // namespace

Task<Result<std::unique_ptr<BlockReader>>> BlockReader::open(ClientContext& context, Range range, std::shared_ptr<DatanodePeer> reuse) {
  if (!reuse) {
    CO_TRY(reuse,
           co_await connect_datanode(context, range.node.id(), kBufferBytes, context.env.clock.after(context.settings.read_timeout(0))));
  }
  std::unique_ptr<BlockReader> reader(new BlockReader(context, std::move(range), std::move(reuse)));
  CO_TRY_VOID(co_await reader->request());
  co_return reader;
}

Task<Result<void>> BlockReader::request() {
  OpReadBlockProto op;
  set_header(*op.mutable_header(), context_, range_.block.b(), range_.block.blocktoken());
  op.set_offset(static_cast<uint64_t>(range_.offset));
  op.set_len(static_cast<uint64_t>(range_.length));
  op.set_sendchecksums(context_.settings.verify_checksums);
  Clock& clock = context_.env.clock;
  const std::string bytes = transfer::encode_op(transfer::Op::kReadBlock, op);
  CO_TRY_VOID(co_await peer_->stream->write(bytes, clock.after(context_.settings.write_timeout(0))));
  const Deadline deadline = clock.after(context_.settings.read_timeout(0));
  CO_TRY(const auto response, co_await transfer::read_delimited<BlockOpResponseProto>(peer_->in, deadline));
  if (response.status() != SUCCESS) {
    const StatusCode code = response.status() == ERROR_ACCESS_TOKEN ? StatusCode::kInvalidToken : StatusCode::kIo;
    co_return error(code, fmt::format("Got error, status={}, status message {}, for OP_READ_BLOCK, remote={}, for block {}",
                                      Status_Name(response.status()), response.message(), transfer_address(range_.node.id()),
                                      range_.block.b().blockid()));
  }
  const auto& info = response.readopchecksuminfo();
  CO_TRY(checksum_, transfer::DataChecksum::of(static_cast<int64_t>(info.checksum().type()), info.checksum().bytesperchecksum()));
  expected_offset_ = static_cast<int64_t>(info.chunkoffset());
  if (expected_offset_ > range_.offset || expected_offset_ <= range_.offset - checksum_.bytes_per_checksum()) {
    co_return error(StatusCode::kIo,
                    fmt::format("BlockReader: error in first chunk offset ({}) startOffset is {}", expected_offset_, range_.offset));
  }
  co_return Result<void>();
}

// Checks a packet of data and gives what of it lies in the range.
Result<std::string_view> BlockReader::accept(const transfer::Packet& packet) {
  const auto& header = packet.header;
  if (header.seqno != expected_seqno_ || header.offset_in_block != expected_offset_ || header.data_bytes == 0 ||
      static_cast<int64_t>(packet.checksums.size()) != checksum_.sums_bytes(header.data_bytes)) {
    return error(StatusCode::kIo, fmt::format("Incorrect packet {} at {} of {} bytes; expected {} at {}", header.seqno,
                                              header.offset_in_block, header.data_bytes, expected_seqno_, expected_offset_));
  }
  if (const auto bad = checksum_.first_mismatch(packet.data, packet.checksums)) {
    return error(StatusCode::kCorruption,
                 fmt::format("Checksum error: blk_{} at {}", range_.block.b().blockid(), header.offset_in_block + *bad));
  }
  ++expected_seqno_;
  expected_offset_ += header.data_bytes;
  // Runs are sent whole: the first may begin before the range, the last end after it.
  const auto before = static_cast<size_t>(std::max<int64_t>(0, position_ - header.offset_in_block));
  std::string_view data = packet.data.substr(std::min(before, packet.data.size()));
  const int64_t left = range_.offset + range_.length - position_;
  data = data.substr(0, static_cast<size_t>(left));
  position_ += static_cast<int64_t>(data.size());
  return data;
}

Task<Result<std::string_view>> BlockReader::next() {
  if (failure_) co_return error(*failure_);
  const Deadline deadline = context_.env.clock.after(context_.settings.read_timeout(0));
  if (done()) {
    CO_TRY_VOID(co_await finish(true));
    co_return std::string_view();
  }
  std::string_view data;
  while (data.empty()) {  // small packets may end before the range begins
    CO_TRY(const transfer::Packet packet, co_await transfer::read_packet(peer_->in, deadline));
    CO_TRY(data, co_await take(packet));
  }
  co_return data;
}

Task<std::string_view> BlockReader::next_behind() {
  if (done() || failure_) co_return std::string_view();
  const Deadline deadline = context_.env.clock.after(context_.settings.read_timeout(0));
  auto packet = co_await transfer::read_packet_behind(peer_->in, deadline);
  if (packet && !*packet) co_return std::string_view();
  auto data = packet ? co_await take(**packet) : Result<std::string_view>(error(std::move(packet).error()));
  if (data) co_return *data;
  failure_ = std::move(data).error();
  co_return std::string_view();
}

// What of a packet of data lies in the range.
Task<Result<std::string_view>> BlockReader::take(transfer::Packet packet) {
  if (packet.header.last_in_block) {
    co_return error(StatusCode::kIo,
                    fmt::format("the DataNode's data ends at {}, before the {} asked for", position_, range_.offset + range_.length));
  }
  CO_TRY(const std::string_view data, accept(packet));
  // The end mark has mostly come with the data; taking it now makes the connection free for another block.
  if (done()) CO_TRY_VOID(co_await finish(false));
  co_return data;
}

// Takes the empty last packet and tells the DataNode that all is well. Without `wait` only if the packet is there already, so that views
// into the buffer stay good.
Task<Result<void>> BlockReader::finish(bool wait) {
  if (finished_) co_return Result<void>();
  Clock& clock = context_.env.clock;
  std::optional<transfer::Packet> last;
  if (wait) {
    CO_TRY(last, co_await transfer::read_packet(peer_->in, clock.after(context_.settings.read_timeout(0))));
  } else {
    CO_TRY(last, transfer::buffered_packet(peer_->in));
    if (!last) co_return Result<void>();
  }
  if (!last->header.last_in_block || last->header.data_bytes != 0) {
    co_return error(StatusCode::kIo, "Expected empty end-of-read packet!");
  }
  ClientReadStatusProto status;
  status.set_status(checksum_.size() > 0 ? CHECKSUM_OK : SUCCESS);
  const std::string bytes = transfer::encode_delimited(status);
  // A DataNode that is gone by now has done its work all the same.
  finished_ = (co_await peer_->stream->write(bytes, clock.after(context_.settings.write_timeout(0)))).has_value();
  co_return Result<void>();
}

std::shared_ptr<DatanodePeer> BlockReader::take_peer() { return finished_ ? std::exchange(peer_, nullptr) : nullptr; }

}  // namespace tusker::client
