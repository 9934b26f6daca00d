#include "client/cli/hdfs/dfs/cat.h"

#include "client/cli/hdfs/dfs/command.h"
#include "common/async/run_on.h"

namespace tusker::cli::dfs {

Task<Result<int64_t>> copy_to_stdout(Shell& shell, client::InputStream& in, int64_t from, int64_t length) {
  in.seek(from);
  int64_t copied = 0;
  while (copied < length) {
    CO_TRY(std::string_view chunk, co_await in.next_chunk());
    if (chunk.empty()) break;
    chunk = chunk.substr(0, static_cast<size_t>(std::min<int64_t>(length - copied, std::ssize(chunk))));
    // Whoever reads may be slow: leases and timers go on meanwhile.
    const size_t written = co_await run_on(shell.env().disk_pool, [chunk] { return std::fwrite(chunk.data(), 1, chunk.size(), stdout); });
    if (written != chunk.size()) co_return error(StatusCode::kIo, "Unable to write to output stream.");
    copied += std::ssize(chunk);
  }
  co_return copied;
}

namespace {

Task<Result<void>> whole(Shell& shell, PathItem item, const void*) {
  if (item.is_directory()) co_return error(path_error::is_directory(item.text));
  CO_TRY(auto in, co_await item.files->open(item.path));
  CO_TRY_VOID(co_await copy_to_stdout(shell, *in, 0, INT64_MAX));
  co_return Result<void>();
}

}  // namespace

Task<void> cat(Shell& shell, const Command& command, Parsed parsed) {
  shell.verify_checksums(!parsed.has("ignoreCrc"));
  co_await for_each_item(shell, command, parsed.arguments, whole, nullptr);
}

}  // namespace tusker::cli::dfs
