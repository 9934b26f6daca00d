#include <fmt/format.h>

#include <charconv>

#include "client/cli/hdfs/dfs/cat.h"
#include "client/cli/hdfs/dfs/command.h"

namespace tusker::cli::dfs {
namespace {

constexpr int64_t kEndBytes = 1024;
constexpr std::chrono::milliseconds kFollowPause{5000};

// What stands from `offset` to the end, what was flushed of an open file too; a negative offset counts from the end. Where it ended.
Task<Result<int64_t>> dump_from(Shell& shell, PathItem item, int64_t offset) {
  CO_TRY(auto in, co_await item.files->open(item.path));
  if (offset > in->length()) co_return in->length();
  const int64_t from = offset < 0 ? std::max<int64_t>(in->length() + offset, 0) : offset;
  CO_TRY(const int64_t copied, co_await copy_to_stdout(shell, *in, from, INT64_MAX));
  co_return from + copied;
}

Task<Result<void>> dump(Shell& shell, PathItem item, bool follow, Duration pause) {
  if (!item.exists()) co_return error(path_error::not_found(item.text));
  if (item.is_directory()) co_return error(path_error::is_directory(item.text));
  CO_TRY(int64_t offset, co_await dump_from(shell, item, -kEndBytes));
  while (follow) {
    std::fflush(stdout);
    co_await shell.env().clock.sleep_for(pause);
    CO_TRY(const auto status, co_await item.files->status(item.path));
    if (!status) co_return error(path_error::not_found(item.text));
    CO_TRY(offset, co_await dump_from(shell, item, offset));
  }
  co_return Result<void>();
}

}  // namespace

Task<void> tail(Shell& shell, const Command& command, Parsed parsed) {
  Duration pause = kFollowPause;
  const auto given = parsed.values.find("s");
  if (parsed.has("f") && given != parsed.values.end() && !given->second.empty()) {
    const std::string& text = given->second;
    int64_t ms = 0;
    const auto [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), ms);
    if (wrong != std::errc() || end != text.data() + text.size()) {
      report_wrong_use(shell, command, Status(StatusCode::kHadoopIllegalArgument, fmt::format("For input string: \"{}\"", text)));
      co_return;
    }
    if (ms > 0) pause = std::chrono::milliseconds(ms);
  }
  auto item = co_await shell.item(parsed.arguments.front());
  auto done = item ? co_await dump(shell, *item, parsed.has("f"), pause) : Result<void>(error(item.error()));
  if (!done) shell.report(command.name, done.error());
}

}  // namespace tusker::cli::dfs
