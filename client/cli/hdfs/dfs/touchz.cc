#include "client/cli/hdfs/dfs/command.h"

namespace tusker::cli::dfs {
namespace {

Task<Result<void>> touch(PathItem item) {
  if (item.is_directory()) co_return error(path_error::is_directory(item.text));
  if (item.exists() && item.status->length != 0) co_return error(path_error::with(item.text, "Not a zero-length file"));
  if (!item.exists()) {
    CO_TRY(const auto parent, co_await item.files->status(parent_directory(item.path)));
    if (!parent) co_return error(path_error::not_found_in(item.text, item.files->qualified(item.path)));
  }
  CO_TRY(auto out, co_await item.files->create(item.path));
  co_return co_await out->close();
}

}  // namespace

Task<void> touchz(Shell& shell, const Command& command, Parsed parsed) {
  for (const auto& item : co_await shell.expand_all(command.name, parsed.arguments)) {
    if (auto touched = co_await touch(item); !touched) shell.report(command.name, touched.error());
  }
}

}  // namespace tusker::cli::dfs
