#include <fmt/format.h>

#include <cctype>
#include <iostream>
#include <map>

#include "client/cli/hdfs/dfs/command.h"

namespace tusker::cli::dfs {
namespace {

constexpr config::DurationKey kTrashInterval{"fs.trash.interval", "0m", std::chrono::minutes(1)};
constexpr config::Key<int64_t> kSafeDeleteFiles{"hadoop.shell.safely.delete.limit.num.files", 100};

struct Options {
  bool silent, recursive, skip_trash, safely;
};

using TrashMinutes = std::map<Files*, int64_t>;

// The server's interval counts if it has one, else this client's (Trash.moveToAppropriateTrash).
Task<Result<int64_t>> find_trash_minutes(Shell& shell, Files& files) {
  if (files.hdfs() != nullptr) {
    CO_TRY(const auto defaults, co_await files.hdfs()->call<hadoop::hdfs::GetServerDefaultsResponseProto>(
                                    "getServerDefaults", hadoop::hdfs::GetServerDefaultsRequestProto()));
    if (defaults.serverdefaults().trashinterval() > 0) co_return static_cast<int64_t>(defaults.serverdefaults().trashinterval());
  }
  CO_TRY(const auto own, shell.conf().get(kTrashInterval));
  co_return own.count() / 60'000;
}

// TrashPolicyDefault.moveToTrash; false if the item is in the trash already.
Task<Result<bool>> move_to_trash(Shell& shell, PathItem item) {
  const std::string trash_root = item.files->home() + "/.Trash";
  const std::string trash = trash_root + "/Current";
  if ((item.path + "/").starts_with(trash_root + "/")) co_return false;
  if (trash.starts_with(item.path == "/" ? "/" : item.path + "/")) {
    co_return error(StatusCode::kIo,
                    fmt::format("Cannot move \"{}\" to the trash, as it contains the trash", item.files->qualified(item.path)));
  }
  std::string target = trash + item.path;
  if (client::FileSystem* hdfs = item.files->hdfs()) {
    CO_TRY_VOID(co_await hdfs->mkdirs(parent_directory(target), 0700, true));
  } else {
    CO_TRY_VOID(co_await item.files->mkdirs(parent_directory(target)));
  }
  CO_TRY(const auto there, co_await item.files->status(target));
  if (there) target += std::to_string(shell.env().clock.wall_ms());
  CO_TRY(const bool moved, co_await item.files->rename(item.path, target));
  if (!moved) co_return error(StatusCode::kIo, fmt::format("Failed to move to trash: {}", item.files->qualified(item.path)));
  fmt::print(stderr, "Moved: '{}' to trash at: {}\n", item.files->qualified(item.path), item.files->qualified(target));
  co_return true;
}

// "-safely": a directory of many files goes only after a yes (ToolRunner.confirmPrompt).
Task<Result<bool>> confirmed(Shell& shell, PathItem item) {
  CO_TRY(const int64_t limit, shell.conf().get(kSafeDeleteFiles));
  if (limit <= 0) co_return true;
  CO_TRY(const auto summary, co_await item.files->content_summary(item.path));
  if (static_cast<int64_t>(summary.filecount()) <= limit) co_return true;
  for (;;) {
    std::fflush(stdout);
    fmt::print(stderr, "Proceed deleting {} files? (Y or N) ", summary.filecount());
    std::string answer;
    const bool ended = !std::getline(std::cin, answer);
    for (char& c : answer) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    if (answer == "y" || answer == "yes") co_return true;
    if (ended || answer == "n" || answer == "no") break;
    fmt::print(stderr, "Invalid input: {}\n", answer);
  }
  fmt::print(stderr, "Delete aborted at user request.\n\n");
  co_return false;
}

Task<Result<void>> remove_one(Shell& shell, PathItem item, Options options, TrashMinutes& trash) {
  if (item.is_directory() && !options.recursive) co_return error(path_error::is_directory(item.text));
  if (!options.skip_trash) {
    if (!trash.contains(item.files)) {
      CO_TRY(trash[item.files], co_await find_trash_minutes(shell, *item.files));
    }
    if (trash[item.files] > 0) {
      auto moved = co_await move_to_trash(shell, item);
      if (!moved) {
        co_return error(Status(moved.error().code(), moved.error().message() + ". Consider using -skipTrash option"));
      }
      if (*moved) co_return Result<void>();
    }
  }
  if (options.safely) {
    CO_TRY(const bool go_on, co_await confirmed(shell, item));
    if (!go_on) co_return Result<void>();
  }
  CO_TRY(const bool removed, co_await item.files->remove(item.path, options.recursive));
  if (!removed) co_return error(path_error::with(item.text, "Input/output error"));
  shell.print(fmt::format("Deleted {}\n", item.text));
  co_return Result<void>();
}

}  // namespace

Task<void> rm(Shell& shell, const Command& command, Parsed parsed) {
  const Options options{parsed.has("f"), parsed.has("r") || parsed.has("R"), parsed.has("skipTrash"), parsed.has("safely")};
  TrashMinutes trash;
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
      if (auto removed = co_await remove_one(shell, item, options, trash); !removed) shell.report(command.name, removed.error());
    }
  }
}

}  // namespace tusker::cli::dfs
