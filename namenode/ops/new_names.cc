#include "namenode/ops/new_names.h"

#include <fmt/format.h>

#include "namenode/model/path.h"

namespace tusker::namenode {

Result<void> check_limits(const Settings& settings, const Inode& parent, const std::string& parent_path, const std::string& name) {
  if (settings.component_bytes_max > 0 && static_cast<int64_t>(name.size()) > settings.component_bytes_max) {
    return error(StatusCode::kPathComponentTooLong,
                 fmt::format("The maximum path component name limit of {} in directory {} is exceeded: limit={} length={}", name,
                             parent_path, settings.component_bytes_max, name.size()));
  }
  if (parent.children >= settings.directory_items_max) {
    return error(StatusCode::kMaxDirectoryItems, fmt::format("The directory item limit of {} is exceeded: limit={} items={}", parent_path,
                                                             settings.directory_items_max, parent.children + 1));
  }
  return {};
}

Result<void> make_missing_directories(Namesystem& ns, Transaction& tx, const OpContext& op, Resolved& at, size_t count, uint16_t mode) {
  while (at.chain.size() <= count) {
    Inode& parent = at.chain.back();
    Inode directory;
    directory.name = at.components[at.chain.size() - 1];
    TRY_VOID(check_limits(ns.settings(), parent, at.existing_path(), directory.name));
    directory.id = tx.next_inode();
    directory.parent = parent.id;
    directory.mode = mode & 01777;
    directory.owner = op.caller.name;
    directory.group = parent.group;
    directory.mtime_ms = tx.now_ms();
    tx.put(kUsageFamily, id_key(directory.id), encode(Usage{.directories = 1}));
    TRY_VOID(tx.link(parent, directory, Usage{.directories = 1}));
    at.chain.push_back(directory);
    tx.log(Edit::mkdir(at.existing_path(), directory));
  }
  return {};
}

}  // namespace tusker::namenode
