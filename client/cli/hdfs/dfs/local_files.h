#pragma once

#include "client/cli/hdfs/dfs/files.h"

namespace tusker::cli::dfs {

// The machine's own files (LocalFileSystem): hidden checksum files ".NAME.crc" are not listed, and written only if asked.
class LocalFiles final : public Files {
 public:
  explicit LocalFiles(Env& env) : env_(env) {}

  // New files get a ".NAME.crc" beside them, as Java's -get -crc leaves.
  void write_checksums(bool yes) { write_checksums_ = yes; }

  std::string prefix() const override { return "file://"; }
  std::string uri() const override { return "file:///"; }
  std::string working_directory() const override;
  std::string home() const override;

  Task<Result<std::optional<FileStatus>>> status(std::string path) override;
  Task<Result<std::vector<FileStatus>>> list(std::string path) override;
  // Pipes and devices too: what can't be sought is read from where it stands.
  Task<Result<std::unique_ptr<client::InputStream>>> open(std::string path) override;
  Task<Result<std::unique_ptr<client::OutputStream>>> create(std::string path, bool lazy_persist) override;
  Task<Result<bool>> mkdirs(std::string path) override;
  Task<Result<bool>> remove(std::string path, bool recursive) override;
  Task<Result<bool>> rename(std::string from, std::string to) override;
  Task<Result<void>> replace(std::string from, std::string to) override;
  Task<Result<bool>> set_replication(std::string path, int16_t replication) override;
  Task<Result<void>> set_permission(std::string path, uint16_t permission) override;
  Task<Result<void>> set_owner(std::string path, std::string owner, std::string group) override;
  Task<Result<void>> set_times(std::string path, int64_t mtime_ms, int64_t atime_ms) override;
  Task<Result<hadoop::hdfs::ContentSummaryProto>> content_summary(std::string path) override;
  Task<Result<FilesystemSpace>> space() override;
  Task<Result<bool>> may_access(std::string path, hadoop::hdfs::AclEntryProto::FsActionProto action) override;
  Task<Result<std::vector<client::BlockLocation>>> block_locations(std::string path) override;

 private:
  Env& env_;
  bool write_checksums_ = false;
};

// Standard input as a file that can be read once.
std::unique_ptr<client::InputStream> open_stdin(Env& env);

}  // namespace tusker::cli::dfs
