#include "client/cli/hdfs/dfs/cat.h"
#include "client/cli/hdfs/dfs/command.h"

namespace tusker::cli::dfs {
namespace {

constexpr int64_t kBeginningBytes = 1024;

Task<Result<void>> beginning(Shell& shell, PathItem item) {
  if (!item.exists()) co_return error(path_error::not_found(item.text));
  if (item.is_directory()) co_return error(path_error::is_directory(item.text));
  CO_TRY(auto in, co_await item.files->open(item.path));
  CO_TRY_VOID(co_await copy_to_stdout(shell, *in, 0, kBeginningBytes));
  co_return Result<void>();
}

}  // namespace

Task<void> head(Shell& shell, const Command& command, Parsed parsed) {
  auto item = co_await shell.item(parsed.arguments.front());
  auto done = item ? co_await beginning(shell, *item) : Result<void>(error(item.error()));
  if (!done) shell.report(command.name, done.error());
}

}  // namespace tusker::cli::dfs
