#include "namenode/ops/new_names.h"

#include <fmt/format.h>

#include "namenode/model/path.h"
#include "namenode/ops/quota.h"

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

Result<void> check_new_name(Namesystem& ns, Transaction& tx, const Resolved& at, const Usage& usage) {
  const Inode& parent = at.chain.back();
  auto allowed = check_limits(ns.settings(), parent, at.existing_path(), at.components[at.chain.size() - 1]);
  if (allowed) allowed = check_quota(tx, at.chain, at.chain.size(), usage);
  // Parents that were made for it stay.
  if (!allowed) tx.keep_on_failure();
  return allowed;
}

void inherit_permissions(const Settings& settings, const Inode& parent, const CreateModes& modes, Inode& child) {
  const auto masked = static_cast<uint16_t>(modes.masked & 01777);
  child.mode = masked;
  if (!has_default_entries(parent.acl)) return;
  // POSIX: where there is a default ACL, it stands in the umask's place.
  const bool posix = settings.posix_acl_inheritance && modes.unmasked;
  StoredAcl inherited = inherit_acl(parent.acl, posix ? static_cast<uint16_t>(*modes.unmasked & 01777) : masked, child.is_directory());
  child.mode = inherited.mode;
  child.acl = std::move(inherited.entries);
}

Result<void> make_missing_directories(Namesystem& ns, Transaction& tx, const OpContext& op, Resolved& at, size_t count,
                                      const CreateModes& modes) {
  Usage one;
  one.directories = 1;
  while (at.chain.size() <= count) {
    TRY_VOID(check_new_name(ns, tx, at, one));
    Inode& parent = at.chain.back();
    Inode directory;
    directory.name = at.components[at.chain.size() - 1];
    directory.id = tx.next_inode();
    directory.parent = parent.id;
    inherit_permissions(ns.settings(), parent, modes, directory);
    directory.owner = op.caller.name;
    directory.group = parent.group;
    directory.mtime_ms = tx.now_ms();
    tx.put(kUsageFamily, id_key(directory.id), encode(one));
    TRY_VOID(tx.link(parent, directory, one));
    at.chain.push_back(directory);
    tx.log(Edit::mkdir(at.existing_path(), directory));
  }
  return {};
}

}  // namespace tusker::namenode
