#include "client/cli/hdfs/dfs/copy.h"

namespace tusker::cli::dfs {

Task<void> get(Shell& shell, const Command& command, Parsed parsed) {
  CopyOptions options{.overwrite = parsed.has("f")};
  if (parsed.has("p")) options.preserve_usual();
  if (auto read = read_threads(parsed, options); !read) {
    report_wrong_use(shell, command, read.error());
    co_return;
  }
  shell.verify_checksums(!parsed.has("ignoreCrc"));
  shell.local().write_checksums(parsed.has("crc"));
  const std::string to = parsed.arguments.size() > 1 ? parsed.arguments.back() : ".";
  if (parsed.arguments.size() > 1) parsed.arguments.pop_back();
  auto destination = co_await shell.local_item(to);
  if (!destination) {
    shell.report(command.name, destination.error());
    co_return;
  }
  auto sources = co_await shell.expand_all(command.name, std::move(parsed.arguments));
  Copier copier(shell, command, options);
  co_await copier.run(std::move(sources), *std::move(destination));
}

}  // namespace tusker::cli::dfs
