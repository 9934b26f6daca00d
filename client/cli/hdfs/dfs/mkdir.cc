#include "client/cli/hdfs/dfs/command.h"

#include "client/cli/hdfs/dfs/umask.h"

namespace tusker::cli::dfs {
namespace {

Task<Result<void>> make(Shell& shell, PathItem item, bool parents) {
  if (item.exists()) {
    if (item.is_directory() && parents) co_return Result<void>();
    co_return error(item.is_directory() ? path_error::exists(item.text) : path_error::is_not_directory(item.text));
  }
  const std::string parent = parent_directory(item.path);
  if (!parents) {
    CO_TRY(const auto found, co_await shell.fs().status(parent));
    if (!found) co_return error(path_error::not_found(shell.qualified(parent)));
  }
  CO_TRY(const uint16_t mode, masked(shell.conf(), 0777));
  CO_TRY(const bool made, co_await shell.fs().mkdirs(item.path, mode, true));
  if (!made) co_return error(path_error::with(item.text, "Input/output error"));
  co_return Result<void>();
}

}  // namespace

Task<void> mkdir(Shell& shell, const Command& command, Parsed parsed) {
  for (const auto& argument : parsed.arguments) {
    auto items = co_await shell.expand(argument);
    if (!items) {
      shell.report(command.name, items.error());
      continue;
    }
    for (auto& item : *items) {
      if (auto made = co_await make(shell, item, parsed.has("p")); !made) shell.report(command.name, made.error());
    }
  }
}

}  // namespace tusker::cli::dfs
