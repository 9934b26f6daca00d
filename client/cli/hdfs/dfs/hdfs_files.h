#pragma once

#include "client/cli/hdfs/dfs/files.h"

namespace tusker::cli::dfs {

// The files of one NameNode. New files and directories get the client's umask.
class HdfsFiles final : public Files {
 public:
  HdfsFiles(Env& env, const config::Config& conf, Endpoint namenode, security::User user)
      : conf_(conf), authority_(namenode.to_string()), fs_(env, conf, namenode, std::move(user)) {}

  std::string prefix() const override { return "hdfs://" + authority_; }
  std::string working_directory() const override { return home(); }
  std::string home() const override { return "/user/" + fs_.user().name; }
  client::FileSystem* hdfs() override { return &fs_; }
  Task<void> stop() { return fs_.stop(); }

  Task<Result<std::optional<FileStatus>>> status(std::string path) override { return fs_.status(std::move(path)); }
  Task<Result<std::vector<FileStatus>>> list(std::string path) override { return fs_.list(std::move(path)); }
  Task<Result<std::unique_ptr<client::InputStream>>> open(std::string path) override { return fs_.open(std::move(path)); }
  Task<Result<std::unique_ptr<client::OutputStream>>> create(std::string path, bool lazy_persist) override;
  Task<Result<bool>> mkdirs(std::string path) override;
  Task<Result<bool>> remove(std::string path, bool recursive) override { return fs_.remove(std::move(path), recursive); }
  Task<Result<bool>> rename(std::string from, std::string to) override { return fs_.rename(std::move(from), std::move(to)); }
  Task<Result<void>> replace(std::string from, std::string to) override { return fs_.rename_to(std::move(from), std::move(to), true); }
  Task<Result<bool>> set_replication(std::string path, int16_t replication) override {
    return fs_.set_replication(std::move(path), replication);
  }
  Task<Result<void>> set_permission(std::string path, uint16_t permission) override {
    return fs_.set_permission(std::move(path), permission);
  }
  Task<Result<void>> set_owner(std::string path, std::string owner, std::string group) override {
    return fs_.set_owner(std::move(path), std::move(owner), std::move(group));
  }
  Task<Result<void>> set_times(std::string path, int64_t mtime_ms, int64_t atime_ms) override {
    return fs_.set_times(std::move(path), mtime_ms, atime_ms);
  }
  Task<Result<hadoop::hdfs::ContentSummaryProto>> content_summary(std::string path) override {
    return fs_.content_summary(std::move(path));
  }
  Task<Result<FilesystemSpace>> space() override;
  Task<Result<bool>> may_access(std::string path, hadoop::hdfs::AclEntryProto::FsActionProto action) override;
  Task<Result<std::vector<client::BlockLocation>>> block_locations(std::string path) override {
    return fs_.block_locations(std::move(path), 0, INT64_MAX);
  }

 private:
  const config::Config& conf_;
  std::string authority_;
  client::FileSystem fs_;
};

}  // namespace tusker::cli::dfs
