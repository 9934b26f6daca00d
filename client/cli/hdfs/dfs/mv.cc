#include <algorithm>

#include "client/cli/hdfs/dfs/command.h"
#include "client/cli/hdfs/dfs/destination.h"

namespace tusker::cli::dfs {
namespace {

Task<Result<void>> move_one(Shell& shell, PathItem source, PathItem destination) {
  if (!source.exists()) co_return error(path_error::not_found(source.text));
  CO_TRY(PathItem target, co_await target_of(shell, destination, source.name()));
  if (target.exists()) co_return error(path_error::exists(target.text));
  if (target.path == source.path || target.path.starts_with(source.path + "/")) {
    co_return error(StatusCode::kIo, fmt::format("`{}' to `{}': is a subdirectory of itself", source.text, target.text));
  }
  CO_TRY(const bool moved, co_await shell.fs().rename(source.path, target.path));
  if (!moved) co_return error(path_error::with(source.text, "Input/output error"));
  co_return Result<void>();
}

}  // namespace

Task<void> mv(Shell& shell, const Command& command, Parsed parsed) {
  auto destination = co_await shell.item(parsed.arguments.back());
  parsed.arguments.pop_back();
  if (!destination) {
    shell.report(command.name, destination.error());
    co_return;
  }
  std::vector<PathItem> sources;
  for (const auto& argument : parsed.arguments) {
    auto found = co_await shell.expand(argument);
    if (!found) {
      shell.report(command.name, found.error());
      continue;
    }
    std::ranges::move(*found, std::back_inserter(sources));
  }
  if (sources.empty()) co_return;
  if (auto suits = co_await check_destination(shell, *destination, sources.size(), false); !suits) {
    shell.report(command.name, suits.error());
    co_return;
  }
  for (const auto& source : sources) {
    if (auto moved = co_await move_one(shell, source, *destination); !moved) shell.report(command.name, moved.error());
  }
}

}  // namespace tusker::cli::dfs
