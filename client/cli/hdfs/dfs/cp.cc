#include <algorithm>

#include "client/cli/hdfs/dfs/command.h"
#include "client/cli/hdfs/dfs/destination.h"
#include "client/cli/hdfs/dfs/umask.h"

namespace tusker::cli::dfs {
namespace {

Task<Result<void>> copy_file(Shell& shell, PathItem source, PathItem target, CopyOptions options) {
  CO_TRY(auto in, co_await shell.fs().open(source.path));
  CO_TRY(auto file, co_await TargetFile::open(shell, target, options));
  Result<void> done;
  while (done) {
    auto chunk = co_await in->next_chunk();
    if (!chunk) {
      done = error(chunk.error());
      break;
    }
    if (chunk->empty()) break;
    done = co_await file->out().write(*chunk);
  }
  if (done) done = co_await file->commit();
  if (!done) {
    co_await file->abandon();
    co_return done;
  }
  if (options.preserve) {
    CO_TRY_VOID(co_await shell.fs().set_times(target.path, source.status->mtime_ms, source.status->atime_ms));
    CO_TRY_VOID(co_await shell.fs().set_owner(target.path, source.status->owner, source.status->group));
    CO_TRY_VOID(co_await shell.fs().set_permission(target.path, source.status->permission));
  }
  co_return Result<void>();
}

Task<Result<void>> make_directory(Shell& shell, PathItem target) {
  if (target.exists() && !target.is_directory()) co_return error(path_error::is_not_directory(target.text));
  if (target.exists()) co_return Result<void>();
  CO_TRY(const uint16_t mode, masked(shell.conf(), 0777));
  CO_TRY_VOID(co_await shell.fs().mkdirs(target.path, mode, true));
  co_return Result<void>();
}

Task<void> copy_tree(Shell& shell, const Command& command, PathItem source, PathItem target, CopyOptions options) {
  if (!source.is_directory()) {
    if (auto done = co_await copy_file(shell, source, target, options); !done) shell.report(command.name, done.error());
    co_return;
  }
  auto made = co_await make_directory(shell, target);
  auto below = made ? co_await shell.children(source) : Result<std::vector<PathItem>>(error(made.error()));
  if (!below) {
    shell.report(command.name, below.error());
    co_return;
  }
  for (const auto& child : *below) {
    PathItem child_target = target.child(child.name());
    auto status = co_await shell.fs().status(child_target.path);
    if (status) child_target.status = *status;
    co_await copy_tree(shell, command, child, child_target, options);
  }
}

Status relation_error(const std::string& source, const std::string& target, const std::string& what) {
  return {StatusCode::kIo, fmt::format("`{}' to `{}': {}", source, target, what)};
}

}  // namespace

Task<void> cp(Shell& shell, const Command& command, Parsed parsed) {
  const CopyOptions options{parsed.has("f"), parsed.has("p"), parsed.has("d")};
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
  if (auto suits = co_await check_destination(shell, *destination, sources.size(), options.overwrite); !suits) {
    shell.report(command.name, suits.error());
    co_return;
  }
  for (const auto& source : sources) {
    if (!source.exists()) {
      shell.report(command.name, path_error::not_found(source.text));
      continue;
    }
    auto target = co_await target_of(shell, *destination, source.name());
    if (!target) {
      shell.report(command.name, target.error());
    } else if (target->path == source.path) {
      shell.report(command.name, relation_error(source.text, shell.qualified(target->path), "are identical"));
    } else if (source.is_directory() && target->path.starts_with(source.path + "/")) {
      shell.report(command.name, relation_error(source.text, target->text, "is a subdirectory of itself"));
    } else {
      co_await copy_tree(shell, command, source, *target, options);
    }
  }
}

}  // namespace tusker::cli::dfs
