#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "client/hdfs/file_system.h"

namespace tusker::cli::dfs {

using client::FileStatus;

struct FilesystemSpace {
  uint64_t capacity = 0;
  uint64_t used = 0;
  uint64_t remaining = 0;
};

// A filesystem that the shell can name by a scheme (org.apache.hadoop.fs.FileSystem as FsShell uses it). Paths are absolute, without
// scheme. Errors have the texts that Hadoop's shell prints.
class Files {
 public:
  virtual ~Files() = default;

  // "hdfs://host:port", "file://": what stands before a path in its full form.
  virtual std::string prefix() const = 0;
  // What -df calls it (FileSystem.getUri).
  virtual std::string uri() const { return prefix(); }
  // The full form of a path, as messages have it.
  std::string qualified(const std::string& path) const { return prefix() + path; }
  virtual std::string working_directory() const = 0;
  virtual std::string home() const = 0;
  // The NameNode's client, or null: some commands are for HDFS alone.
  virtual client::FileSystem* hdfs() { return nullptr; }

  virtual Task<Result<std::optional<FileStatus>>> status(std::string path) = 0;
  virtual Task<Result<std::vector<FileStatus>>> list(std::string path) = 0;
  virtual Task<Result<std::unique_ptr<client::InputStream>>> open(std::string path) = 0;
  // Replaces what is there; the parent must exist. `lazy_persist`: one replica, which may stay in memory for a while, if there is such a
  // thing.
  virtual Task<Result<std::unique_ptr<client::OutputStream>>> create(std::string path, bool lazy_persist = false) = 0;
  virtual Task<Result<bool>> mkdirs(std::string path) = 0;
  virtual Task<Result<bool>> remove(std::string path, bool recursive) = 0;
  virtual Task<Result<bool>> rename(std::string from, std::string to) = 0;
  // rename() that puts the file in the place of another, in one step.
  virtual Task<Result<void>> replace(std::string from, std::string to) = 0;
  virtual Task<Result<bool>> set_replication(std::string path, int16_t replication) = 0;
  virtual Task<Result<void>> set_permission(std::string path, uint16_t permission) = 0;
  virtual Task<Result<void>> set_owner(std::string path, std::string owner, std::string group) = 0;
  virtual Task<Result<void>> set_times(std::string path, int64_t mtime_ms, int64_t atime_ms) = 0;
  virtual Task<Result<hadoop::hdfs::ContentSummaryProto>> content_summary(std::string path) = 0;
  virtual Task<Result<FilesystemSpace>> space() = 0;
  virtual Task<Result<bool>> may_access(std::string path, hadoop::hdfs::AclEntryProto::FsActionProto action) = 0;
  virtual Task<Result<std::vector<client::BlockLocation>>> block_locations(std::string path) = 0;
};

// "/a/b" of any spelling with empty, "." and ".." components taken out, as Hadoop's Path does.
std::string normalized(std::string_view path);

}  // namespace tusker::cli::dfs
