#include "client/cli/hdfs/dfs/command.h"
#include "client/cli/text_format.h"

namespace tusker::cli::dfs {
namespace {

std::string rendered(std::string_view format, const PathItem& item) {
  const FileStatus& s = *item.status;
  std::string out;
  for (size_t i = 0; i < format.size(); ++i) {
    if (format[i] != '%') {
      out.push_back(format[i]);
      continue;
    }
    if (i + 1 == format.size()) break;
    switch (format[++i]) {
      case 'a':
        out += fmt::format("{:o}", s.permission);
        break;
      case 'A':
        out += permission_text(s.permission);
        break;
      case 'b':
        out += std::to_string(s.length);
        break;
      case 'F':
        out += s.is_directory ? "directory" : "regular file";
        break;
      case 'g':
        out += s.group;
        break;
      case 'n':
        out += item.name();
        break;
      case 'o':
        out += std::to_string(s.block_bytes);
        break;
      case 'r':
        out += std::to_string(s.replication);
        break;
      case 'u':
        out += s.owner;
        break;
      case 'x':
        out += second_utc(s.atime_ms);
        break;
      case 'X':
        out += std::to_string(s.atime_ms);
        break;
      case 'y':
        out += second_utc(s.mtime_ms);
        break;
      case 'Y':
        out += std::to_string(s.mtime_ms);
        break;
      default:
        out.push_back(format[i]);
    }
  }
  return out;
}

Task<Result<void>> print_one(Shell& shell, PathItem item, const void* context) {
  shell.print(rendered(*static_cast<const std::string*>(context), item) + "\n");
  co_return Result<void>();
}

}  // namespace

Task<void> stat(Shell& shell, const Command& command, Parsed parsed) {
  std::string format = "%y";
  if (parsed.arguments.front().find('%') != std::string::npos) {
    format = parsed.arguments.front();
    parsed.arguments.erase(parsed.arguments.begin());
  }
  if (parsed.arguments.empty()) {
    report_wrong_use(shell, command, Status(StatusCode::kHadoopIllegalArgument, "Not enough arguments: expected 1 but got 0"));
    co_return;
  }
  if (parsed.has("R")) {
    co_await for_each_item_below(shell, command, parsed.arguments, print_one, &format);
  } else {
    co_await for_each_item(shell, command, parsed.arguments, print_one, &format);
  }
}

}  // namespace tusker::cli::dfs
