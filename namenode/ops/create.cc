#include <fmt/format.h>

#include "namenode/model/path.h"
#include "namenode/ops/new_names.h"
#include "namenode/ops/operations.h"

namespace tusker::namenode {
namespace {

Result<void> check_request(const Settings& settings, const CreateRequest& request) {
  TRY_VOID(check_new_path(request.path, "create"));
  if (request.replication > settings.replication_max) {
    return error(StatusCode::kIo, fmt::format("Requested replication factor of {} exceeds maximum of {} for {} from {}",
                                              request.replication, settings.replication_max, request.path, request.client_name));
  }
  if (request.replication < settings.replication_min) {
    return error(StatusCode::kIo, fmt::format("Requested replication factor of {} is less than the required minimum of {} for {} from {}",
                                              request.replication, settings.replication_min, request.path, request.client_name));
  }
  if (request.block_bytes < settings.block_bytes_min) {
    return error(StatusCode::kIo, fmt::format("Specified block size is less than configured minimum value "
                                              "(dfs.namenode.fs-limits.min-block-size): {} < {}",
                                              request.block_bytes, settings.block_bytes_min));
  }
  return {};
}

// Makes room for the new file where one stands already, or says why it can't be.
Result<void> replace_existing(Namesystem& ns, Transaction& tx, const OpContext& op, const CreateRequest& request, Resolved& at) {
  Inode& old = at.target();
  if (!request.overwrite) {
    if (old.under_construction) {
      return error(open_by_another(ns, tx, old, at.path(), "CREATE_FILE", request.client_name, op.client_ip));
    }
    return error(StatusCode::kFileAlreadyExists, fmt::format("{} for client {} already exists", at.path(), op.client_ip));
  }
  TRY_VOID(tx.unlink(at.parent(), old, usage_of_file(old)));
  TRY_VOID(delete_file_rows(tx, old));
  at.chain.pop_back();
  return {};
}

}  // namespace

// FSDirWriteFileOp.resolvePathForStartFile and startFile.
Result<Inode> create(Namesystem& ns, Transaction& tx, const OpContext& op, const CreateRequest& request) {
  TRY_VOID(check_request(ns.settings(), request));
  TRY(auto at, resolve(tx, op.caller, request.path, PathUse::kCreate));
  if (at.components.empty()) return error(StatusCode::kFileAlreadyExists, "/ already exists as a directory");
  if (at.components == std::vector<std::string>{".reserved"}) {
    return error(StatusCode::kInvalidPath, "Invalid path name /.reserved");
  }
  TRY_VOID(check_reserved(at.components));
  if (!at.parent().is_directory())
    return error(StatusCode::kParentNotDirectory, fmt::format("{} (is not a directory)", at.existing_path()));
  TRY_VOID(check_access(op.caller, at.parent(), at.parent_path(), Access::kWrite));
  const size_t parents = at.components.size() - 1;
  if (at.exists()) {
    if (at.target().is_directory()) {
      return error(StatusCode::kFileAlreadyExists, fmt::format("{} already exists as a directory", at.path()));
    }
    if (request.overwrite) TRY_VOID(check_access(op.caller, at.target(), at.path(), Access::kWrite));
    TRY_VOID(replace_existing(ns, tx, op, request, at));
  } else {
    if (!request.create_parent && at.chain.size() <= parents) {
      return error(StatusCode::kFileNotFound, fmt::format("Parent directory doesn't exist: {}", join_path(at.components, parents)));
    }
    if (!request.create) return error(StatusCode::kFileNotFound, fmt::format("Can't overwrite non-existent {}", request.path));
  }
  // Parents made on the way inherit the mode of the nearest one that exists, and the owner may pass.
  TRY_VOID(make_missing_directories(ns, tx, op, at, parents, static_cast<uint16_t>((at.chain.back().mode & 0777) | 0300)));
  Inode& parent = at.chain.back();
  Inode file;
  file.kind = InodeKind::kFile;
  file.name = at.components.back();
  TRY_VOID(check_limits(ns.settings(), parent, at.existing_path(), file.name));
  file.id = tx.next_inode();
  file.parent = parent.id;
  file.mode = request.mode & 01777;
  file.owner = op.caller.name;
  file.group = parent.group;
  file.mtime_ms = file.atime_ms = tx.now_ms();
  file.replication = request.replication;
  file.block_bytes = request.block_bytes;
  file.under_construction = true;
  file.writer = {request.client_name, op.client_ip};
  TRY_VOID(tx.link(parent, file, usage_of_file(file)));
  tx.open_lease(file);
  ns.leases().renew(request.client_name, ns.now_ms());
  tx.log(Edit::add(at.path(), file, request.overwrite, op.ids));
  return file;
}

}  // namespace tusker::namenode
