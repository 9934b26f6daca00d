#include "client/cli/hdfs/dfs/command.h"
#include "client/cli/text_format.h"

namespace tusker::cli::dfs {

Task<void> df(Shell& shell, const Command& command, Parsed parsed) {
  if (parsed.arguments.empty()) parsed.arguments.emplace_back("/");
  std::vector<std::array<std::string, 5>> rows = {{"Filesystem", "Size", "Used", "Available", "Use%"}};
  const auto text = [&parsed](uint64_t bytes) { return parsed.has("h") ? human_size(static_cast<int64_t>(bytes)) : std::to_string(bytes); };
  for (const auto& item : co_await shell.expand_all(command.name, parsed.arguments)) {
    if (!item.exists()) {
      shell.report(command.name, path_error::not_found(item.text));
      continue;
    }
    auto space = co_await item.files->space();
    if (!space) {
      shell.report(command.name, space.error());
      continue;
    }
    const double share = static_cast<double>(space->used) / static_cast<double>(space->capacity);
    rows.push_back({item.files->uri(), text(space->capacity), text(space->used), text(space->remaining), percent(share * 100, 0)});
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
