#include "common/env/real_disk.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

namespace tusker {
namespace {

std::unexpected<Status> system_error(const std::string& what, const std::string& path) {
  const int code = errno;
  const StatusCode status = code == ENOENT                    ? StatusCode::kFileNotFound
                            : code == EEXIST                  ? StatusCode::kFileAlreadyExists
                            : code == EACCES || code == EPERM ? StatusCode::kAccessControl
                                                              : StatusCode::kIo;
  return error(status, fmt::format("{} {}: {}", what, path, std::strerror(code)));
}

class RealFile final : public File {
 public:
  RealFile(int fd, std::string path) : fd_(fd), path_(std::move(path)) {}
  ~RealFile() override { ::close(fd_); }

  Result<size_t> read_at(int64_t offset, MutableBytes into) const override {
    size_t done = 0;
    while (done < into.size()) {
      const ssize_t n = ::pread(fd_, into.data() + done, into.size() - done, offset + static_cast<int64_t>(done));
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) return system_error("read", path_);
      if (n == 0) break;
      done += static_cast<size_t>(n);
    }
    return done;
  }
  Result<void> write_at(int64_t offset, std::string_view data) override {
    while (!data.empty()) {
      const ssize_t n = ::pwrite(fd_, data.data(), data.size(), offset);
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) return system_error("write", path_);
      data.remove_prefix(static_cast<size_t>(n));
      offset += n;
    }
    return {};
  }
  Result<int64_t> size() const override {
    struct stat info{};
    if (::fstat(fd_, &info) != 0) return system_error("stat", path_);
    return static_cast<int64_t>(info.st_size);
  }
  Result<void> truncate(int64_t length) override {
    if (::ftruncate(fd_, length) != 0) return system_error("truncate", path_);
    return {};
  }
  Result<void> sync() override {
    if (::fsync(fd_) != 0) return system_error("fsync", path_);
    return {};
  }
  void start_writeback(int64_t offset, int64_t length) override { ::sync_file_range(fd_, offset, length, SYNC_FILE_RANGE_WRITE); }
  int descriptor() const override { return fd_; }

 private:
  int fd_;
  std::string path_;
};

class RealFileLock final : public FileLock {
 public:
  explicit RealFileLock(int fd) : fd_(fd) {}
  ~RealFileLock() override { ::close(fd_); }

 private:
  int fd_;
};

int open_flags(OpenMode mode) {
  switch (mode) {
    case OpenMode::kRead:
      return O_RDONLY;
    case OpenMode::kReadWrite:
      return O_RDWR;
    case OpenMode::kCreate:
      return O_RDWR | O_CREAT;
    case OpenMode::kCreateExclusive:
      return O_RDWR | O_CREAT | O_EXCL;
    case OpenMode::kTruncate:
      return O_RDWR | O_CREAT | O_TRUNC;
  }
  return O_RDONLY;
}

FileInfo info_of(const std::string& name, const struct stat& s) {
  FileInfo info;
  info.name = name;
  info.is_directory = S_ISDIR(s.st_mode);
  info.is_symlink = S_ISLNK(s.st_mode);
  info.size = s.st_size;
  info.mtime_ms = s.st_mtim.tv_sec * 1000 + s.st_mtim.tv_nsec / 1'000'000;
  info.mode = s.st_mode & 07777;
  info.uid = s.st_uid;
  return info;
}

}  // namespace

Result<std::unique_ptr<File>> RealDisk::open(const std::string& path, OpenMode mode, uint32_t permission) {
  const int fd = ::open(path.c_str(), open_flags(mode) | O_CLOEXEC, permission);
  if (fd < 0) return system_error("open", path);
  return std::make_unique<RealFile>(fd, path);
}

Result<FileInfo> RealDisk::stat(const std::string& path) {
  struct stat s{};
  if (::stat(path.c_str(), &s) != 0) return system_error("stat", path);
  const size_t slash = path.rfind('/');
  return info_of(slash == std::string::npos ? path : path.substr(slash + 1), s);
}

Result<std::vector<FileInfo>> RealDisk::list(const std::string& path) {
  DIR* directory = ::opendir(path.c_str());
  if (directory == nullptr) return system_error("list", path);
  std::vector<FileInfo> entries;
  while (dirent* entry = ::readdir(directory)) {
    const std::string name = entry->d_name;
    if (name == "." || name == "..") continue;
    struct stat s{};
    if (::fstatat(::dirfd(directory), entry->d_name, &s, 0) != 0 &&
        ::fstatat(::dirfd(directory), entry->d_name, &s, AT_SYMLINK_NOFOLLOW) != 0) {
      continue;  // deleted meanwhile
    }
    entries.push_back(info_of(name, s));
  }
  ::closedir(directory);
  return entries;
}

Result<void> RealDisk::make_directories(const std::string& path, uint32_t permission) {
  if (path.empty() || path == "/") return {};
  if (::mkdir(path.c_str(), permission) == 0) return {};
  if (errno == EEXIST) {
    struct stat s{};
    if (::stat(path.c_str(), &s) == 0 && S_ISDIR(s.st_mode)) return {};
    errno = EEXIST;
    return system_error("make directory", path);
  }
  if (errno != ENOENT) return system_error("make directory", path);
  TRY_VOID(make_directories(parent_directory(path), permission));
  if (::mkdir(path.c_str(), permission) != 0 && errno != EEXIST) return system_error("make directory", path);
  return {};
}

Result<void> RealDisk::rename(const std::string& from, const std::string& to) {
  if (::rename(from.c_str(), to.c_str()) != 0) return system_error("rename to " + to + " of", from);
  return {};
}

Result<void> RealDisk::remove(const std::string& path) {
  if (::remove(path.c_str()) != 0) return system_error("remove", path);
  return {};
}

Result<void> RealDisk::remove_tree(const std::string& path) {
  std::error_code ec;
  std::filesystem::remove_all(path, ec);
  if (ec) return error(StatusCode::kIo, fmt::format("remove {}: {}", path, ec.message()));
  return {};
}

Result<void> RealDisk::sync_directory(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return system_error("open directory", path);
  const int rc = ::fsync(fd);
  const int code = errno;
  ::close(fd);
  errno = code;
  if (rc != 0) return system_error("fsync directory", path);
  return {};
}

Result<void> RealDisk::set_attributes(const std::string& path, uint32_t permission, int64_t mtime_ms) {
  if (::chmod(path.c_str(), permission) != 0) return system_error("change the mode of", path);
  const timespec time{mtime_ms / 1000, (mtime_ms % 1000) * 1'000'000};
  const timespec both[2] = {time, time};
  if (::utimensat(AT_FDCWD, path.c_str(), both, 0) != 0) return system_error("change the times of", path);
  return {};
}

Result<DiskSpace> RealDisk::space(const std::string& path) {
  struct statvfs s{};
  if (::statvfs(path.c_str(), &s) != 0) return system_error("statvfs", path);
  const auto unit = static_cast<int64_t>(s.f_frsize);
  return DiskSpace{static_cast<int64_t>(s.f_blocks) * unit, static_cast<int64_t>(s.f_bavail) * unit};
}

Result<std::unique_ptr<FileLock>> RealDisk::lock(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (fd < 0) return system_error("open", path);
  struct flock region{};
  region.l_type = F_WRLCK;
  region.l_whence = SEEK_SET;
  // Open file description locks: like Java's FileLock they conflict with fcntl locks of other processes, and die with the descriptor.
  if (::fcntl(fd, F_OFD_SETLK, &region) != 0) {
    ::close(fd);
    return error(StatusCode::kIo, fmt::format("Cannot lock storage {}. The directory is already locked", parent_directory(path)));
  }
  const std::string owner = fmt::format("{}@localhost", ::getpid());
  if (::ftruncate(fd, 0) != 0 || ::pwrite(fd, owner.data(), owner.size(), 0) < 0) {
    ::close(fd);
    return system_error("write", path);
  }
  return std::make_unique<RealFileLock>(fd);
}

}  // namespace tusker
