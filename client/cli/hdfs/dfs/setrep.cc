#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "client/cli/hdfs/dfs/command.h"

namespace tusker::cli::dfs {
namespace {

struct Wanted {
  int16_t replication;
  std::vector<PathItem>* waiting;
};

Task<Result<void>> set_one(Shell& shell, PathItem item, const void* context) {
  if (item.is_directory()) co_return Result<void>();
  const Wanted& wanted = *static_cast<const Wanted*>(context);
  CO_TRY(const bool done, co_await item.files->set_replication(item.path, wanted.replication));
  if (!done) co_return error(StatusCode::kIo, fmt::format("Could not set replication for: {}", item.text));
  shell.print(fmt::format("Replication {} set: {}\n", wanted.replication, item.text));
  if (wanted.waiting != nullptr) wanted.waiting->push_back(item);
  co_return Result<void>();
}

Task<Result<void>> wait_for(Shell& shell, PathItem item, int16_t replication) {
  shell.print(fmt::format("Waiting for {} ...", item.text));
  bool warned = false;
  for (;;) {
    std::fflush(stdout);
    CO_TRY(const auto blocks, co_await item.files->block_locations(item.path));
    if (std::ranges::all_of(blocks, [replication](const auto& b) { return std::ssize(b.names) == replication; })) break;
    if (!warned && std::ranges::any_of(blocks, [replication](const auto& b) { return std::ssize(b.names) > replication; })) {
      shell.print("\nWARNING: the waiting time may be long for DECREASING the number of replications.\n");
      warned = true;
    }
    shell.print(".");
    co_await shell.env().clock.sleep_for(std::chrono::seconds(1));
  }
  shell.print(" done\n");
  co_return Result<void>();
}

}  // namespace

Task<void> setrep(Shell& shell, const Command& command, Parsed parsed) {
  const std::string text = parsed.arguments.front();
  const std::string_view digits = std::string_view(text).substr(text.starts_with('+') ? 1 : 0);
  int16_t number = 0;
  const auto [end, wrong] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (wrong != std::errc() || end != digits.data() + digits.size()) {
    fmt::print(stderr, "{}: Illegal replication, a positive integer expected\n", command.name);
    const bool too_large = wrong == std::errc::result_out_of_range;
    report_wrong_use(shell, command,
                     Status(StatusCode::kHadoopIllegalArgument, too_large ? fmt::format("Value out of range. Value:\"{}\" Radix:10", text)
                                                                          : fmt::format("For input string: \"{}\"", text)));
    co_return;
  }
  if (number < 1) {
    report_wrong_use(shell, command, Status(StatusCode::kHadoopIllegalArgument, "replication must be >= 1"));
    co_return;
  }
  parsed.arguments.erase(parsed.arguments.begin());
  std::vector<PathItem> waiting;
  const Wanted wanted{number, parsed.has("w") ? &waiting : nullptr};
  co_await for_each_item_below(shell, command, parsed.arguments, set_one, &wanted);
  for (const auto& item : waiting) {
    if (auto done = co_await wait_for(shell, item, wanted.replication); !done) shell.report(command.name, done.error());
  }
}

}  // namespace tusker::cli::dfs
