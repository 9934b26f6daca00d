#include <fmt/format.h>

#include <algorithm>
#include <span>

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
  bool paths_only, human, hide_unprintable, recursive, access_time, policy;
};

std::string size_text(const FileStatus& s, bool human) { return human ? human_size(s.length) : std::to_string(s.length); }

void widen(Columns& columns, std::span<const PathItem> items) {
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

Task<Result<void>> print_line(Shell& shell, const Columns& w, PathItem item, const Options& options) {
  if (options.paths_only) {
    shell.print(item.text + "\n");
    co_return Result<void>();
  }
  std::string policy;
  if (options.policy) {
    CO_TRY(const auto summary, co_await item.files->content_summary(item.path));
    policy = summary.erasurecodingpolicy() + " ";
  }
  const FileStatus& s = *item.status;
  shell.print(fmt::format("{}{}{}{} {} {} {}{} {} {}\n", s.is_directory ? 'd' : '-', permission_text(s.permission), s.has_acl ? '+' : ' ',
                          pad_left(s.is_directory ? "-" : std::to_string(s.replication), w.replication), pad_right(s.owner, w.owner),
                          pad_right(s.group, w.group), policy, pad_left(size_text(s, options.human), w.length),
                          minute_local(options.access_time ? s.atime_ms : s.mtime_ms),
                          options.hide_unprintable ? printable(item.text) : item.text));
  co_return Result<void>();
}

// By time, size or path; "-r" turns the order round but not that of equals.
void sort_items(std::vector<PathItem>& items, const Parsed& parsed) {
  const bool by_time = parsed.has("t");
  const bool by_size = !by_time && parsed.has("S");
  const auto when = [&parsed](const PathItem& i) { return parsed.has("u") ? i.status->atime_ms : i.status->mtime_ms; };
  const auto before = [&](const PathItem& a, const PathItem& b) {
    if (by_time) return when(a) > when(b);
    if (by_size) return a.status->length > b.status->length;
    return a.path < b.path;
  };
  std::ranges::stable_sort(items, [&](const PathItem& a, const PathItem& b) { return parsed.has("r") ? before(b, a) : before(a, b); });
}

// Hadoop's recursive listing comes in pieces, whose columns are as wide as what came so far.
constexpr size_t kGroup = 100;

Task<void> list_directory(Shell& shell, const Command& command, PathItem directory, const Parsed& parsed, const Options& options,
                          Columns& columns) {
  auto items = co_await shell.children(directory);
  if (!items) {
    shell.report(command.name, items.error());
    co_return;
  }
  if (!options.recursive && !items->empty()) {
    if (!options.paths_only) shell.print(fmt::format("Found {} items\n", items->size()));
    sort_items(*items, parsed);
  }
  const bool in_groups = options.recursive && !parsed.has("t") && !parsed.has("S") && !parsed.has("r");
  const size_t group = in_groups ? kGroup : items->size();
  for (size_t i = 0; i < items->size(); ++i) {
    const PathItem& item = (*items)[i];
    if (i % group == 0) widen(columns, std::span(*items).subspan(i, std::min(group, items->size() - i)));
    if (auto printed = co_await print_line(shell, columns, item, options); !printed) shell.report(command.name, printed.error());
    if (options.recursive && item.is_directory()) co_await list_directory(shell, command, item, parsed, options, columns);
  }
}

}  // namespace

Task<void> ls(Shell& shell, const Command& command, Parsed parsed) {
  const Options options{parsed.has("C"), parsed.has("h"), parsed.has("q"), parsed.has("R") && !parsed.has("d"),
                        parsed.has("u"), parsed.has("e")};
  if (parsed.arguments.empty()) parsed.arguments.emplace_back(".");
  Columns columns;
  for (const auto& item : co_await shell.expand_all(command.name, parsed.arguments)) {
    if (!item.exists()) {
      shell.report(command.name, path_error::not_found(item.text));
    } else if (options.policy && item.files->hdfs() == nullptr) {
      shell.report(command.name, Status(StatusCode::kIo, fmt::format("FileSystem {} does not support Erasure Coding", item.files->uri())));
    } else if (item.is_directory() && !parsed.has("d")) {
      co_await list_directory(shell, command, item, parsed, options, columns);
    } else {
      widen(columns, std::span(&item, 1));
      if (auto printed = co_await print_line(shell, columns, item, options); !printed) shell.report(command.name, printed.error());
    }
  }
}

}  // namespace tusker::cli::dfs
