#include "client/cli/hdfs/dfs/hdfs_files.h"

#include "client/cli/hdfs/dfs/umask.h"

namespace tusker::cli::dfs {

Task<Result<std::unique_ptr<client::OutputStream>>> HdfsFiles::create(std::string path, bool lazy_persist) {
  client::CreateOptions options;
  CO_TRY(options.permission, masked(conf_, 0666));
  options.overwrite = true;
  options.create_parent = false;
  options.lazy_persist = lazy_persist;
  if (lazy_persist) options.replication = 1;
  co_return co_await fs_.create(path, options);
}

Task<Result<bool>> HdfsFiles::mkdirs(std::string path) {
  CO_TRY(const uint16_t mode, masked(conf_, 0777));
  co_return co_await fs_.mkdirs(path, mode, true);
}

Task<Result<FilesystemSpace>> HdfsFiles::space() {
  CO_TRY(const auto stats, co_await fs_.call<hadoop::hdfs::GetFsStatsResponseProto>("getFsStats", hadoop::hdfs::GetFsStatusRequestProto()));
  co_return FilesystemSpace{stats.capacity(), stats.used(), stats.remaining()};
}

Task<Result<bool>> HdfsFiles::may_access(std::string path, hadoop::hdfs::AclEntryProto::FsActionProto action) {
  hadoop::hdfs::CheckAccessRequestProto request;
  request.set_path(path);
  request.set_mode(action);
  auto answer = co_await fs_.call<hadoop::hdfs::CheckAccessResponseProto>("checkAccess", request);
  if (answer) co_return true;
  const StatusCode code = answer.error().code();
  if (code == StatusCode::kAccessControl || code == StatusCode::kFileNotFound) co_return false;
  co_return error(answer.error());
}

}  // namespace tusker::cli::dfs
