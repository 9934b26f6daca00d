#include "client/cli/hdfs/dfs/copy.h"

namespace tusker::cli::dfs {
namespace {

Task<Result<void>> move_one(PathItem source, PathItem destination) {
  if (!source.exists()) co_return error(path_error::not_found(source.text));
  CO_TRY(PathItem target, co_await target_of(destination, source.name()));
  CO_TRY_VOID(check_relation(source, target));
  if (source.files != target.files) co_return error(path_error::with(source.text, "Does not match target filesystem"));
  if (target.exists()) co_return error(path_error::exists(target.text));
  CO_TRY(const bool moved, co_await source.files->rename(source.path, target.path));
  if (!moved) co_return error(path_error::with(source.text, "Input/output error"));
  co_return Result<void>();
}

}  // namespace

Task<void> mv(Shell& shell, const Command& command, Parsed parsed) {
  auto destination = co_await remote_destination(shell, parsed.arguments.back());
  parsed.arguments.pop_back();
  if (!destination) {
    shell.report(command.name, destination.error());
    co_return;
  }
  const auto sources = co_await shell.expand_all(command.name, std::move(parsed.arguments));
  if (auto suits = co_await check_destination(*destination, sources.size(), false); !suits) {
    shell.report(command.name, suits.error());
    co_return;
  }
  for (const auto& source : sources) {
    if (auto moved = co_await move_one(source, *destination); !moved) shell.report(command.name, moved.error());
  }
}

}  // namespace tusker::cli::dfs
