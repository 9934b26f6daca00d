#include <fmt/format.h>

#include "namenode/ops/attribute_operations.h"
#include "namenode/ops/quota.h"

namespace tusker::namenode {
namespace {

std::string types_text(const std::vector<StorageType>& types) {
  std::string out;
  for (const StorageType type : types) out += (out.empty() ? "" : ", ") + std::string(storage_type_name(type));
  return "[" + out + "]";
}

// BlockStoragePolicy.toString.
std::string policy_text(const StoragePolicy& p) {
  return fmt::format("BlockStoragePolicy{{{}:{}, storageTypes={}, creationFallbacks={}, replicationFallbacks={}}}", p.name, p.id,
                     types_text(p.types), types_text(p.creation_fallbacks), types_text(p.replication_fallbacks));
}

Result<void> check_file(const Inode& file, const StoragePolicy* wanted) {
  if (wanted != nullptr && wanted->copy_on_create) {
    return error(StatusCode::kHadoopIllegalArgument, fmt::format("Policy {} cannot be set after file creation.", policy_text(*wanted)));
  }
  const StoragePolicy* current = find_storage_policy(file.storage_policy);
  if (current != nullptr && current->copy_on_create) {
    return error(StatusCode::kHadoopIllegalArgument,
                 fmt::format("Existing policy {} cannot be changed after file creation.", current->name));
  }
  return {};
}

}  // namespace

const StoragePolicy& default_storage_policy(const Settings& settings) {
  const StoragePolicy* policy = find_storage_policy(settings.default_storage_policy);
  return policy != nullptr ? *policy : *find_storage_policy(kHotPolicy);
}

Result<void> check_storage_policies(const Settings& settings, const Caller& caller, const std::string& what, const std::string& operation) {
  if (!settings.storage_policies) {
    return error(StatusCode::kIo, fmt::format("Failed to {} since dfs.storage.policy.enabled is set to false.", what));
  }
  return settings.storage_policy_superuser_only ? check_superuser(caller, operation) : Result<void>();
}

Result<void> set_storage_policy(Namesystem&, Transaction& tx, const OpContext& op, const std::string& path, const std::string& name) {
  const StoragePolicy* policy = name.empty() ? nullptr : find_storage_policy(name);
  if (!name.empty() && policy == nullptr) {
    return error(StatusCode::kHadoopIllegalArgument, "Cannot find a block policy with the name " + name);
  }
  TRY(auto at, resolve(tx, op.caller, path, PathUse::kWrite));
  if (!at.exists()) return error(StatusCode::kFileNotFound, "File/Directory does not exist: " + at.path());
  Inode& target = at.target();
  TRY_VOID(check_access(op.caller, target, at.path(), Access::kWrite));
  if (target.is_file()) TRY_VOID(check_file(target, policy));
  TRY(const Usage before, usage_of(tx, target));
  target.storage_policy = policy == nullptr ? kPolicyUnspecified : policy->id;
  TRY(Usage change, usage_of(tx, target));
  change += -before;
  tx.put_inode(target);
  if (target.id != kRootInode && change != Usage{}) TRY_VOID(tx.add_usage(target.parent, change));
  tx.log(Edit::set_storage_policy(at.path(), target.storage_policy));
  return {};
}

Result<const StoragePolicy*> get_storage_policy(Namesystem& ns, const View& view, const Caller& caller, const std::string& path) {
  TRY(auto at, resolve_existing(view, caller, path, PathUse::kRead, "File/Directory does not exist: "));
  TRY_VOID(check_access(caller, at.target(), at.path(), Access::kRead));
  const StoragePolicy* policy = find_storage_policy(effective_policy(at.chain, at.chain.size() - 1));
  return policy != nullptr ? policy : &default_storage_policy(ns.settings());
}

}  // namespace tusker::namenode
