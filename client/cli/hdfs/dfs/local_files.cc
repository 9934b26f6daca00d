#include "client/cli/hdfs/dfs/local_files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "common/async/run_on.h"
#include "common/transfer/checksum.h"

namespace tusker::cli::dfs {
namespace {

constexpr size_t kPieceBytes = 1 << 20;
constexpr int64_t kBlockBytes = 32 << 20;  // fs.local.block.size
constexpr int32_t kBytesPerChecksum = 512;

// Java's wording of a local failure: "/p (Permission denied)".
Status system_error(const std::string& path, int number) {
  const bool missing = number == ENOENT;
  return {missing ? StatusCode::kFileNotFound : StatusCode::kIo,
          fmt::format("{} ({})", path, std::error_code(number, std::generic_category()).message())};
}

std::string user_name(uid_t id) {
  std::array<char, 4096> buffer;
  passwd entry{};
  passwd* found = nullptr;
  ::getpwuid_r(id, &entry, buffer.data(), buffer.size(), &found);
  return found != nullptr ? found->pw_name : std::to_string(id);
}

std::string group_name(gid_t id) {
  std::array<char, 4096> buffer;
  group entry{};
  group* found = nullptr;
  ::getgrgid_r(id, &entry, buffer.data(), buffer.size(), &found);
  return found != nullptr ? found->gr_name : std::to_string(id);
}

int64_t milliseconds(const timespec& t) { return int64_t{t.tv_sec} * 1000 + t.tv_nsec / 1'000'000; }

Result<std::optional<FileStatus>> look_up(const std::string& path) {
  struct stat s{};
  if (::stat(path.c_str(), &s) != 0) {
    if (errno == ENOENT || errno == ENOTDIR) return std::optional<FileStatus>();
    return error(system_error(path, errno));
  }
  FileStatus out;
  out.path = path;
  out.is_directory = S_ISDIR(s.st_mode);
  out.length = s.st_size;
  out.replication = 1;
  out.block_bytes = kBlockBytes;
  out.mtime_ms = milliseconds(s.st_mtim);
  out.atime_ms = milliseconds(s.st_atim);
  out.permission = static_cast<uint16_t>(s.st_mode & 01777);
  out.owner = user_name(s.st_uid);
  out.group = group_name(s.st_gid);
  return out;
}

bool is_checksum_file(std::string_view name) { return name.starts_with('.') && name.ends_with(".crc"); }

std::string checksum_path(const std::string& path) {
  const size_t slash = path.rfind('/');
  return fmt::format("{}.{}.crc", path.substr(0, slash + 1), path.substr(slash + 1));
}

class LocalInput final : public client::InputStream {
 public:
  // `file` may be null: then `descriptor` belongs to the process (standard input).
  LocalInput(Env& env, std::shared_ptr<File> file, int descriptor, std::string path, int64_t length)
      : env_(env), file_(std::move(file)), descriptor_(descriptor), path_(std::move(path)), length_(length) {}

  int64_t length() const override { return length_; }

  Task<Result<size_t>> read_at(int64_t offset, MutableBytes into) override {
    co_return co_await run_on(env_.disk_pool, [file = file_, offset, into] { return file->read_at(offset, into); });
  }

  Task<Result<std::string_view>> next_chunk() override {
    const auto got = co_await run_on(env_.disk_pool, [file = file_, fd = descriptor_, buffer = buffer_]() -> std::pair<ssize_t, int> {
      for (;;) {
        const ssize_t n = ::read(fd, buffer->data(), buffer->size());
        if (n >= 0 || errno != EINTR) return {n, errno};
      }
    });
    if (got.first < 0) co_return error(system_error(path_, got.second));
    co_return std::string_view(*buffer_).substr(0, static_cast<size_t>(got.first));
  }

  void seek(int64_t offset) override { ::lseek(descriptor_, offset, SEEK_SET); }

 private:
  Env& env_;
  std::shared_ptr<File> file_;
  int descriptor_;
  std::string path_;
  int64_t length_;
  std::shared_ptr<std::string> buffer_ = std::make_shared<std::string>(kPieceBytes, '\0');
};

Result<int64_t> write_each(File& file, int64_t offset, const std::vector<std::string_view>& pieces) {
  int64_t written = 0;
  for (const std::string_view piece : pieces) {
    TRY_VOID(file.write_at(offset + written, piece));
    written += std::ssize(piece);
  }
  return written;
}

// Gathers what comes into large writes; large pieces are written from where they lie. Beside the data, if asked, Hadoop's checksum file:
// "crc\0", bytes per checksum, one CRC32 each.
class LocalOutput final : public client::OutputStream {
 public:
  LocalOutput(Env& env, std::shared_ptr<File> file, std::shared_ptr<File> sums)
      : env_(env), file_(std::move(file)), sums_file_(std::move(sums)) {
    data_->reserve(kPieceBytes + (1 << 17));
    if (sums_file_) sums_ = {'c', 'r', 'c', '\0', 0, 0, kBytesPerChecksum >> 8, kBytesPerChecksum & 0xff};
  }

  Task<Result<void>> write(std::string_view bytes) override {
    data_->append(bytes);
    if (data_->size() >= kPieceBytes) CO_TRY_VOID(co_await write_out());
    co_return Result<void>();
  }
  Task<Result<void>> write_pieces(std::vector<std::string_view> pieces, std::shared_ptr<const void> owner) override {
    size_t bytes = 0;
    for (const std::string_view piece : pieces) bytes += piece.size();
    if (sums_file_ || bytes < kPieceBytes / 2) co_return co_await OutputStream::write_pieces(std::move(pieces), std::move(owner));
    if (!data_->empty()) CO_TRY_VOID(co_await write_out());
    CO_TRY(const int64_t written,
           co_await run_on(env_.disk_pool, [file = file_, pieces, owner, at = offset_] { return write_each(*file, at, pieces); }));
    offset_ += written;
    co_return Result<void>();
  }
  Task<Result<void>> flush(bool sync) override {
    CO_TRY_VOID(co_await write_out());
    if (sync) CO_TRY_VOID(co_await run_on(env_.disk_pool, [file = file_] { return file->sync(); }));
    co_return Result<void>();
  }
  Task<Result<void>> close() override {
    CO_TRY_VOID(co_await write_out());
    if (!sums_file_) co_return Result<void>();
    if (!unsummed_.empty()) add_sums(unsummed_);
    co_return co_await run_on(env_.disk_pool, [file = sums_file_, sums = sums_] { return file->write_at(0, sums); });
  }

 private:
  void add_sums(std::string_view whole_runs) {
    const transfer::DataChecksum checksum(transfer::ChecksumType::kCrc32, kBytesPerChecksum);
    std::string sums(static_cast<size_t>(checksum.sums_bytes(std::ssize(whole_runs))), '\0');
    checksum.compute(whole_runs, MutableBytes(sums));
    sums_ += sums;
  }
  Task<Result<void>> write_out() {
    if (sums_file_) {
      unsummed_ += *data_;
      const size_t whole = unsummed_.size() / kBytesPerChecksum * kBytesPerChecksum;
      add_sums(std::string_view(unsummed_).substr(0, whole));
      unsummed_.erase(0, whole);
    }
    CO_TRY_VOID(co_await run_on(env_.disk_pool, [file = file_, data = data_, at = offset_] { return file->write_at(at, *data); }));
    offset_ += std::ssize(*data_);
    data_->clear();
    co_return Result<void>();
  }

  Env& env_;
  std::shared_ptr<File> file_;
  std::shared_ptr<File> sums_file_;
  std::shared_ptr<std::string> data_ = std::make_shared<std::string>();
  int64_t offset_ = 0;
  std::string unsummed_;
  std::string sums_;
};

Result<void> checked(int outcome, const std::string& path) {
  if (outcome != 0) return error(system_error(path, errno));
  return {};
}

Result<void> change_owner(const std::string& path, const std::string& owner, const std::string& group_text) {
  std::array<char, 4096> buffer;
  uid_t uid = static_cast<uid_t>(-1);
  gid_t gid = static_cast<gid_t>(-1);
  if (!owner.empty()) {
    passwd entry{};
    passwd* found = nullptr;
    ::getpwnam_r(owner.c_str(), &entry, buffer.data(), buffer.size(), &found);
    if (found == nullptr) return error(StatusCode::kIo, fmt::format("{}: there is no user {} on this machine", path, owner));
    uid = found->pw_uid;
  }
  if (!group_text.empty()) {
    group entry{};
    group* found = nullptr;
    ::getgrnam_r(group_text.c_str(), &entry, buffer.data(), buffer.size(), &found);
    if (found == nullptr) return error(StatusCode::kIo, fmt::format("{}: there is no group {} on this machine", path, group_text));
    gid = found->gr_gid;
  }
  return checked(::chown(path.c_str(), uid, gid), path);
}

timespec to_timespec(int64_t ms) {
  if (ms < 0) return {0, UTIME_OMIT};
  return {ms / 1000, ms % 1000 * 1'000'000};
}

// Adds what is at and below `path`.
Result<void> add_up(Disk& disk, const std::string& path, hadoop::hdfs::ContentSummaryProto& sum) {
  TRY(const FileInfo info, disk.stat(path));
  if (!info.is_directory) {
    sum.set_filecount(sum.filecount() + 1);
    sum.set_length(sum.length() + static_cast<uint64_t>(info.size));
    return {};
  }
  sum.set_directorycount(sum.directorycount() + 1);
  TRY(const auto entries, disk.list(path));
  for (const auto& entry : entries) {
    if (!is_checksum_file(entry.name)) TRY_VOID(add_up(disk, path + "/" + entry.name, sum));
  }
  return {};
}

}  // namespace

std::string LocalFiles::working_directory() const {
  std::array<char, 4096> path;
  return ::getcwd(path.data(), path.size()) == nullptr ? "/" : path.data();
}

std::string LocalFiles::home() const {
  std::array<char, 4096> buffer;
  passwd entry{};
  passwd* found = nullptr;
  ::getpwuid_r(::geteuid(), &entry, buffer.data(), buffer.size(), &found);
  return found != nullptr ? found->pw_dir : "/";
}

Task<Result<std::optional<FileStatus>>> LocalFiles::status(std::string path) {
  co_return co_await run_on(env_.disk_pool, [path] { return look_up(path); });
}

Task<Result<std::vector<FileStatus>>> LocalFiles::list(std::string path) {
  co_return co_await run_on(env_.disk_pool, [&disk = env_.disk, path]() -> Result<std::vector<FileStatus>> {
    std::vector<FileStatus> out;
    TRY(auto entries, disk.list(path));
    std::ranges::sort(entries, {}, &FileInfo::name);
    for (const auto& entry : entries) {
      if (is_checksum_file(entry.name)) continue;
      TRY(auto status, look_up((path == "/" ? "" : path) + "/" + entry.name));
      if (status) out.push_back(*std::move(status));
    }
    return out;
  });
}

Task<Result<std::unique_ptr<client::InputStream>>> LocalFiles::open(std::string path) {
  co_return co_await run_on(env_.disk_pool, [&env = env_, path]() -> Result<std::unique_ptr<client::InputStream>> {
    errno = 0;
    auto file = env.disk.open(path, OpenMode::kRead, 0);
    if (!file) return error(errno == 0 ? file.error() : system_error(path, errno));
    TRY(const auto status, look_up(path));
    const int descriptor = (*file)->descriptor();
    return std::make_unique<LocalInput>(env, *std::move(file), descriptor, path, status ? status->length : 0);
  });
}

Task<Result<std::unique_ptr<client::OutputStream>>> LocalFiles::create(std::string path, bool) {
  co_return co_await run_on(env_.disk_pool,
                            [&env = env_, path, with_sums = write_checksums_]() -> Result<std::unique_ptr<client::OutputStream>> {
                              errno = 0;
                              auto file = env.disk.open(path, OpenMode::kTruncate, 0666);
                              if (!file) return error(errno == 0 ? file.error() : system_error(path, errno));
                              std::shared_ptr<File> sums;
                              if (with_sums) {
                                TRY(sums, env.disk.open(checksum_path(path), OpenMode::kTruncate, 0666));
                              }
                              return std::make_unique<LocalOutput>(env, *std::move(file), std::move(sums));
                            });
}

Task<Result<bool>> LocalFiles::mkdirs(std::string path) {
  CO_TRY_VOID(co_await run_on(env_.disk_pool, [&disk = env_.disk, path] { return disk.make_directories(path, 0777); }));
  co_return true;
}

Task<Result<bool>> LocalFiles::remove(std::string path, bool recursive) {
  co_return co_await run_on(env_.disk_pool, [&disk = env_.disk, path, recursive]() -> Result<bool> {
    TRY(const auto status, look_up(path));
    if (!status) return false;
    TRY_VOID(recursive ? disk.remove_tree(path) : disk.remove(path));
    if (!status->is_directory && disk.exists(checksum_path(path))) TRY_VOID(disk.remove(checksum_path(path)));
    return true;
  });
}

Task<Result<bool>> LocalFiles::rename(std::string from, std::string to) {
  co_return co_await run_on(env_.disk_pool, [&disk = env_.disk, from, to]() -> Result<bool> {
    TRY_VOID(disk.rename(from, to));
    if (disk.exists(checksum_path(from))) TRY_VOID(disk.rename(checksum_path(from), checksum_path(to)));
    return true;
  });
}

Task<Result<void>> LocalFiles::replace(std::string from, std::string to) {
  CO_TRY_VOID(co_await rename(std::move(from), std::move(to)));
  co_return Result<void>();
}

Task<Result<bool>> LocalFiles::set_replication(std::string, int16_t) { co_return true; }  // each file has one copy, whatever is wished

Task<Result<void>> LocalFiles::set_permission(std::string path, uint16_t permission) {
  co_return co_await run_on(env_.disk_pool, [path, permission] { return checked(::chmod(path.c_str(), permission), path); });
}

Task<Result<void>> LocalFiles::set_owner(std::string path, std::string owner, std::string group) {
  co_return co_await run_on(env_.disk_pool, [path, owner, group] { return change_owner(path, owner, group); });
}

Task<Result<void>> LocalFiles::set_times(std::string path, int64_t mtime_ms, int64_t atime_ms) {
  co_return co_await run_on(env_.disk_pool, [path, mtime_ms, atime_ms] {
    const std::array times = {to_timespec(atime_ms), to_timespec(mtime_ms)};
    return checked(::utimensat(AT_FDCWD, path.c_str(), times.data(), 0), path);
  });
}

Task<Result<hadoop::hdfs::ContentSummaryProto>> LocalFiles::content_summary(std::string path) {
  co_return co_await run_on(env_.disk_pool, [&disk = env_.disk, path]() -> Result<hadoop::hdfs::ContentSummaryProto> {
    hadoop::hdfs::ContentSummaryProto sum;
    sum.set_quota(static_cast<uint64_t>(-1));
    sum.set_spacequota(static_cast<uint64_t>(-1));
    TRY_VOID(add_up(disk, path, sum));
    sum.set_spaceconsumed(sum.length());
    return sum;
  });
}

Task<Result<FilesystemSpace>> LocalFiles::space() {
  CO_TRY(const auto space, co_await run_on(env_.disk_pool, [&disk = env_.disk] { return disk.space("/"); }));
  const auto capacity = static_cast<uint64_t>(space.capacity);
  const auto available = static_cast<uint64_t>(space.available);
  co_return FilesystemSpace{capacity, capacity - available, available};
}

Task<Result<bool>> LocalFiles::may_access(std::string path, hadoop::hdfs::AclEntryProto::FsActionProto action) {
  co_return co_await run_on(env_.disk_pool, [path, action]() -> Result<bool> {
    const int mode = action == hadoop::hdfs::AclEntryProto::READ ? R_OK : W_OK;
    return ::access(path.c_str(), mode) == 0;
  });
}

Task<Result<std::vector<client::BlockLocation>>> LocalFiles::block_locations(std::string path) {
  CO_TRY(const auto found, co_await status(path));
  std::vector<client::BlockLocation> out;
  if (found && found->length > 0) out.push_back({.length = found->length, .hosts = {"localhost"}, .names = {"localhost:9866"}});
  co_return out;
}

std::unique_ptr<client::InputStream> open_stdin(Env& env) {
  return std::make_unique<LocalInput>(env, nullptr, STDIN_FILENO, "standard input", 0);
}

}  // namespace tusker::cli::dfs
