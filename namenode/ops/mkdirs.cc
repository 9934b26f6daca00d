#include <fmt/format.h>

#include "namenode/model/path.h"
#include "namenode/ops/new_names.h"
#include "namenode/ops/operations.h"

namespace tusker::namenode {

// FSDirMkdirOp.mkdirs.
Result<bool> mkdirs(Namesystem& ns, Transaction& tx, const OpContext& op, const std::string& path, uint16_t mode, bool create_parent,
                    std::optional<uint16_t> unmasked) {
  TRY_VOID(check_new_path(path, "mkdirs"));
  TRY(auto at, resolve(tx, op.caller, path, PathUse::kCreate));
  if (at.exists()) {
    if (at.target().is_directory()) return true;
    return error(StatusCode::kFileAlreadyExists, fmt::format("Path is not a directory: {}", at.path()));
  }
  if (!at.parent().is_directory()) {
    return error(StatusCode::kParentNotDirectory, fmt::format("{} (is not a directory)", at.existing_path()));
  }
  TRY_VOID(check_access(op.caller, at.parent(), at.existing_path(), Access::kWrite));
  TRY_VOID(check_reserved(at.components));
  if (!create_parent && !at.parent_exists()) {
    return error(StatusCode::kFileNotFound,
                 fmt::format("Parent directory doesn't exist: {}", join_path(at.components, at.components.size() - 1)));
  }
  // Directories on the way get the mode asked for, and the owner may pass.
  const CreateModes modes{mode, unmasked};
  TRY_VOID(make_missing_directories(ns, tx, op, at, at.components.size() - 1, modes.for_parents()));
  TRY_VOID(make_missing_directories(ns, tx, op, at, at.components.size(), modes));
  return true;
}

}  // namespace tusker::namenode
