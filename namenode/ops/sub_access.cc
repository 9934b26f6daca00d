#include "namenode/ops/sub_access.h"

#include <fmt/format.h>

#include <vector>

namespace tusker::namenode {
namespace {

constexpr size_t kEntriesMax = 1'000'000;

std::string below(const std::string& path, std::string_view name) { return (path == "/" ? "" : path) + "/" + std::string(name); }

}  // namespace

Result<void> check_sub_access(const View& view, const Caller& caller, const Inode& root, const std::string& root_path, Access access,
                              bool ignore_empty) {
  if (caller.superuser || !caller.checks_permissions || !root.is_directory()) return {};
  std::vector<std::pair<Inode, std::string>> todo = {{root, root_path}};
  size_t seen = 0;
  while (!todo.empty()) {
    const auto [directory, path] = std::move(todo.back());
    todo.pop_back();
    if (directory.children == 0 && ignore_empty) continue;
    TRY_VOID(check_access(caller, directory, path, access));
    TRY_VOID(view.children(directory.id, "", [&, &parent = directory, &parent_path = path](Inode child) -> Result<bool> {
      if (++seen > kEntriesMax) {
        return error(StatusCode::kIo, fmt::format("{} has too many entries to check at once; name its parts", root_path));
      }
      std::string child_path = below(parent_path, child.name);
      // The text has the sticky directory's path, but owner and mode of the one where the walk began.
      if (violates_sticky(caller, parent, child)) return error(sticky_refusal(caller, root, parent_path, child, child_path));
      if (child.is_directory()) todo.emplace_back(std::move(child), std::move(child_path));
      return true;
    }));
  }
  return {};
}

}  // namespace tusker::namenode
