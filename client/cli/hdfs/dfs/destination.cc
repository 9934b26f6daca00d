#include "client/cli/hdfs/dfs/destination.h"

#include "client/cli/hdfs/dfs/umask.h"

namespace tusker::cli::dfs {

Task<Result<void>> check_destination(Shell& shell, PathItem destination, size_t sources, bool overwrite) {
  if (sources > 1) {
    if (!destination.exists()) co_return error(path_error::not_found(destination.text));
    if (!destination.is_directory()) co_return error(path_error::is_not_directory(destination.text));
    co_return Result<void>();
  }
  if (destination.exists()) {
    if (!destination.is_directory() && !overwrite) co_return error(path_error::exists(destination.text));
    co_return Result<void>();
  }
  CO_TRY(const auto parent, co_await shell.fs().status(parent_directory(destination.path)));
  if (!parent) co_return error(path_error::not_found_in(destination.text, shell.qualified(destination.path)));
  co_return Result<void>();
}

Task<Result<PathItem>> target_of(Shell& shell, PathItem destination, std::string source_name) {
  if (!destination.is_directory() || source_name.empty()) co_return destination;
  PathItem target = destination.child(source_name);
  CO_TRY(target.status, co_await shell.fs().status(target.path));
  co_return target;
}

Task<Result<std::unique_ptr<TargetFile>>> TargetFile::open(Shell& shell, PathItem target, CopyOptions options) {
  if (target.is_directory()) co_return error(path_error::is_directory(target.text));
  if (target.exists() && !options.overwrite) co_return error(path_error::exists(target.text));
  std::unique_ptr<TargetFile> file(new TargetFile(shell, std::move(target), options));
  client::CreateOptions create;
  CO_TRY(create.permission, masked(shell.conf(), 0666));
  create.overwrite = true;
  create.create_parent = false;
  CO_TRY(file->out_, co_await shell.fs().create(file->writing_path(), create));
  co_return file;
}

Task<Result<void>> TargetFile::commit() {
  CO_TRY_VOID(co_await out_->close());
  if (options_.direct) co_return Result<void>();
  co_return co_await shell_.fs().rename_to(writing_path(), target_.path, options_.overwrite);
}

Task<void> TargetFile::abandon() {
  out_.reset();
  // Best effort: the error that led here is the one to tell.
  static_cast<void>(co_await shell_.fs().remove(writing_path(), false));
}

}  // namespace tusker::cli::dfs
