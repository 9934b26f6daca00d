#include "client/hdfs/file_input_stream.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "common/log/log.h"
#include "hdfs/ClientDatanodeProtocol.pb.h"

namespace tusker::client {
namespace {

using namespace hadoop::hdfs;  // NOLINT: the messages of one protocol

// DataNodes keep a connection for 4 s.
constexpr Duration kIdlePeerMax = std::chrono::seconds(3);
constexpr Duration kAcquireWindow = std::chrono::seconds(3);  // dfs.client.retry.window.base

int64_t begin_of(const LocatedBlockProto& block) { return static_cast<int64_t>(block.offset()); }
int64_t end_of(const LocatedBlockProto& block) { return begin_of(block) + static_cast<int64_t>(block.b().numbytes()); }

}  // namespace

Task<Result<std::unique_ptr<InputStream>>> FileInputStream::open(ClientContext& context, std::string path) {
  std::unique_ptr<FileInputStream> stream(new FileInputStream(context, std::move(path)));
  CO_TRY_VOID(co_await stream->fetch_locations(0));
  co_return stream;
}

// Asks for the blocks from `offset` on, a prefetch's worth; at the file's opening for its length too.
Task<Result<void>> FileInputStream::fetch_locations(int64_t offset) {
  GetBlockLocationsRequestProto request;
  request.set_src(path_);
  request.set_offset(static_cast<uint64_t>(offset));
  request.set_length(static_cast<uint64_t>(context_.settings.prefetch_bytes));
  CO_TRY(const auto response, co_await context_.call<GetBlockLocationsResponseProto>("getBlockLocations", request));
  if (!response.has_locations()) co_return error(StatusCode::kFileNotFound, "File does not exist: " + path_);
  const bool first = blocks_.empty() && length_ == 0;
  for (const auto& block : response.locations().blocks()) blocks_.insert_or_assign(begin_of(block), block);
  if (first) co_return co_await find_length(response.locations());
  keep_length(response.locations());
  co_return Result<void>();
}

// Of a block that is being written the NameNode doesn't know how long it is: what was seen of it once can still be read.
void FileInputStream::keep_length(const LocatedBlocksProto& located) {
  if (!located.underconstruction() || !located.has_lastblock() || located.islastblockcomplete()) return;
  const LocatedBlockProto& last = located.lastblock();
  if (begin_of(last) >= length_) return;
  LocatedBlockProto& kept = blocks_.insert_or_assign(begin_of(last), last).first->second;
  kept.mutable_b()->set_numbytes(std::max(kept.b().numbytes(), static_cast<uint64_t>(length_ - begin_of(last))));
}

// A file being written is as long as its last block's replicas show.
Task<Result<void>> FileInputStream::find_length(LocatedBlocksProto located) {
  length_ = static_cast<int64_t>(located.filelength());
  if (!located.underconstruction() || !located.has_lastblock() || located.islastblockcomplete()) co_return Result<void>();
  LocatedBlockProto last = located.lastblock();
  if (last.locs_size() == 0) co_return Result<void>();
  CO_TRY(const int64_t visible, co_await visible_length(last));
  last.mutable_b()->set_numbytes(static_cast<uint64_t>(visible));
  blocks_.insert_or_assign(begin_of(last), last);
  length_ = begin_of(last) + visible;
  co_return Result<void>();
}

Task<Result<int64_t>> FileInputStream::visible_length(LocatedBlockProto block) {
  int not_found = 0;
  for (const auto& node : block.locs()) {
    const Endpoint at{context_.settings.use_datanode_hostname ? node.id().hostname() : node.id().ipaddr(),
                      static_cast<uint16_t>(node.id().ipcport())};
    rpc::Target target{at, "org.apache.hadoop.hdfs.protocol.ClientDatanodeProtocol", context_.namenode.user, std::nullopt};
    GetReplicaVisibleLengthRequestProto request;
    *request.mutable_block() = block.b();
    const auto response = co_await context_.rpc.call<GetReplicaVisibleLengthResponseProto>(
        target, "getReplicaVisibleLength", request, context_.env.clock.after(context_.settings.read_timeout(0)));
    if (response) co_return static_cast<int64_t>(response->length());
    if (response.error().code() == StatusCode::kReplicaNotFound) ++not_found;
    LOG_DEBUG("no visible length from {}: {}", transfer_address(node.id()), response.error().message());
  }
  if (not_found == block.locs_size()) co_return 0;  // nothing was written yet
  co_return error(StatusCode::kIo, fmt::format("Cannot obtain block length for LocatedBlock blk_{} of {}", block.b().blockid(), path_));
}

Task<Result<LocatedBlockProto>> FileInputStream::block_at(int64_t offset) {
  for (const bool fetched : {false, true}) {
    auto at = blocks_.upper_bound(offset);
    if (at != blocks_.begin() && end_of((--at)->second) > offset) co_return at->second;
    if (!fetched) CO_TRY_VOID(co_await fetch_locations(offset));
  }
  co_return error(StatusCode::kIo, fmt::format("Could not find target position {} of {}", offset, path_));
}

void FileInputStream::drop_reader() {
  if (reader_) {
    idle_peer_uuid_ = reader_->node().id().datanodeuuid();
    idle_peer_ = reader_->take_peer();
    idle_since_ = context_.env.clock.now();
  }
  reader_ = nullptr;
  pending_ = {};
}

// Waits a little and forgets what failed, a bounded number of times: DataNodes come back, and the NameNode may know others.
Task<Result<void>> FileInputStream::no_live_node(const LocatedBlockProto& block) {
  if (++failures_ > context_.settings.block_acquire_failures_max) {
    co_return error(StatusCode::kIo, fmt::format("Could not obtain block: {}:blk_{}_{} file={}", block.b().poolid(), block.b().blockid(),
                                                 block.b().generationstamp(), path_));
  }
  const int64_t window_ms = std::chrono::duration_cast<std::chrono::milliseconds>(kAcquireWindow).count();
  const auto wait_ms = static_cast<int64_t>(context_.env.random.below(static_cast<uint64_t>(window_ms))) + (failures_ - 1) * window_ms;
  LOG_INFO("no live replica of blk_{} of {}; asking the NameNode again in {} ms", block.b().blockid(), path_, wait_ms);
  co_await context_.env.clock.sleep_for(std::chrono::milliseconds(wait_ms));
  dead_.clear();
  corrupt_ = {};
  const int64_t offset = begin_of(block);
  blocks_.erase(offset);
  co_return co_await fetch_locations(offset);
}

Task<void> FileInputStream::note_failure(LocatedBlockProto block, DatanodeInfoProto node, tusker::Status why) {
  LOG_WARN("reading blk_{} of {} from {}: {}", block.b().blockid(), path_, transfer_address(node.id()), why.message());
  dead_.insert(node.id().datanodeuuid());
  if (why.code() != StatusCode::kCorruption) co_return;
  if (corrupt_.block.b().blockid() != block.b().blockid()) corrupt_ = {block, {}};
  corrupt_.uuids.insert(node.id().datanodeuuid());
  if (block.locs_size() == 1) co_await report_corrupt();
}

// Tells the NameNode which replicas were bad. Called when another was good, or there is but one: when all of many seem bad it is rather
// this machine that is.
Task<void> FileInputStream::report_corrupt() {
  const Corrupt corrupt = std::exchange(corrupt_, {});
  const LocatedBlockProto& block = corrupt.block;
  ReportBadBlocksRequestProto request;
  LocatedBlockProto* bad = request.add_blocks();
  *bad = block;
  bad->clear_locs();
  bad->clear_storagetypes();
  bad->clear_storageids();
  bad->clear_iscached();
  for (int i = 0; i < block.locs_size(); ++i) {
    if (!corrupt.uuids.contains(block.locs(i).id().datanodeuuid())) continue;
    *bad->add_locs() = block.locs(i);
    if (i < block.storagetypes_size()) bad->add_storagetypes(block.storagetypes(i));
    if (i < block.storageids_size()) bad->add_storageids(block.storageids(i));
  }
  const auto reported = co_await context_.call<ReportBadBlocksResponseProto>("reportBadBlocks", request);
  if (!reported) LOG_WARN("bad replicas of blk_{} can't be reported: {}", block.b().blockid(), reported.error().message());
}

Task<Result<void>> FileInputStream::open_reader(int64_t offset, int64_t length) {
  for (;;) {
    CO_TRY(LocatedBlockProto block, co_await block_at(offset));
    const DatanodeInfoProto* chosen = nullptr;
    for (const auto& node : block.locs()) {
      if (chosen == nullptr && !dead_.contains(node.id().datanodeuuid())) chosen = &node;
    }
    if (chosen == nullptr) {
      CO_TRY_VOID(co_await no_live_node(block));
      continue;
    }
    const int64_t in_block = offset - begin_of(block);
    BlockReader::Range range{block, *chosen, in_block, std::min(length, end_of(block) - offset)};
    std::shared_ptr<DatanodePeer> reuse;
    if (idle_peer_uuid_ == chosen->id().datanodeuuid() && context_.env.clock.now() - idle_since_ < kIdlePeerMax) {
      reuse = std::exchange(idle_peer_, nullptr);
      if (reuse && reuse->stream->peer_closed()) reuse = nullptr;
    }
    const bool reused = reuse != nullptr;
    auto opened = co_await BlockReader::open(context_, std::move(range), std::move(reuse));
    if (opened) {
      reader_ = std::move(*opened);
      reader_block_ = std::move(block);
      co_return Result<void>();
    }
    if (reused) continue;  // the kept connection had ended; a fresh one tells more
    co_await note_failure(block, *chosen, opened.error());
  }
}

Task<Result<void>> FileInputStream::fill(int64_t offset, int64_t length) {
  for (;;) {
    if (reader_ && reader_->done()) {
      static_cast<void>(co_await reader_->next());  // the end mark, so that the connection can be used again
      drop_reader();
    }
    if (reader_ && begin_of(reader_block_) + reader_->position() != offset) drop_reader();
    if (!reader_) CO_TRY_VOID(co_await open_reader(offset, length));
    auto data = co_await reader_->next();
    if (data && !data->empty()) {
      pending_ = *data;
      pending_offset_ = offset;
      failures_ = 0;
      if (!corrupt_.uuids.empty() && corrupt_.block.b().blockid() == reader_block_.b().blockid()) co_await report_corrupt();
      co_return Result<void>();
    }
    const DatanodeInfoProto node = reader_->node();
    const LocatedBlockProto block = reader_block_;
    drop_reader();
    if (!data) co_await note_failure(block, node, data.error());
  }
}

Task<Result<size_t>> FileInputStream::read_at(int64_t offset, MutableBytes into) {
  if (offset < 0) co_return error(StatusCode::kEof, "Cannot seek to negative offset");
  if (offset >= length_ || into.empty()) co_return 0;
  const int64_t pending_end = pending_offset_ + static_cast<int64_t>(pending_.size());
  if (pending_.empty() || offset < pending_offset_ || offset >= pending_end) {
    pending_ = {};
    const int64_t rest = length_ - offset;
    const bool in_sequence = offset == last_read_end_ || offset == 0;
    CO_TRY_VOID(co_await fill(offset, in_sequence ? rest : std::min(rest, static_cast<int64_t>(into.size()))));
  }
  const std::string_view from = pending_.substr(static_cast<size_t>(offset - pending_offset_));
  const size_t bytes = std::min(from.size(), into.size());
  std::memcpy(into.data(), from.data(), bytes);
  last_read_end_ = offset + static_cast<int64_t>(bytes);
  co_return bytes;
}

Task<Result<std::string_view>> FileInputStream::next_chunk() {
  if (position_ >= length_) co_return std::string_view();
  const int64_t pending_end = pending_offset_ + static_cast<int64_t>(pending_.size());
  if (pending_.empty() || position_ < pending_offset_ || position_ >= pending_end) {
    pending_ = {};
    CO_TRY_VOID(co_await fill(position_, length_ - position_));
  }
  const std::string_view chunk = pending_.substr(static_cast<size_t>(position_ - pending_offset_));
  position_ += static_cast<int64_t>(chunk.size());
  co_return chunk;
}

Task<Result<std::vector<std::string_view>>> FileInputStream::next_chunks() {
  std::vector<std::string_view> chunks;
  CO_TRY(const std::string_view first, co_await next_chunk());
  if (first.empty()) co_return chunks;
  chunks.push_back(first);
  // What is given has left the reader, so that its place and ours are one.
  while (reader_ && begin_of(reader_block_) + reader_->position() == position_ && position_ < length_) {
    const std::string_view more = co_await reader_->next_behind();
    if (more.empty()) break;
    chunks.push_back(more);
    position_ += static_cast<int64_t>(more.size());
  }
  co_return chunks;
}

void FileInputStream::seek(int64_t offset) { position_ = std::clamp<int64_t>(offset, 0, length_); }

}  // namespace tusker::client
