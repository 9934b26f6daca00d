#include "client/cli/hdfs/dfs/command.h"
#include "client/cli/hdfs/dfs/progress.h"
#include "common/async/run_on.h"

namespace tusker::cli::dfs {
namespace {

struct Options {
  bool overwrite, preserve;
};

constexpr size_t kWriteBytes = 1 << 20;

std::string local_path(std::string text) {
  if (text.starts_with("file://")) text = text.substr(7);
  if (text.starts_with("file:")) text = text.substr(5);
  return text;
}

// Gathers what the stream gives into large local writes.
Task<Result<void>> receive(Shell& shell, client::InputStream& in, std::shared_ptr<File> file, std::string name) {
  Progress progress(shell.env().clock, name, in.length());
  auto buffer = std::make_shared<std::string>();
  buffer->reserve(kWriteBytes + (1 << 17));
  int64_t offset = 0;
  for (bool ended = false; !ended;) {
    CO_TRY(const std::string_view chunk, co_await in.next_chunk());
    ended = chunk.empty();
    buffer->append(chunk);
    if (buffer->size() < kWriteBytes && !ended) continue;
    CO_TRY_VOID(co_await run_on(shell.env().disk_pool, [file, buffer, offset] { return file->write_at(offset, *buffer); }));
    offset += std::ssize(*buffer);
    progress.advance(std::ssize(*buffer));
    buffer->clear();
  }
  co_return Result<void>();
}

Task<Result<void>> get_file(Shell& shell, PathItem item, std::string local, Options options) {
  Disk& disk = shell.env().disk;
  const auto there = co_await run_on(shell.env().disk_pool, [&disk, local] { return disk.stat(local); });
  if (there && there->is_directory) co_return error(path_error::is_directory(local));
  if (there && !options.overwrite) co_return error(path_error::exists(local));
  CO_TRY(auto in, co_await shell.fs().open(item.path));
  const std::string temporary = local + "._COPYING_";
  auto opened = co_await run_on(shell.env().disk_pool, [&disk, temporary] { return disk.open(temporary, OpenMode::kTruncate, 0644); });
  if (!opened) co_return error(opened.error().code() == StatusCode::kFileNotFound ? path_error::not_found(local) : opened.error());
  auto done = co_await receive(shell, *in, *std::move(opened), item.text);
  if (done) done = co_await run_on(shell.env().disk_pool, [&disk, temporary, local] { return disk.rename(temporary, local); });
  if (!done) {
    static_cast<void>(co_await run_on(shell.env().disk_pool, [&disk, temporary] { return disk.remove(temporary); }));
    co_return error(done.error());
  }
  if (options.preserve) {
    CO_TRY_VOID(co_await run_on(shell.env().disk_pool, [&disk, local, status = *item.status] {
      return disk.set_attributes(local, status.permission, status.mtime_ms);
    }));
  }
  co_return Result<void>();
}

Task<void> get_tree(Shell& shell, const Command& command, PathItem item, std::string local, Options options) {
  if (!item.is_directory()) {
    if (auto done = co_await get_file(shell, item, local, options); !done) shell.report(command.name, done.error());
    co_return;
  }
  auto made = co_await run_on(shell.env().disk_pool, [&shell, local] { return shell.env().disk.make_directories(local, 0755); });
  auto below = made ? co_await shell.children(item) : Result<std::vector<PathItem>>(error(made.error()));
  if (!below) {
    shell.report(command.name, below.error());
    co_return;
  }
  for (const auto& child : *below) co_await get_tree(shell, command, child, local + "/" + child.name(), options);
}

// A directory to put things into, or the one name to write.
Task<Result<bool>> destination_is_directory(Shell& shell, std::string local, size_t sources, bool overwrite) {
  Disk& disk = shell.env().disk;
  const auto found = co_await run_on(shell.env().disk_pool, [&disk, local] { return disk.stat(local); });
  if (found && found->is_directory) co_return true;
  if (sources > 1) co_return error(found ? path_error::is_not_directory(local) : path_error::not_found(local));
  if (found && !overwrite) co_return error(path_error::exists(local));
  if (!found) {
    const auto parent = co_await run_on(shell.env().disk_pool, [&disk, local] { return disk.stat(parent_directory(local)); });
    if (!parent) co_return error(path_error::not_found(local));
  }
  co_return false;
}

}  // namespace

Task<void> get(Shell& shell, const Command& command, Parsed parsed) {
  const Options options{parsed.has("f"), parsed.has("p")};
  std::string local = parsed.arguments.size() > 1 ? local_path(parsed.arguments.back()) : ".";
  if (parsed.arguments.size() > 1) parsed.arguments.pop_back();
  while (local.size() > 1 && local.ends_with('/')) local.pop_back();
  std::vector<PathItem> items;
  for (const auto& argument : parsed.arguments) {
    auto found = co_await shell.expand(argument);
    if (!found) {
      shell.report(command.name, found.error());
      continue;
    }
    std::ranges::move(*found, std::back_inserter(items));
  }
  if (items.empty()) co_return;
  const auto into = co_await destination_is_directory(shell, local, items.size(), options.overwrite);
  if (!into) {
    shell.report(command.name, into.error());
    co_return;
  }
  for (const auto& item : items) {
    if (!item.exists()) {
      shell.report(command.name, path_error::not_found(item.text));
      continue;
    }
    co_await get_tree(shell, command, item, *into ? local + "/" + item.name() : local, options);
  }
}

}  // namespace tusker::cli::dfs
