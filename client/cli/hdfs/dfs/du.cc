#include "client/cli/hdfs/dfs/command.h"
#include "client/cli/text_format.h"

namespace tusker::cli::dfs {
namespace {

struct Row {
  std::string size;
  std::string space;
  std::string path;
};

Task<Result<Row>> row_of(PathItem item, bool human, bool without_snapshots) {
  CO_TRY(const auto summary, co_await item.files->content_summary(item.path));
  const auto text = [human](uint64_t bytes) { return human ? human_size(static_cast<int64_t>(bytes)) : std::to_string(bytes); };
  const uint64_t of_snapshots = without_snapshots ? summary.snapshotlength() : 0;
  const uint64_t space_of_snapshots = without_snapshots ? summary.snapshotspaceconsumed() : 0;
  co_return Row{text(summary.length() - of_snapshots), text(summary.spaceconsumed() - space_of_snapshots), item.text};
}

Task<Result<void>> add_rows(Shell& shell, const Command& command, PathItem item, const Parsed& parsed, std::vector<Row>& rows) {
  if (parsed.has("s") || !item.is_directory()) {
    CO_TRY(auto row, co_await row_of(item, parsed.has("h"), parsed.has("x")));
    rows.push_back(std::move(row));
    co_return Result<void>();
  }
  CO_TRY(auto below, co_await shell.children(item));
  for (const auto& child : below) {
    auto row = co_await row_of(child, parsed.has("h"), parsed.has("x"));
    if (row) {
      rows.push_back(*std::move(row));
    } else {
      shell.report(command.name, row.error());
    }
  }
  co_return Result<void>();
}

}  // namespace

Task<void> du(Shell& shell, const Command& command, Parsed parsed) {
  if (parsed.arguments.empty()) parsed.arguments.emplace_back(".");
  std::vector<Row> rows;
  if (parsed.has("v")) rows.push_back({"SIZE", "DISK_SPACE_CONSUMED_WITH_ALL_REPLICAS", "FULL_PATH_NAME"});
  for (const auto& item : co_await shell.expand_all(command.name, parsed.arguments)) {
    if (!item.exists()) {
      shell.report(command.name, path_error::not_found(item.text));
    } else if (auto added = co_await add_rows(shell, command, item, parsed, rows); !added) {
      shell.report(command.name, added.error());
    }
  }
  if (rows.size() == (parsed.has("v") ? 1 : 0)) co_return;
  size_t size_width = 0;
  size_t space_width = 0;
  for (const auto& row : rows) {
    size_width = std::max(size_width, row.size.size());
    space_width = std::max(space_width, row.space.size());
  }
  for (const auto& row : rows)
    shell.print(fmt::format("{}  {}  {}\n", pad_right(row.size, size_width), pad_right(row.space, space_width), row.path));
}

}  // namespace tusker::cli::dfs
