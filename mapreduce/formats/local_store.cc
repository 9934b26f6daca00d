#include "mapreduce/formats/local_store.h"

#include <algorithm>

#include <fmt/format.h>

namespace tusker::mapreduce {
namespace {

constexpr size_t kBufferBytes = 1 << 20;
constexpr size_t kTailBufferBytes = 64 << 10;

class LocalSource final : public ByteSource {
 public:
  LocalSource(std::unique_ptr<File> file, int64_t offset, int64_t end, StoreStatistics& statistics)
      : file_(std::move(file)), offset_(offset), end_(end), statistics_(statistics) {}

  Result<std::string_view> next() override {
    const int64_t left = end_ - offset_;
    buffer_.resize(left > 0 ? std::min<size_t>(kBufferBytes, static_cast<size_t>(left)) : kTailBufferBytes);
    TRY(size_t count, file_->read_at(offset_, buffer_));
    offset_ += static_cast<int64_t>(count);
    statistics_.bytes_read += static_cast<int64_t>(count);
    return std::string_view(buffer_).substr(0, count);
  }

 private:
  std::unique_ptr<File> file_;
  int64_t offset_;
  int64_t end_;
  StoreStatistics& statistics_;
  std::string buffer_;
};

class LocalSink final : public ByteSink {
 public:
  LocalSink(std::unique_ptr<File> file, StoreStatistics& statistics) : file_(std::move(file)), statistics_(statistics) {}

  Result<void> write(std::string_view bytes) override {
    TRY_VOID(file_->write_at(offset_, bytes));
    offset_ += static_cast<int64_t>(bytes.size());
    statistics_.bytes_written += static_cast<int64_t>(bytes.size());
    return {};
  }
  Result<void> close() override {
    file_.reset();
    return {};
  }

 private:
  std::unique_ptr<File> file_;
  int64_t offset_ = 0;
  StoreStatistics& statistics_;
};

}  // namespace

StoreStatus LocalStore::to_status(const std::string& path, const FileInfo& info) const {
  return {.path = path,
          .is_directory = info.is_directory,
          .length = info.is_directory ? 0 : info.size,
          .block_bytes = block_bytes_,
          .mtime_ms = info.mtime_ms,
          .owner = {},
          .permission = static_cast<uint16_t>(info.mode & 01777)};
}

Result<std::unique_ptr<ByteSource>> LocalStore::open(const std::string& path, int64_t offset, int64_t end) {
  TRY(auto info, disk_.stat(path));
  if (info.is_directory) return error(StatusCode::kFileNotFound, fmt::format("{} is a directory, not a file", path));
  TRY(auto file, disk_.open(path, OpenMode::kRead));
  ++statistics_.read_ops;
  return std::make_unique<LocalSource>(std::move(file), offset, end, statistics_);
}

Result<std::unique_ptr<ByteSink>> LocalStore::create(const std::string& path, SinkOptions options) {
  if (!options.overwrite && disk_.exists(path)) return error(StatusCode::kFileAlreadyExists, fmt::format("File already exists: {}", path));
  TRY_VOID(disk_.make_directories(store_parent(path)));
  TRY(auto file, disk_.open(path, OpenMode::kTruncate, options.permission));
  ++statistics_.write_ops;
  return std::make_unique<LocalSink>(std::move(file), statistics_);
}

Result<std::optional<StoreStatus>> LocalStore::status(const std::string& path) {
  ++statistics_.read_ops;
  auto info = disk_.stat(path);
  if (info) return to_status(path, *info);
  if (info.error().code() == StatusCode::kFileNotFound) return std::nullopt;
  return error(info.error());
}

Result<std::vector<StoreStatus>> LocalStore::list(const std::string& path) {
  TRY(auto info, disk_.stat(path));
  ++statistics_.read_ops;
  std::vector<StoreStatus> entries;
  if (!info.is_directory) {
    entries.push_back(to_status(path, info));
    return entries;
  }
  TRY(auto listed, disk_.list(path));
  for (const FileInfo& entry : listed) entries.push_back(to_status((path == "/" ? "" : path) + "/" + entry.name, entry));
  std::ranges::sort(entries, {}, &StoreStatus::path);
  return entries;
}

Result<std::vector<StoreLocation>> LocalStore::locations(const std::string&, int64_t offset, int64_t length) {
  return std::vector<StoreLocation>{{.offset = offset, .length = length, .hosts = {"localhost"}}};
}

Result<void> LocalStore::make_directories(const std::string& path, uint16_t permission) {
  ++statistics_.write_ops;
  return disk_.make_directories(path, permission);
}

Result<void> LocalStore::remove(const std::string& path) {
  ++statistics_.write_ops;
  return disk_.remove_tree(path);
}

Result<void> LocalStore::rename(const std::string& from, const std::string& to) {
  ++statistics_.write_ops;
  return disk_.rename(from, to);
}

// The process's umask has said who may read local files.
Result<void> LocalStore::set_permission(const std::string&, uint16_t) { return {}; }

}  // namespace tusker::mapreduce
