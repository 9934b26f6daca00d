#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/bytes.h"
#include "common/base/result.h"

namespace tusker {

// An open file. Calls block: make them on the `disk` pool. Different threads may read at once; writers keep to one at a time.
class File {
 public:
  virtual ~File() = default;
  // Reads at `offset` until `into` is full or the file ends; returns the bytes read.
  virtual Result<size_t> read_at(int64_t offset, MutableBytes into) const = 0;
  // Writes all of `data` at `offset`.
  virtual Result<void> write_at(int64_t offset, std::string_view data) = 0;
  virtual Result<int64_t> size() const = 0;
  virtual Result<void> truncate(int64_t length) = 0;
  // fsync: data and metadata are on the medium when this returns.
  virtual Result<void> sync() = 0;
  // Begins to write what is cached of a range to the medium, without waiting, so that a later sync() has less to do. A hint.
  virtual void start_writeback(int64_t offset, int64_t length) { static_cast<void>(offset), static_cast<void>(length); }
  // The descriptor for sendfile, or -1 where there is none (simulation).
  virtual int descriptor() const { return -1; }
};

enum class OpenMode : uint8_t {
  kRead,             // must exist
  kReadWrite,        // must exist
  kCreate,           // made if missing, kept if there
  kCreateExclusive,  // must not exist
  kTruncate,         // made if missing, emptied if there
};

struct FileInfo {
  std::string name;  // the last component
  bool is_directory = false;
  bool is_symlink = false;
  int64_t size = 0;
  int64_t mtime_ms = 0;
  uint32_t mode = 0;  // permission bits
  uint32_t uid = 0;
};

struct DiskSpace {
  int64_t capacity = 0;
  int64_t available = 0;  // to an unprivileged user
};

// An exclusive lock on a file, held while the object lives.
class FileLock {
 public:
  virtual ~FileLock() = default;
};

// The only door to local files. Calls block: make them on the `disk` pool. Errors name the path and say what the system said;
// a missing file is kFileNotFound.
class Disk {
 public:
  virtual ~Disk() = default;
  virtual Result<std::unique_ptr<File>> open(const std::string& path, OpenMode mode, uint32_t permission = 0644) = 0;
  virtual Result<FileInfo> stat(const std::string& path) = 0;
  // Entries in no order, without "." and "..".
  virtual Result<std::vector<FileInfo>> list(const std::string& path) = 0;
  virtual Result<void> make_directories(const std::string& path, uint32_t permission = 0755) = 0;
  virtual Result<void> rename(const std::string& from, const std::string& to) = 0;
  virtual Result<void> remove(const std::string& path) = 0;       // a file or an empty directory
  virtual Result<void> remove_tree(const std::string& path) = 0;  // no error if missing
  virtual Result<void> sync_directory(const std::string& path) = 0;
  // Permission bits and modification time.
  virtual Result<void> set_attributes(const std::string& path, uint32_t permission, int64_t mtime_ms) = 0;
  virtual Result<DiskSpace> space(const std::string& path) = 0;
  virtual Result<std::unique_ptr<FileLock>> lock(const std::string& path) = 0;

  bool exists(const std::string& path) { return stat(path).has_value(); }
  Result<std::string> read_file(const std::string& path, int64_t size_max = 64 << 20);
  // As make_directories, and each directory that is made survives a crash: its parent is synced.
  Result<void> make_durable_directories(const std::string& path, uint32_t permission = 0755);
  // Durable replacement: writes PATH.tmp, syncs it, renames it over `path`, syncs the directory.
  Result<void> replace_file(const std::string& path, std::string_view content, uint32_t permission = 0644);
};

// "/a/b" of "/a/b/c"; "." of a name without a slash.
std::string parent_directory(const std::string& path);

}  // namespace tusker
