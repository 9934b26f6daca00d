#include "client/cli/hdfs/dfs/command.h"

namespace tusker::cli::dfs {
namespace {

Task<Result<bool>> holds(PathItem item, char flag) {
  if (!item.exists()) co_return false;
  switch (flag) {
    case 'd':
      co_return item.is_directory();
    case 'f':
      co_return !item.is_directory();
    case 's':
      co_return item.status->length > 0;
    case 'z':
      co_return item.status->length == 0;
    case 'r':
      co_return co_await item.files->may_access(item.path, hadoop::hdfs::AclEntryProto::READ);
    case 'w':
      co_return co_await item.files->may_access(item.path, hadoop::hdfs::AclEntryProto::WRITE);
    default:
      co_return true;
  }
}

}  // namespace

Task<void> test(Shell& shell, const Command& command, Parsed parsed) {
  if (parsed.flags.size() != 1) {
    report_wrong_use(
        shell, command,
        Status(StatusCode::kHadoopIllegalArgument, parsed.flags.empty() ? "No test flag given" : "Only one test flag is allowed"));
    co_return;
  }
  for (const auto& item : co_await shell.expand_all(command.name, parsed.arguments)) {
    auto answer = co_await holds(item, parsed.flags.begin()->front());
    if (!answer) {
      shell.report(command.name, answer.error());
    } else if (!*answer) {
      shell.fail();
    }
  }
}

}  // namespace tusker::cli::dfs
