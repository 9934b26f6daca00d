#include <unistd.h>

#include "client/cli/hdfs/dfs/command.h"
#include "client/cli/hdfs/dfs/destination.h"
#include "client/cli/hdfs/dfs/progress.h"
#include "client/cli/hdfs/dfs/umask.h"
#include "common/async/run_on.h"

namespace tusker::cli::dfs {
namespace {

constexpr size_t kReadBytes = 1 << 20;

Task<Result<void>> send_file(Shell& shell, std::string local, int64_t size, client::OutputStream& out) {
  auto opened = co_await run_on(shell.env().disk_pool, [&shell, local] { return shell.env().disk.open(local, OpenMode::kRead, 0644); });
  if (!opened) co_return error(opened.error());
  const std::shared_ptr<File> file = *std::move(opened);
  Progress progress(shell.env().clock, local, size);
  // One piece is read ahead while the one before is sent.
  auto buffer = std::make_shared<std::string>(kReadBytes, '\0');
  for (int64_t offset = 0;;) {
    CO_TRY(const size_t got,
           co_await run_on(shell.env().disk_pool, [file, buffer, offset] { return file->read_at(offset, MutableBytes(*buffer)); }));
    if (got == 0) break;
    CO_TRY_VOID(co_await out.write(std::string_view(*buffer).substr(0, got)));
    offset += static_cast<int64_t>(got);
    progress.advance(static_cast<int64_t>(got));
  }
  co_return Result<void>();
}

Task<Result<void>> send_stdin(Shell& shell, client::OutputStream& out) {
  auto buffer = std::make_shared<std::string>(kReadBytes, '\0');
  for (;;) {
    const ssize_t got = co_await run_on(shell.env().disk_pool, [buffer] { return ::read(STDIN_FILENO, buffer->data(), buffer->size()); });
    if (got < 0) co_return error(StatusCode::kIo, "reading standard input failed");
    if (got == 0) co_return Result<void>();
    CO_TRY_VOID(co_await out.write(std::string_view(*buffer).substr(0, static_cast<size_t>(got))));
  }
}

Task<Result<void>> put_file(Shell& shell, std::string local, FileInfo info, PathItem target, CopyOptions options) {
  CO_TRY(auto file, co_await TargetFile::open(shell, target, options));
  auto sent = local == "-" ? co_await send_stdin(shell, file->out()) : co_await send_file(shell, local, info.size, file->out());
  if (sent) sent = co_await file->commit();
  if (!sent) {
    co_await file->abandon();
    co_return error(sent.error());
  }
  if (options.preserve && local != "-") {
    CO_TRY_VOID(co_await shell.fs().set_times(target.path, info.mtime_ms, info.mtime_ms));
    CO_TRY_VOID(co_await shell.fs().set_permission(target.path, static_cast<uint16_t>(info.mode & 01777)));
  }
  co_return Result<void>();
}

Task<void> put_tree(Shell& shell, const Command& command, std::string local, PathItem target, CopyOptions options);

Task<Result<void>> put_directory(Shell& shell, const Command& command, std::string local, PathItem target, CopyOptions options) {
  if (target.exists() && !target.is_directory()) co_return error(path_error::is_not_directory(target.text));
  if (!target.exists()) {
    CO_TRY(const uint16_t mode, masked(shell.conf(), 0777));
    CO_TRY_VOID(co_await shell.fs().mkdirs(target.path, mode, true));
  }
  CO_TRY(auto entries, co_await run_on(shell.env().disk_pool, [&shell, local] { return shell.env().disk.list(local); }));
  std::ranges::sort(entries, {}, &FileInfo::name);
  for (const auto& entry : entries) {
    PathItem child = target.child(entry.name);
    CO_TRY(child.status, co_await shell.fs().status(child.path));
    co_await put_tree(shell, command, local + "/" + entry.name, child, options);
  }
  co_return Result<void>();
}

Task<void> put_tree(Shell& shell, const Command& command, std::string local, PathItem target, CopyOptions options) {
  FileInfo info;
  if (local != "-") {
    auto found = co_await run_on(shell.env().disk_pool, [&shell, local] { return shell.env().disk.stat(local); });
    if (!found) {
      const bool missing = found.error().code() == StatusCode::kFileNotFound;
      shell.report(command.name, missing ? path_error::not_found(local) : found.error());
      co_return;
    }
    info = *found;
  }
  auto done = info.is_directory ? co_await put_directory(shell, command, local, target, options)
                                : co_await put_file(shell, local, info, target, options);
  if (!done) shell.report(command.name, done.error());
}

std::string local_path(std::string text) {
  if (text.starts_with("file://")) text = text.substr(7);
  if (text.starts_with("file:")) text = text.substr(5);
  while (text.size() > 1 && text.ends_with('/')) text.pop_back();
  return text;
}

}  // namespace

Task<void> put(Shell& shell, const Command& command, Parsed parsed) {
  const CopyOptions options{parsed.has("f"), parsed.has("p"), parsed.has("d")};
  // Without a destination: the home directory.
  const std::string to = parsed.arguments.size() > 1 ? parsed.arguments.back() : ".";
  if (parsed.arguments.size() > 1) parsed.arguments.pop_back();
  auto destination = co_await shell.item(to);
  if (!destination) {
    shell.report(command.name, destination.error());
    co_return;
  }
  if (auto suits = co_await check_destination(shell, *destination, parsed.arguments.size(), options.overwrite); !suits) {
    shell.report(command.name, suits.error());
    co_return;
  }
  for (const auto& argument : parsed.arguments) {
    const std::string local = local_path(argument);
    auto target = co_await target_of(shell, *destination, local == "-" ? "" : local.substr(local.rfind('/') + 1));
    if (!target) {
      shell.report(command.name, target.error());
      continue;
    }
    co_await put_tree(shell, command, local, *target, options);
  }
}

}  // namespace tusker::cli::dfs
