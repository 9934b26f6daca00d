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
  CO_TRY(const bool done, co_await shell.fs().set_replication(item.path, wanted.replication));
  if (!done) co_return error(StatusCode::kIo, fmt::format("Could not set replication for: {}", item.text));
  shell.print(fmt::format("Replication {} set: {}\n", wanted.replication, item.text));
  if (wanted.waiting != nullptr) wanted.waiting->push_back(item);
  co_return Result<void>();
}

Task<Result<void>> wait_for(Shell& shell, PathItem item, int16_t replication) {
  shell.print(fmt::format("Waiting for {} ...", item.text));
  for (;;) {
    std::fflush(stdout);
    CO_TRY(const auto blocks, co_await shell.fs().block_locations(item.path, 0, INT64_MAX));
    if (std::ranges::all_of(blocks, [replication](const auto& b) { return std::ssize(b.names) == replication; })) break;
    co_await shell.env().clock.sleep_for(std::chrono::seconds(1));
    shell.print(".");
  }
  shell.print(" done\n");
  co_return Result<void>();
}

}  // namespace

Task<void> setrep(Shell& shell, const Command& command, Parsed parsed) {
  char* end = nullptr;
  const std::string text = parsed.arguments.front();
  const long number = std::strtol(text.c_str(), &end, 10);
  const bool is_number = !text.empty() && *end == '\0' && number <= INT16_MAX;
  if (!is_number || number < 1) {
    shell.report_usage(command.name, Status(StatusCode::kHadoopIllegalArgument,
                                            is_number ? "replication must be >= 1" : "Illegal replication, a positive integer expected"));
    fmt::print(stderr, "{}{}", usage_text(nullptr), usage_text(&command));
    co_return;
  }
  parsed.arguments.erase(parsed.arguments.begin());
  std::vector<PathItem> waiting;
  const Wanted wanted{static_cast<int16_t>(number), parsed.has("w") ? &waiting : nullptr};
  co_await for_each_item_below(shell, command, parsed.arguments, set_one, &wanted);
  for (const auto& item : waiting) {
    if (auto done = co_await wait_for(shell, item, wanted.replication); !done) shell.report(command.name, done.error());
  }
}

}  // namespace tusker::cli::dfs
