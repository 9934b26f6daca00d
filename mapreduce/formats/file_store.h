#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"

// A file system as jobs see it (org.apache.hadoop.fs.FileSystem): HDFS or local files. Its calls block, so they are made on the disk pool
// or on a thread of their own, never on a network thread: the engine that sorts and merges is plain synchronous code.

namespace tusker::mapreduce {

struct StoreStatus {
  std::string path;  // absolute, without scheme
  bool is_directory = false;
  int64_t length = 0;
  int64_t block_bytes = 0;
  int64_t mtime_ms = 0;
  std::string owner;
  uint16_t permission = 0;
};

// A run of a file's bytes and the hosts that hold it, nearest first.
struct StoreLocation {
  int64_t offset = 0;
  int64_t length = 0;
  std::vector<std::string> hosts;
};

// Bytes of one file in order. One thread at a time.
class ByteSource {
 public:
  virtual ~ByteSource() = default;
  // The next bytes, valid until the next call; empty at the end.
  virtual Result<std::string_view> next() = 0;
};

// A new file. One thread at a time. Without close() what was written may be lost.
class ByteSink {
 public:
  virtual ~ByteSink() = default;
  virtual Result<void> write(std::string_view bytes) = 0;
  virtual Result<void> close() = 0;
};

// What went through a store: the `File System Counters` of a job.
struct StoreStatistics {
  std::atomic<int64_t> bytes_read{0};
  std::atomic<int64_t> bytes_written{0};
  std::atomic<int64_t> read_ops{0};
  std::atomic<int64_t> write_ops{0};
};

struct SinkOptions {
  bool overwrite = false;
  uint16_t permission = 0644;
  int16_t replication = 0;  // 0: the default
};

// Any thread that may block. Paths are absolute, without scheme. Errors name the path.
class FileStore {
 public:
  virtual ~FileStore() = default;
  // "hdfs" or "file".
  virtual std::string_view scheme() const = 0;
  // The path as others name it: "hdfs://host:8020/a", "file:/a".
  virtual std::string qualify(std::string_view path) const = 0;
  // Reads from `offset`. Up to `end` it reads ahead by large pieces, beyond it by small ones.
  virtual Result<std::unique_ptr<ByteSource>> open(const std::string& path, int64_t offset, int64_t end) = 0;
  virtual Result<std::unique_ptr<ByteSink>> create(const std::string& path, SinkOptions options) = 0;
  // nullopt when there is no such path.
  virtual Result<std::optional<StoreStatus>> status(const std::string& path) = 0;
  // Entries of a directory in name order; a file gives itself.
  virtual Result<std::vector<StoreStatus>> list(const std::string& path) = 0;
  virtual Result<std::vector<StoreLocation>> locations(const std::string& path, int64_t offset, int64_t length) = 0;
  virtual Result<void> make_directories(const std::string& path, uint16_t permission) = 0;
  // No error when the path is missing.
  virtual Result<void> remove(const std::string& path) = 0;
  // `to` must not exist; its parent must.
  virtual Result<void> rename(const std::string& from, const std::string& to) = 0;
  virtual Result<void> set_permission(const std::string& path, uint16_t permission) = 0;

  StoreStatistics& statistics() { return statistics_; }
  // Whole small files. kIo when it is longer than `bytes_max`.
  Result<std::string> read_file(const std::string& path, int64_t bytes_max);
  Result<void> write_file(const std::string& path, std::string_view content, SinkOptions options);

 protected:
  StoreStatistics statistics_;
};

// "/a/b" of "/a/b/c", "/" of "/a".
std::string store_parent(std::string_view path);
// "c" of "/a/b/c".
std::string_view store_name(std::string_view path);
// Without empty and "." components; ".." is resolved.
std::string normal_path(std::string_view path);

}  // namespace tusker::mapreduce
