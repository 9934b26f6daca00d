#include "client/cli/hdfs/dfs/command.h"

namespace tusker::cli::dfs {
namespace {

constexpr int64_t kEndBytes = 1024;

Task<Result<void>> copy_to_stdout(Shell& shell, PathItem item, int64_t from, int64_t length) {
  if (item.is_directory()) co_return error(path_error::is_directory(item.text));
  CO_TRY(auto in, co_await shell.fs().open(item.path));
  in->seek(from);
  while (length > 0) {
    CO_TRY(std::string_view chunk, co_await in->next_chunk());
    if (chunk.empty()) break;
    chunk = chunk.substr(0, static_cast<size_t>(std::min<int64_t>(length, std::ssize(chunk))));
    if (std::fwrite(chunk.data(), 1, chunk.size(), stdout) != chunk.size()) {
      co_return error(StatusCode::kIo, "Unable to write to output stream.");
    }
    length -= std::ssize(chunk);
  }
  co_return Result<void>();
}

Task<Result<void>> whole(Shell& shell, PathItem item, const void*) { co_return co_await copy_to_stdout(shell, item, 0, INT64_MAX); }
Task<Result<void>> beginning(Shell& shell, PathItem item, const void*) { co_return co_await copy_to_stdout(shell, item, 0, kEndBytes); }

}  // namespace

Task<void> cat(Shell& shell, const Command& command, Parsed parsed) {
  co_await for_each_item(shell, command, parsed.arguments, whole, nullptr);
}

Task<void> head(Shell& shell, const Command& command, Parsed parsed) {
  co_await for_each_item(shell, command, parsed.arguments, beginning, nullptr);
}

Task<void> tail(Shell& shell, const Command& command, Parsed parsed) {
  int64_t pause_ms = 5000;
  if (const auto given = parsed.values.find("s"); given != parsed.values.end()) {
    char* end = nullptr;
    pause_ms = std::strtoll(given->second.c_str(), &end, 10);
    if (*end != '\0' || pause_ms <= 0) {
      shell.report_usage(command.name,
                         Status(StatusCode::kHadoopIllegalArgument, "-s takes a number of milliseconds, not " + given->second));
      co_return;
    }
  }
  auto item = co_await shell.item(parsed.arguments.front());
  if (!item || !item->exists()) {
    shell.report(command.name, item ? path_error::not_found(item->text) : item.error());
    co_return;
  }
  int64_t from = std::max<int64_t>(0, item->status->length - kEndBytes);
  for (;;) {
    const int64_t until = item->status->length;
    if (auto done = co_await copy_to_stdout(shell, *item, from, std::max<int64_t>(until - from, 0)); !done) {
      shell.report(command.name, done.error());
      co_return;
    }
    if (!parsed.has("f")) co_return;
    std::fflush(stdout);
    from = until;
    co_await shell.env().clock.sleep_for(std::chrono::milliseconds(pause_ms));
    item = co_await shell.item(parsed.arguments.front());
    if (!item || !item->exists()) {
      shell.report(command.name, item ? path_error::not_found(parsed.arguments.front()) : item.error());
      co_return;
    }
  }
}

}  // namespace tusker::cli::dfs
