#include "client/cli/hdfs/dfs/copy.h"

namespace tusker::cli::dfs {

Task<void> put(Shell& shell, const Command& command, Parsed parsed) {
  CopyOptions options{.overwrite = parsed.has("f"), .direct = parsed.has("d"), .lazy_persist = parsed.has("l")};
  if (parsed.has("p")) options.preserve_usual();
  if (auto read = read_threads(parsed, options); !read) {
    report_wrong_use(shell, command, read.error());
    co_return;
  }
  // Without a destination: the home directory.
  const std::string to = parsed.arguments.size() > 1 ? parsed.arguments.back() : ".";
  if (parsed.arguments.size() > 1) parsed.arguments.pop_back();
  auto destination = co_await remote_destination(shell, to);
  if (!destination) {
    shell.report(command.name, destination.error());
    co_return;
  }
  Copier copier(shell, command, options);
  if (parsed.arguments.size() == 1 && parsed.arguments.front() == "-") {
    auto target = co_await target_of(*destination, "-");
    auto done = target ? co_await copier.copy_stream(open_stdin(shell.env()), "-", *target) : Result<void>(error(target.error()));
    if (!done) shell.report(command.name, done.error());
    co_return;
  }
  std::vector<PathItem> sources;
  for (const auto& argument : parsed.arguments) {
    auto source = co_await shell.local_item(argument);
    if (source) {
      sources.push_back(*std::move(source));
    } else {
      shell.report(command.name, source.error());
    }
  }
  co_await copier.run(std::move(sources), *std::move(destination));
}

}  // namespace tusker::cli::dfs
