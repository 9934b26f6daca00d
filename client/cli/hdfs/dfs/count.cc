#include "client/cli/hdfs/dfs/command.h"
#include "client/cli/text_format.h"

namespace tusker::cli::dfs {
namespace {

using hadoop::hdfs::ContentSummaryProto;

std::string quota_columns(const ContentSummaryProto& s, bool human) {
  const auto text = [human](int64_t v) { return human ? human_size(v) : std::to_string(v); };
  const auto names = static_cast<int64_t>(s.quota());
  const auto space = static_cast<int64_t>(s.spacequota());
  const auto used_names = static_cast<int64_t>(s.filecount() + s.directorycount());
  const auto used_space = static_cast<int64_t>(s.spaceconsumed());
  return fmt::format("{} {} {} {} ", pad_left(names > 0 ? text(names) : "none", 12),
                     pad_left(names > 0 ? text(names - used_names) : "inf", 15), pad_left(space >= 0 ? text(space) : "none", 15),
                     pad_left(space >= 0 ? text(space - used_space) : "inf", 15));
}

Task<Result<void>> print_one(Shell& shell, PathItem item, const void* context) {
  const Parsed& parsed = *static_cast<const Parsed*>(context);
  CO_TRY(const auto summary, co_await shell.fs().content_summary(item.path));
  const bool human = parsed.has("h");
  const auto text = [human](uint64_t v) { return human ? human_size(static_cast<int64_t>(v)) : std::to_string(v); };
  std::string line;
  if (parsed.has("q") || parsed.has("u")) line += quota_columns(summary, human);
  if (!parsed.has("u")) {
    line += fmt::format("{} {} {} ", pad_left(text(summary.directorycount()), 12), pad_left(text(summary.filecount()), 12),
                        pad_left(text(summary.length()), 18));
  }
  shell.print(line + item.text + "\n");
  co_return Result<void>();
}

}  // namespace

Task<void> count(Shell& shell, const Command& command, Parsed parsed) {
  if (parsed.has("v")) {
    std::string header;
    if (parsed.has("q") || parsed.has("u")) {
      header += fmt::format("{} {} {} {} ", pad_left("QUOTA", 12), pad_left("REM_QUOTA", 15), pad_left("SPACE_QUOTA", 15),
                            pad_left("REM_SPACE_QUOTA", 15));
    }
    if (!parsed.has("u"))
      header += fmt::format("{} {} {} ", pad_left("DIR_COUNT", 12), pad_left("FILE_COUNT", 12), pad_left("CONTENT_SIZE", 18));
    shell.print(header + "PATHNAME\n");
  }
  co_await for_each_item(shell, command, parsed.arguments, print_one, &parsed);
}

}  // namespace tusker::cli::dfs
