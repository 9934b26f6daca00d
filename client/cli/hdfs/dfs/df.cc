#include "client/cli/hdfs/dfs/command.h"
#include "client/cli/text_format.h"

namespace tusker::cli::dfs {

Task<void> df(Shell& shell, const Command& command, Parsed parsed) {
  if (parsed.arguments.empty()) parsed.arguments.emplace_back("/");
  auto stats = co_await shell.fs().call<hadoop::hdfs::GetFsStatsResponseProto>("getFsStats", hadoop::hdfs::GetFsStatusRequestProto());
  if (!stats) {
    shell.report(command.name, stats.error());
    co_return;
  }
  std::vector<std::array<std::string, 5>> rows = {{"Filesystem", "Size", "Used", "Available", "Use%"}};
  const auto text = [&parsed](uint64_t bytes) { return parsed.has("h") ? human_size(static_cast<int64_t>(bytes)) : std::to_string(bytes); };
  for (const auto& argument : parsed.arguments) {
    auto items = co_await shell.expand(argument);
    for (const auto& item : items ? *items : std::vector<PathItem>()) {
      if (!item.exists()) {
        shell.report(command.name, path_error::not_found(item.text));
        continue;
      }
      const double share = static_cast<double>(stats->used()) / static_cast<double>(stats->capacity());
      std::string uri = shell.qualified("");
      rows.push_back({uri, text(stats->capacity()), text(stats->used()), text(stats->remaining()),
                      stats->capacity() == 0 ? "NaN%" : fmt::format("{:.0f}%", share * 100)});
    }
    if (!items) shell.report(command.name, items.error());
  }
  std::array<size_t, 5> widths{};
  for (const auto& row : rows) {
    for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  if (rows.size() == 1) co_return;
  for (const auto& row : rows) {
    shell.print(fmt::format("{}  {}  {}  {}  {}\n", pad_right(row[0], widths[0]), pad_left(row[1], widths[1]), pad_left(row[2], widths[2]),
                            pad_left(row[3], widths[3]), pad_left(row[4], widths[4])));
  }
}

}  // namespace tusker::cli::dfs
