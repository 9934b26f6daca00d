#include "client/cli/hdfs/dfs/command.h"

#include "hdfs/ClientNamenodeProtocol.pb.h"

namespace tusker::cli::dfs {
namespace {

struct Options {
  bool silent, recursive, skip_trash;
  int64_t trash_minutes;
};

constexpr config::DurationKey kTrashInterval{"fs.trash.interval", "0m", std::chrono::minutes(1)};

// The server's interval counts if it has one, else this client's (Trash.moveToAppropriateTrash).
Task<Result<int64_t>> trash_minutes(Shell& shell) {
  CO_TRY(const auto defaults, co_await shell.fs().call<hadoop::hdfs::GetServerDefaultsResponseProto>(
                                  "getServerDefaults", hadoop::hdfs::GetServerDefaultsRequestProto()));
  const auto server = static_cast<int64_t>(defaults.serverdefaults().trashinterval());
  if (server > 0) co_return server;
  CO_TRY(const auto own, shell.conf().get(kTrashInterval));
  co_return own.count() / 60'000;
}

// TrashPolicyDefault.moveToTrash.
Task<Result<void>> move_to_trash(Shell& shell, PathItem item) {
  const std::string trash = shell.home() + "/.Trash/Current";
  if (item.path.starts_with(shell.home() + "/.Trash")) {
    CO_TRY_VOID(co_await shell.fs().remove(item.path, true));
    shell.print(fmt::format("Deleted {}\n", item.text));
    co_return Result<void>();
  }
  if (trash.starts_with(item.path == "/" ? "/" : item.path + "/")) {
    co_return error(StatusCode::kIo, fmt::format("Cannot move \"{}\" to the trash, as it contains the trash", item.text));
  }
  std::string target = trash + item.path;
  CO_TRY_VOID(co_await shell.fs().mkdirs(parent_directory(target), 0700, true));
  CO_TRY(const auto there, co_await shell.fs().status(target));
  if (there) target += std::to_string(shell.env().clock.wall_ms());
  CO_TRY_VOID(co_await shell.fs().rename_to(item.path, target, false));
  fmt::print(stderr, "Moved: '{}' to trash at: {}\n", shell.qualified(item.path), shell.qualified(target));
  co_return Result<void>();
}

Task<Result<void>> remove_one(Shell& shell, PathItem item, Options options) {
  if (item.is_directory() && !options.recursive) co_return error(path_error::is_directory(item.text));
  if (options.trash_minutes > 0 && !options.skip_trash) co_return co_await move_to_trash(shell, item);
  CO_TRY(const bool removed, co_await shell.fs().remove(item.path, options.recursive));
  if (!removed) co_return error(path_error::with(item.text, "Input/output error"));
  shell.print(fmt::format("Deleted {}\n", item.text));
  co_return Result<void>();
}

}  // namespace

Task<void> rm(Shell& shell, const Command& command, Parsed parsed) {
  Options options{parsed.has("f"), parsed.has("r") || parsed.has("R"), parsed.has("skipTrash"), 0};
  if (!options.skip_trash) {
    auto minutes = co_await trash_minutes(shell);
    if (!minutes) {
      shell.report(command.name, minutes.error());
      co_return;
    }
    options.trash_minutes = *minutes;
  }
  for (const auto& argument : parsed.arguments) {
    auto items = co_await shell.expand(argument);
    if (!items) {
      if (!options.silent || items.error().code() != StatusCode::kFileNotFound) shell.report(command.name, items.error());
      continue;
    }
    for (const auto& item : *items) {
      if (!item.exists()) {
        if (!options.silent) shell.report(command.name, path_error::not_found(item.text));
        continue;
      }
      if (auto removed = co_await remove_one(shell, item, options); !removed) shell.report(command.name, removed.error());
    }
  }
}

namespace {

Task<Result<void>> remove_empty(Shell& shell, PathItem item, const void* context) {
  if (!item.is_directory()) co_return error(path_error::is_not_directory(item.text));
  CO_TRY(const auto below, co_await shell.fs().list(item.path));
  if (!below.empty()) {
    if (*static_cast<const bool*>(context)) co_return Result<void>();
    co_return error(path_error::not_empty(item.text));
  }
  CO_TRY_VOID(co_await shell.fs().remove(item.path, false));
  co_return Result<void>();
}

}  // namespace

Task<void> rmdir(Shell& shell, const Command& command, Parsed parsed) {
  const bool ignore = parsed.has("-ignore-fail-on-non-empty");
  co_await for_each_item(shell, command, parsed.arguments, remove_empty, &ignore);
}

}  // namespace tusker::cli::dfs
