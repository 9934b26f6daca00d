#include "client/cli/hdfs/dfs/command.h"

namespace tusker::cli::dfs {
namespace {

Task<Result<void>> remove_empty(Shell&, PathItem item, const void* context) {
  if (!item.is_directory()) co_return error(path_error::is_not_directory(item.text));
  CO_TRY(const auto below, co_await item.files->list(item.path));
  if (!below.empty()) {
    if (*static_cast<const bool*>(context)) co_return Result<void>();
    co_return error(path_error::not_empty(item.text));
  }
  CO_TRY(const bool removed, co_await item.files->remove(item.path, false));
  if (!removed) co_return error(path_error::with(item.text, "Input/output error"));
  co_return Result<void>();
}

}  // namespace

Task<void> rmdir(Shell& shell, const Command& command, Parsed parsed) {
  const bool ignore = parsed.has("-ignore-fail-on-non-empty");
  co_await for_each_item(shell, command, parsed.arguments, remove_empty, &ignore);
}

}  // namespace tusker::cli::dfs
