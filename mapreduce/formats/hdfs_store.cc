#include "mapreduce/formats/hdfs_store.h"

#include <algorithm>

#include "mapreduce/formats/block_on.h"

namespace tusker::mapreduce {
namespace {

constexpr size_t kBufferBytes = 1 << 20;
constexpr size_t kTailBufferBytes = 64 << 10;

StoreStatus to_status(client::FileStatus status) {
  return {.path = std::move(status.path),
          .is_directory = status.is_directory,
          .length = status.length,
          .block_bytes = status.block_bytes,
          .mtime_ms = status.mtime_ms,
          .owner = std::move(status.owner),
          .permission = status.permission};
}

// Fills `buffer` with the stream's next bytes, at most `limit`; empty at the end of the file.
Task<Result<std::string>> read_piece(client::InputStream* stream, int64_t offset, size_t limit, std::string buffer) {
  buffer.resize(limit);
  size_t filled = 0;
  while (filled < limit) {
    CO_TRY(size_t count, co_await stream->read_at(offset + static_cast<int64_t>(filled), MutableBytes(buffer).subspan(filled)));
    if (count == 0) break;
    filled += count;
  }
  buffer.resize(filled);
  co_return buffer;
}

class HdfsSource final : public ByteSource {
 public:
  HdfsSource(TaskGroup& tasks, Executor strand, std::unique_ptr<client::InputStream> stream, int64_t offset, int64_t end,
             StoreStatistics& statistics)
      : tasks_(tasks), strand_(std::move(strand)), stream_(std::move(stream)), offset_(offset), end_(end), statistics_(statistics) {}
  ~HdfsSource() override {
    // The read that is under way uses the stream.
    if (ahead_.valid()) static_cast<void>(wait_for(std::move(ahead_)));
  }

  Result<std::string_view> next() override {
    if (!ahead_.valid()) read_ahead();
    TRY(std::string piece, wait_for(std::move(ahead_)));
    std::swap(current_, piece);
    spare_ = std::move(piece);
    offset_ += static_cast<int64_t>(current_.size());
    statistics_.bytes_read += static_cast<int64_t>(current_.size());
    // Beyond the split's end only the rest of a line is wanted: nothing is read before it is asked for.
    if (!current_.empty() && offset_ < end_) read_ahead();
    return std::string_view(current_);
  }

 private:
  void read_ahead() {
    const int64_t left = end_ - offset_;
    const size_t limit = left > 0 ? std::min<size_t>(kBufferBytes, static_cast<size_t>(left)) : kTailBufferBytes;
    ahead_ = start_task(tasks_, strand_, read_piece(stream_.get(), offset_, limit, std::move(spare_)));
  }

  TaskGroup& tasks_;
  Executor strand_;
  std::unique_ptr<client::InputStream> stream_;
  int64_t offset_;
  int64_t end_;
  StoreStatistics& statistics_;
  std::string current_;
  std::string spare_;
  std::future<Result<std::string>> ahead_;
};

Task<Result<void>> write_piece(client::OutputStream* stream, std::string bytes) { co_return co_await stream->write(bytes); }

class HdfsSink final : public ByteSink {
 public:
  HdfsSink(TaskGroup& tasks, Executor strand, std::unique_ptr<client::OutputStream> stream, StoreStatistics& statistics)
      : tasks_(tasks), strand_(std::move(strand)), stream_(std::move(stream)), statistics_(statistics) {}
  ~HdfsSink() override { static_cast<void>(settle()); }

  Result<void> write(std::string_view bytes) override {
    statistics_.bytes_written += static_cast<int64_t>(bytes.size());
    buffer_.append(bytes);
    return buffer_.size() < kBufferBytes ? Result<void>() : send();
  }
  Result<void> close() override {
    TRY_VOID(send());
    TRY_VOID(settle());
    return block_on(tasks_, strand_, stream_->close());
  }

 private:
  Result<void> settle() { return behind_.valid() ? wait_for(std::move(behind_)) : Result<void>(); }
  Result<void> send() {
    TRY_VOID(settle());
    if (buffer_.empty()) return {};
    behind_ = start_task(tasks_, strand_, write_piece(stream_.get(), std::move(buffer_)));
    buffer_.clear();
    return {};
  }

  TaskGroup& tasks_;
  Executor strand_;
  std::unique_ptr<client::OutputStream> stream_;
  StoreStatistics& statistics_;
  std::string buffer_;
  std::future<Result<void>> behind_;
};

}  // namespace

Result<std::unique_ptr<HdfsStore>> HdfsStore::connect(Env& env, const config::Config& config, const std::string& uri, security::User user) {
  TRY(Endpoint namenode, client::namenode_endpoint(config, uri == "hdfs://" ? "" : uri));
  return std::make_unique<HdfsStore>(env, config, namenode, std::move(user));
}

HdfsStore::HdfsStore(Env& env, const config::Config& config, Endpoint namenode, security::User user)
    : namenode_(namenode), strand_(env.make_strand()), file_system_(env, config, namenode, std::move(user)), tasks_("hdfs store") {}

HdfsStore::~HdfsStore() = default;

std::string HdfsStore::qualify(std::string_view path) const { return "hdfs://" + namenode_.to_string() + std::string(path); }

Result<std::unique_ptr<ByteSource>> HdfsStore::open(const std::string& path, int64_t offset, int64_t end) {
  ++statistics_.read_ops;
  TRY(auto stream, block_on(tasks_, strand_, file_system_.open(path)));
  return std::make_unique<HdfsSource>(tasks_, strand_, std::move(stream), offset, end, statistics_);
}

Result<std::unique_ptr<ByteSink>> HdfsStore::create(const std::string& path, SinkOptions options) {
  ++statistics_.write_ops;
  client::CreateOptions create{.permission = options.permission, .overwrite = options.overwrite, .replication = options.replication};
  TRY(auto stream, block_on(tasks_, strand_, file_system_.create(path, create)));
  return std::make_unique<HdfsSink>(tasks_, strand_, std::move(stream), statistics_);
}

Result<std::optional<StoreStatus>> HdfsStore::status(const std::string& path) {
  ++statistics_.read_ops;
  TRY(auto status, block_on(tasks_, strand_, file_system_.status(path)));
  if (!status) return std::nullopt;
  status->path = path;
  return to_status(std::move(*status));
}

Result<std::vector<StoreStatus>> HdfsStore::list(const std::string& path) {
  ++statistics_.read_ops;
  TRY(auto entries, block_on(tasks_, strand_, file_system_.list(path)));
  std::vector<StoreStatus> listed;
  for (client::FileStatus& entry : entries) listed.push_back(to_status(std::move(entry)));
  return listed;
}

Result<std::vector<StoreLocation>> HdfsStore::locations(const std::string& path, int64_t offset, int64_t length) {
  ++statistics_.read_ops;
  TRY(auto blocks, block_on(tasks_, strand_, file_system_.block_locations(path, offset, length)));
  std::vector<StoreLocation> locations;
  for (client::BlockLocation& block : blocks) locations.push_back({block.offset, block.length, std::move(block.hosts)});
  return locations;
}

Result<void> HdfsStore::make_directories(const std::string& path, uint16_t permission) {
  ++statistics_.write_ops;
  TRY_VOID(block_on(tasks_, strand_, file_system_.mkdirs(path, permission, true)));
  return {};
}

Result<void> HdfsStore::remove(const std::string& path) {
  ++statistics_.write_ops;
  TRY_VOID(block_on(tasks_, strand_, file_system_.remove(path, true)));
  return {};
}

Result<void> HdfsStore::rename(const std::string& from, const std::string& to) {
  ++statistics_.write_ops;
  return block_on(tasks_, strand_, file_system_.rename_to(from, to, false));
}

Result<void> HdfsStore::set_permission(const std::string& path, uint16_t permission) {
  ++statistics_.write_ops;
  return block_on(tasks_, strand_, file_system_.set_permission(path, permission));
}

Task<void> HdfsStore::stop() {
  co_await tasks_.stop();
  co_await file_system_.stop();
}

}  // namespace tusker::mapreduce
