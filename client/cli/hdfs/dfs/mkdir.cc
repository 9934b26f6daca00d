#include "client/cli/hdfs/dfs/command.h"

namespace tusker::cli::dfs {
namespace {

Task<Result<void>> make(PathItem item, bool parents) {
  if (item.exists()) {
    if (item.is_directory() && parents) co_return Result<void>();
    co_return error(item.is_directory() ? path_error::exists(item.text) : path_error::is_not_directory(item.text));
  }
  if (!parents) {
    const std::string parent = parent_directory(item.path);
    CO_TRY(const auto found, co_await item.files->status(parent));
    if (!found) co_return error(path_error::not_found(item.files->qualified(parent)));
  }
  CO_TRY(const bool made, co_await item.files->mkdirs(item.path));
  if (!made) co_return error(path_error::with(item.text, "Input/output error"));
  co_return Result<void>();
}

}  // namespace

Task<void> mkdir(Shell& shell, const Command& command, Parsed parsed) {
  for (const auto& item : co_await shell.expand_all(command.name, parsed.arguments)) {
    if (auto made = co_await make(item, parsed.has("p")); !made) shell.report(command.name, made.error());
  }
}

}  // namespace tusker::cli::dfs
