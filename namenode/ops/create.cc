#include <fmt/format.h>

#include "namenode/model/path.h"
#include "namenode/model/storage_policy.h"
#include "namenode/ops/new_names.h"
#include "namenode/ops/operations.h"
#include "namenode/ops/quota.h"

namespace tusker::namenode {
namespace {

// What the client asks for, after its path was found fit (FSNamesystem.startFileInt, BlockManager.verifyReplication).
Result<void> check_request(const Settings& settings, const CreateRequest& request, const OpContext& op) {
  if (request.block_bytes < settings.block_bytes_min) {
    return error(StatusCode::kIo,
                 fmt::format("Specified block size {} is less than configured minimum value dfs.namenode.fs-limits.min-block-size={}",
                             request.block_bytes, settings.block_bytes_min));
  }
  const auto refuse = [&](const std::string& why) {
    return error(StatusCode::kIo, fmt::format("Requested replication factor of {} {} for {}, clientName={}", request.replication, why,
                                              request.path, op.client_ip));
  };
  if (request.replication > settings.replication_max) return refuse(fmt::format("exceeds maximum of {}", settings.replication_max));
  if (request.replication < settings.replication_min) {
    return refuse(fmt::format("is less than the required minimum of {}", settings.replication_min));
  }
  return {};
}

// Which paths can't even be asked for: "Invalid path name PATH".
Result<void> check_create_path(const std::string& path) {
  const auto components = path_components(path);
  const bool reserved = !components.empty() && components[0] == ".reserved";
  const bool relative = components.size() > 1 && (components[1] == ".inodes" || components[1] == "raw");
  if (!is_valid_name(path) || (reserved && !relative)) return error(StatusCode::kInvalidPath, "Invalid path name " + path);
  return check_new_path(path, "create");
}

// Makes room for the new file where one stands already, or says why it can't be.
Result<void> replace_existing(Namesystem& ns, Transaction& tx, const OpContext& op, const CreateRequest& request, Resolved& at) {
  Inode& old = at.target();
  if (!request.overwrite) {
    TRY_VOID(recover_for_newcomer(ns, tx, old, {"CREATE_FILE", at.path(), request.client_name, op.client_ip}));
    return error(StatusCode::kFileAlreadyExists, fmt::format("{} for client {} already exists", at.path(), op.client_ip));
  }
  TRY(const Usage usage, usage_of(tx, old));
  TRY_VOID(tx.unlink(at.parent(), old, usage));
  TRY_VOID(delete_file_rows(tx, old));
  at.chain.pop_back();
  return {};
}

// FSDirWriteFileOp.addFile and setNewINodeStoragePolicy: `inherited` is kept by the file itself if it can't be changed later.
Result<uint8_t> policy_of_new_file(const CreateRequest& request, uint8_t inherited) {
  uint8_t own = kPolicyUnspecified;
  if (!request.storage_policy.empty()) {
    const StoragePolicy* policy = find_storage_policy(request.storage_policy);
    if (policy == nullptr) {
      return error(StatusCode::kHadoopIllegalArgument, fmt::format("Cannot find a block policy with the name {}", request.storage_policy));
    }
    own = policy->id;
  }
  if (request.lazy_persist) return kLazyPersistPolicy;
  const StoragePolicy* effective = find_storage_policy(own != kPolicyUnspecified ? own : inherited);
  return effective != nullptr && effective->copy_on_create ? effective->id : own;
}

}  // namespace

// FSDirWriteFileOp.resolvePathForStartFile and startFile.
Result<Inode> create(Namesystem& ns, Transaction& tx, const OpContext& op, const CreateRequest& request) {
  TRY_VOID(check_create_path(request.path));
  TRY(auto at, resolve(tx, op.caller, request.path, PathUse::kCreate));
  if (at.components.empty()) return error(StatusCode::kFileAlreadyExists, "/ already exists as a directory");
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
  } else {
    if (!request.create_parent && at.chain.size() <= parents) {
      return error(StatusCode::kFileNotFound, fmt::format("Parent directory doesn't exist: {}", join_path(at.components, parents)));
    }
    if (!request.create) return error(StatusCode::kFileNotFound, fmt::format("Can't overwrite non-existent {}", request.path));
  }
  TRY_VOID(check_request(ns.settings(), request, op));
  if (at.exists()) TRY_VOID(replace_existing(ns, tx, op, request, at));
  // Parents made on the way inherit the mode of the nearest one that exists, and the owner may pass.
  const CreateModes modes{request.mode, request.unmasked};
  TRY_VOID(make_missing_directories(ns, tx, op, at, parents, CreateModes{at.chain.back().mode, {}}.for_parents()));
  Usage one;
  one.files = 1;
  TRY_VOID(check_new_name(ns, tx, at, one));
  Inode& parent = at.chain.back();
  Inode file;
  file.kind = InodeKind::kFile;
  TRY(file.storage_policy, policy_of_new_file(request, effective_policy(at.chain, at.chain.size() - 1)));
  file.name = at.components.back();
  file.id = tx.next_inode();
  file.parent = parent.id;
  inherit_permissions(ns.settings(), parent, modes, file);
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
  if (file.storage_policy == kPolicyUnspecified) file.storage_policy = effective_policy(at.chain, at.chain.size() - 1);
  return file;
}

}  // namespace tusker::namenode
