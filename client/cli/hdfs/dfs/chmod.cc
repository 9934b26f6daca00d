#include "client/cli/hdfs/dfs/command.h"
#include "client/cli/hdfs/dfs/umask.h"

namespace tusker::cli::dfs {
namespace {

Task<Result<void>> change(Shell&, PathItem item, const void* context) {
  const std::string& text = *static_cast<const std::string*>(context);
  CO_TRY(const uint16_t mode, changed_mode(text, item.status->permission, item.is_directory()));
  if (mode == item.status->permission) co_return Result<void>();
  auto done = co_await item.files->set_permission(item.path, mode);
  if (!done) co_return error(Status(done.error().code(), "changing permissions of '" + item.text + "': " + done.error().message()));
  co_return Result<void>();
}

}  // namespace

Task<void> chmod(Shell& shell, const Command& command, Parsed parsed) {
  const std::string mode = parsed.arguments.front();
  if (auto valid = changed_mode(mode, 0, false); !valid) {
    report_wrong_use(shell, command, valid.error());
    co_return;
  }
  parsed.arguments.erase(parsed.arguments.begin());
  if (parsed.has("R")) {
    co_await for_each_item_below(shell, command, parsed.arguments, change, &mode);
  } else {
    co_await for_each_item(shell, command, parsed.arguments, change, &mode);
  }
}

}  // namespace tusker::cli::dfs
