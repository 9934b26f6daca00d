#include <fmt/format.h>

#include <cctype>

#include "client/cli/hdfs/dfs/copy.h"

namespace tusker::cli::dfs {
namespace {

// "-p" keeps times, owner and permission; "-ptopax" what its letters say. It may stand anywhere before "--".
Result<void> read_preserve(const Parsed& parsed, CopyOptions& options) {
  const auto given = parsed.values.find("p");
  if (given == parsed.values.end()) return {};
  if (given->second.empty()) options.preserve_usual();
  for (const char letter : given->second) {
    switch (std::toupper(static_cast<unsigned char>(letter))) {
      case 'T':
        options.times = true;
        break;
      case 'O':
        options.owner = true;
        break;
      case 'P':
        options.permission = true;
        break;
      case 'A':
        options.acl = true;
        break;
      case 'X':
        options.xattrs = true;
        break;
      default:
        return error(StatusCode::kHadoopIllegalArgument, fmt::format("No attribute for {}", letter));
    }
  }
  return {};
}

}  // namespace

Task<void> cp(Shell& shell, const Command& command, Parsed parsed) {
  CopyOptions options{.overwrite = parsed.has("f"), .direct = parsed.has("d")};
  auto read = read_preserve(parsed, options);
  if (read) read = read_threads(parsed, options);
  if (!read) {
    report_wrong_use(shell, command, read.error());
    co_return;
  }
  auto destination = co_await remote_destination(shell, parsed.arguments.back());
  parsed.arguments.pop_back();
  if (!destination) {
    shell.report(command.name, destination.error());
    co_return;
  }
  auto sources = co_await shell.expand_all(command.name, std::move(parsed.arguments));
  Copier copier(shell, command, options);
  co_await copier.run(std::move(sources), *std::move(destination));
}

}  // namespace tusker::cli::dfs
