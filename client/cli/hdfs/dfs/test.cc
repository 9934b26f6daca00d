#include "client/cli/hdfs/dfs/command.h"

namespace tusker::cli::dfs {
namespace {

Task<Result<bool>> accessible(Shell& shell, PathItem item, hadoop::hdfs::AclEntryProto::FsActionProto action) {
  hadoop::hdfs::CheckAccessRequestProto request;
  request.set_path(item.path);
  request.set_mode(action);
  auto answer = co_await shell.fs().call<hadoop::hdfs::CheckAccessResponseProto>("checkAccess", request);
  if (answer) co_return true;
  if (answer.error().code() == StatusCode::kAccessControl) co_return false;
  co_return error(answer.error());
}

Task<Result<bool>> holds(Shell& shell, PathItem item, char flag) {
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
      co_return co_await accessible(shell, item, hadoop::hdfs::AclEntryProto::READ);
    case 'w':
      co_return co_await accessible(shell, item, hadoop::hdfs::AclEntryProto::WRITE);
    default:
      co_return true;
  }
}

}  // namespace

Task<void> test(Shell& shell, const Command& command, Parsed parsed) {
  if (parsed.flags.size() != 1) {
    shell.report_usage(command.name, Status(StatusCode::kHadoopIllegalArgument,
                                            parsed.flags.empty() ? "No test flag given" : "Only one test flag is allowed"));
    fmt::print(stderr, "{}{}", usage_text(nullptr), usage_text(&command));
    co_return;
  }
  auto items = co_await shell.expand(parsed.arguments.front());
  if (!items) {
    shell.fail();
    if (items.error().code() != StatusCode::kFileNotFound) shell.report(command.name, items.error());
    co_return;
  }
  for (const auto& item : *items) {
    auto answer = co_await holds(shell, item, parsed.flags.begin()->front());
    if (!answer) {
      shell.report(command.name, answer.error());
    } else if (!*answer) {
      shell.fail();
    }
  }
}

}  // namespace tusker::cli::dfs
