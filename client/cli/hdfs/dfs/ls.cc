#include <fmt/format.h>

#include <algorithm>

#include "client/cli/hdfs/dfs/command.h"
#include "client/cli/text_format.h"

namespace tusker::cli::dfs {
namespace {

// Column widths grow from batch to batch, as in Hadoop's Ls.
struct Columns {
  size_t replication = 3;
  size_t length = 10;
  size_t owner = 0;
  size_t group = 0;
};

struct Options {
  bool paths_only, human, hide_unprintable, recursive, access_time;
};

std::string size_text(const FileStatus& s, bool human) { return human ? human_size(s.length) : std::to_string(s.length); }

void widen(Columns& columns, const std::vector<PathItem>& items) {
  for (const auto& item : items) {
    const FileStatus& s = *item.status;
    columns.replication = std::max(columns.replication, std::to_string(s.replication).size());
    columns.length = std::max(columns.length, std::to_string(s.length).size());
    columns.owner = std::max(columns.owner, s.owner.size());
    columns.group = std::max(columns.group, s.group.size());
  }
}

std::string printable(std::string text) {
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = '?';
  }
  return text;
}

void print_line(Shell& shell, const Columns& w, const PathItem& item, const Options& options) {
  const std::string name = options.hide_unprintable ? printable(item.text) : item.text;
  if (options.paths_only) {
    shell.print(name + "\n");
    return;
  }
  const FileStatus& s = *item.status;
  shell.print(fmt::format("{}{}{}{} {} {} {} {} {}\n", s.is_directory ? 'd' : '-', permission_text(s.permission), s.has_acl ? '+' : ' ',
                          pad_left(s.is_directory ? "-" : std::to_string(s.replication), w.replication), pad_right(s.owner, w.owner),
                          pad_right(s.group, w.group), pad_left(size_text(s, options.human), w.length),
                          minute_local(options.access_time ? s.atime_ms : s.mtime_ms), name));
}

void sort_items(std::vector<PathItem>& items, const Parsed& parsed) {
  const bool by_time = parsed.has("t");
  const bool by_size = !by_time && parsed.has("S");
  const auto when = [&parsed](const PathItem& i) { return parsed.has("u") ? i.status->atime_ms : i.status->mtime_ms; };
  const auto before = [&](const PathItem& a, const PathItem& b) {
    if (by_time && when(a) != when(b)) return when(a) > when(b);
    if (by_size && a.status->length != b.status->length) return a.status->length > b.status->length;
    return a.path < b.path;
  };
  std::ranges::stable_sort(items, before);
  if (parsed.has("r")) std::ranges::reverse(items);
}

Task<void> list_directory(Shell& shell, const Command& command, PathItem directory, const Parsed& parsed, const Options& options,
                          Columns& columns) {
  auto items = co_await shell.children(directory);
  if (!items) {
    shell.report(command.name, items.error());
    co_return;
  }
  if (!options.recursive && !items->empty() && !options.paths_only) shell.print(fmt::format("Found {} items\n", items->size()));
  sort_items(*items, parsed);
  widen(columns, *items);
  for (const auto& item : *items) {
    print_line(shell, columns, item, options);
    if (options.recursive && item.is_directory()) co_await list_directory(shell, command, item, parsed, options, columns);
  }
}

}  // namespace

Task<void> ls(Shell& shell, const Command& command, Parsed parsed) {
  const Options options{parsed.has("C"), parsed.has("h"), parsed.has("q"), parsed.has("R") && !parsed.has("d"), parsed.has("u")};
  if (parsed.arguments.empty()) parsed.arguments.emplace_back(".");
  Columns columns;
  for (const auto& argument : parsed.arguments) {
    auto items = co_await shell.expand(argument);
    if (!items) {
      shell.report(command.name, items.error());
      continue;
    }
    for (auto& item : *items) {
      if (!item.exists()) {
        shell.report(command.name, path_error::not_found(item.text));
      } else if (item.is_directory() && !parsed.has("d")) {
        co_await list_directory(shell, command, item, parsed, options, columns);
      } else {
        widen(columns, {item});
        print_line(shell, columns, item, options);
      }
    }
  }
}

}  // namespace tusker::cli::dfs
