#include <algorithm>

#include "client/cli/hdfs/dfs/command.h"

namespace tusker::cli::dfs {
namespace {

struct Ownership {
  std::string owner;  // empty: stays
  std::string group;
};

bool is_name(std::string_view text) {
  return std::ranges::all_of(text, [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) || std::string_view("-+_./@").find(c) != std::string_view::npos;
  });
}

Task<Result<void>> change(Shell&, PathItem item, const void* context) {
  Ownership wanted = *static_cast<const Ownership*>(context);
  if (wanted.owner == item.status->owner) wanted.owner.clear();
  if (wanted.group == item.status->group) wanted.group.clear();
  if (wanted.owner.empty() && wanted.group.empty()) co_return Result<void>();
  auto done = co_await item.files->set_owner(item.path, wanted.owner, wanted.group);
  if (!done) co_return error(Status(done.error().code(), "changing ownership of '" + item.text + "': " + done.error().message()));
  co_return Result<void>();
}

Task<void> change_all(Shell& shell, const Command& command, Parsed parsed, Ownership wanted) {
  parsed.arguments.erase(parsed.arguments.begin());
  if (parsed.has("R")) {
    co_await for_each_item_below(shell, command, parsed.arguments, change, &wanted);
  } else {
    co_await for_each_item(shell, command, parsed.arguments, change, &wanted);
  }
}

void refuse(Shell& shell, const Command& command, const std::string& text) {
  report_wrong_use(shell, command, Status(StatusCode::kHadoopIllegalArgument, text));
}

}  // namespace

Task<void> chown(Shell& shell, const Command& command, Parsed parsed) {
  const std::string text = parsed.arguments.front();
  const size_t colon = text.find(':');
  Ownership wanted{text.substr(0, colon), colon == std::string::npos ? "" : text.substr(colon + 1)};
  if (!is_name(wanted.owner) || !is_name(wanted.group)) {
    refuse(shell, command, fmt::format("'{}' does not match expected pattern for [owner][:group].", text));
    co_return;
  }
  if (wanted.owner.empty() && wanted.group.empty()) {
    refuse(shell, command, fmt::format("'{}' does not specify owner or group.", text));
    co_return;
  }
  co_await change_all(shell, command, std::move(parsed), std::move(wanted));
}

Task<void> chgrp(Shell& shell, const Command& command, Parsed parsed) {
  const std::string text = parsed.arguments.front();
  if (text.empty() || !is_name(text)) {
    refuse(shell, command, fmt::format("'{}' does not match expected pattern for group", text));
    co_return;
  }
  co_await change_all(shell, command, std::move(parsed), Ownership{"", text});
}

}  // namespace tusker::cli::dfs
