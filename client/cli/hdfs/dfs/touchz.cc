#include "client/cli/hdfs/dfs/command.h"

#include "client/cli/hdfs/dfs/umask.h"

namespace tusker::cli::dfs {
namespace {

Task<Result<void>> touch(Shell& shell, PathItem item) {
  if (item.is_directory()) co_return error(path_error::is_directory(item.text));
  if (item.exists() && item.status->length != 0) co_return error(path_error::with(item.text, "Not a zero-length file"));
  if (!item.exists()) {
    CO_TRY(const auto parent, co_await shell.fs().status(parent_directory(item.path)));
    if (!parent) co_return error(path_error::not_found_in(item.text, shell.qualified(item.path)));
  }
  client::CreateOptions options;
  CO_TRY(options.permission, masked(shell.conf(), 0666));
  options.overwrite = true;
  CO_TRY(auto out, co_await shell.fs().create(item.path, options));
  co_return co_await out->close();
}

}  // namespace

Task<void> touchz(Shell& shell, const Command& command, Parsed parsed) {
  for (const auto& argument : parsed.arguments) {
    auto items = co_await shell.expand(argument);
    if (!items) {
      shell.report(command.name, items.error());
      continue;
    }
    for (const auto& item : *items) {
      if (auto touched = co_await touch(shell, item); !touched) shell.report(command.name, touched.error());
    }
  }
}

}  // namespace tusker::cli::dfs
