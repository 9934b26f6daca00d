#include "namenode/rpc/client_protocol.h"
#include "namenode/rpc/convert_attributes.h"

namespace tusker::namenode {

using namespace hadoop::hdfs;  // NOLINT: handlers speak the wire's types

// ACLs.

Task<Result<void>> ClientProtocol::change_acl(Call call, std::string what, std::string path, AclChange change, Acl spec) {
  const OpContext op = co_await context_of(call);
  co_return co_await this->change(what + path, [this, op, path, change, spec = std::move(spec)](Transaction& tx) {
    return namenode::change_acl(ns_, tx, op, path, change, spec);
  });
}

Task<Result<ModifyAclEntriesResponseProto>> ClientProtocol::modify_acl_entries(Call call, ModifyAclEntriesRequestProto request) {
  CO_TRY_VOID(co_await change_acl(call, "Cannot modify ACL entries on ", request.src(), AclChange::kModify, acl_of(request.aclspec())));
  co_return ModifyAclEntriesResponseProto();
}

Task<Result<RemoveAclEntriesResponseProto>> ClientProtocol::remove_acl_entries(Call call, RemoveAclEntriesRequestProto request) {
  CO_TRY_VOID(
      co_await change_acl(call, "Cannot remove ACL entries on ", request.src(), AclChange::kRemoveEntries, acl_of(request.aclspec())));
  co_return RemoveAclEntriesResponseProto();
}

Task<Result<RemoveDefaultAclResponseProto>> ClientProtocol::remove_default_acl(Call call, RemoveDefaultAclRequestProto request) {
  CO_TRY_VOID(co_await change_acl(call, "Cannot remove default ACL entries on ", request.src(), AclChange::kRemoveDefault, {}));
  co_return RemoveDefaultAclResponseProto();
}

Task<Result<RemoveAclResponseProto>> ClientProtocol::remove_acl(Call call, RemoveAclRequestProto request) {
  CO_TRY_VOID(co_await change_acl(call, "Cannot remove ACL on ", request.src(), AclChange::kRemoveAll, {}));
  co_return RemoveAclResponseProto();
}

Task<Result<SetAclResponseProto>> ClientProtocol::set_acl(Call call, SetAclRequestProto request) {
  CO_TRY_VOID(co_await change_acl(call, "Cannot set ACL on ", request.src(), AclChange::kSet, acl_of(request.aclspec())));
  co_return SetAclResponseProto();
}

Task<Result<GetAclStatusResponseProto>> ClientProtocol::get_acl_status(Call call, GetAclStatusRequestProto request) {
  const OpContext op = co_await context_of(call);
  CO_TRY(const Inode inode, co_await ns_.read([this, op, request](const View& view) {
    return namenode::get_acl_status(ns_, view, op.caller, request.src());
  }));
  GetAclStatusResponseProto response;
  *response.mutable_result() = acl_status(inode);
  co_return response;
}

// Extended attributes.

Task<Result<SetXAttrResponseProto>> ClientProtocol::set_xattr(Call call, SetXAttrRequestProto request) {
  const OpContext op = co_await context_of(call);
  CO_TRY_VOID(
      co_await change_once(call, "Cannot set XAttr on " + request.src(), [this, op, request](Transaction& tx) -> Result<std::string> {
        const XAttrFlags flags{(request.flag() & XATTR_CREATE) != 0, (request.flag() & XATTR_REPLACE) != 0};
        TRY_VOID(namenode::set_xattr(ns_, tx, op, request.src(), xattr_of(request.xattr()), flags));
        return std::string();
      }));
  co_return SetXAttrResponseProto();
}

Task<Result<RemoveXAttrResponseProto>> ClientProtocol::remove_xattr(Call call, RemoveXAttrRequestProto request) {
  const OpContext op = co_await context_of(call);
  CO_TRY_VOID(co_await change_once(call, "Cannot remove XAttr entry on " + request.src(),
                                   [this, op, request](Transaction& tx) -> Result<std::string> {
                                     TRY_VOID(namenode::remove_xattr(ns_, tx, op, request.src(), xattr_of(request.xattr())));
                                     return std::string();
                                   }));
  co_return RemoveXAttrResponseProto();
}

Task<Result<GetXAttrsResponseProto>> ClientProtocol::get_xattrs(Call call, GetXAttrsRequestProto request) {
  const OpContext op = co_await context_of(call);
  CO_TRY(const XAttrs found, co_await ns_.read([this, op, request](const View& view) {
    XAttrs wanted;
    for (const auto& attribute : request.xattrs()) wanted.push_back(xattr_of(attribute));
    return namenode::get_xattrs(ns_, view, op.caller, request.src(), wanted);
  }));
  GetXAttrsResponseProto response;
  for (const auto& attribute : found) *response.add_xattrs() = xattr_proto(attribute);
  co_return response;
}

Task<Result<ListXAttrsResponseProto>> ClientProtocol::list_xattrs(Call call, ListXAttrsRequestProto request) {
  const OpContext op = co_await context_of(call);
  CO_TRY(const XAttrs found, co_await ns_.read([this, op, request](const View& view) {
    return namenode::get_xattrs(ns_, view, op.caller, request.src(), {});
  }));
  ListXAttrsResponseProto response;
  for (const auto& attribute : found) *response.add_xattrs() = xattr_proto(attribute);
  co_return response;
}

// Quotas.

Task<Result<SetQuotaResponseProto>> ClientProtocol::set_quota(Call call, SetQuotaRequestProto request) {
  OpContext op = co_await context_of(call);
  QuotaChange quota{static_cast<int64_t>(request.namespacequota()), static_cast<int64_t>(request.storagespacequota()), {}};
  if (request.has_storagetype()) quota.type = storage_type_of(request.storagetype());
  op.caller.operation = quota.operation();
  if (!ns_.settings().owner_sets_quota) CO_TRY_VOID(check_superuser(op.caller, op.caller.operation));
  CO_TRY_VOID(co_await change("Cannot set quota on " + request.path(), [this, op, path = request.path(), quota](Transaction& tx) {
    return namenode::set_quota(ns_, tx, op, path, quota);
  }));
  co_return SetQuotaResponseProto();
}

// Whoever isn't the superuser may see the sums of what he may read only, so the directories below are walked: on the disk pool.
template <class Fn>
Task<Result<ContentSummary>> ClientProtocol::sum_up(OpContext op, Fn sum) {
  if (op.caller.superuser || !op.caller.checks_permissions) co_return co_await ns_.read(sum);
  co_return co_await run_on(ns_.env().disk_pool, [this, sum] { return sum(ReadView(ns_.engine(), kv::Tier::kAll)); });
}

Task<Result<GetQuotaUsageResponseProto>> ClientProtocol::get_quota_usage(Call call, GetQuotaUsageRequestProto request) {
  const OpContext op = co_await context_of(call);
  CO_TRY(const ContentSummary summary,
         co_await sum_up(op, [op, request](const View& view) { return namenode::get_quota_usage(view, op.caller, request.path()); }));
  GetQuotaUsageResponseProto response;
  *response.mutable_usage() = quota_usage(summary);
  co_return response;
}

Task<Result<GetContentSummaryResponseProto>> ClientProtocol::get_content_summary(Call call, GetContentSummaryRequestProto request) {
  const OpContext op = co_await context_of(call);
  CO_TRY(const ContentSummary summary,
         co_await sum_up(op, [op, request](const View& view) { return namenode::get_content_summary(view, op.caller, request.path()); }));
  GetContentSummaryResponseProto response;
  *response.mutable_summary() = content_summary(summary);
  co_return response;
}

// Storage policies.

Task<Result<SetStoragePolicyResponseProto>> ClientProtocol::set_storage_policy(Call call, SetStoragePolicyRequestProto request) {
  const OpContext op = co_await context_of(call);
  CO_TRY_VOID(check_storage_policies(ns_.settings(), op.caller, "set storage policy", "setStoragePolicy"));
  CO_TRY_VOID(co_await change("Cannot set storage policy for " + request.src(), [this, op, request](Transaction& tx) -> Result<void> {
    if (request.policyname().empty()) return error(StatusCode::kHadoopIllegalArgument, "Cannot find a block policy with the name ");
    return namenode::set_storage_policy(ns_, tx, op, request.src(), request.policyname());
  }));
  co_return SetStoragePolicyResponseProto();
}

Task<Result<UnsetStoragePolicyResponseProto>> ClientProtocol::unset_storage_policy(Call call, UnsetStoragePolicyRequestProto request) {
  const OpContext op = co_await context_of(call);
  CO_TRY_VOID(check_storage_policies(ns_.settings(), op.caller, "unset storage policy", "unsetStoragePolicy"));
  CO_TRY_VOID(co_await change("Cannot unset storage policy for " + request.src(), [this, op, request](Transaction& tx) {
    return namenode::set_storage_policy(ns_, tx, op, request.src(), "");
  }));
  co_return UnsetStoragePolicyResponseProto();
}

Task<Result<GetStoragePoliciesResponseProto>> ClientProtocol::get_storage_policies(Call, GetStoragePoliciesRequestProto) {
  GetStoragePoliciesResponseProto response;
  for (const auto& policy : storage_policies()) *response.add_policies() = storage_policy_proto(policy);
  co_return response;
}

Task<Result<GetStoragePolicyResponseProto>> ClientProtocol::get_storage_policy(Call call, GetStoragePolicyRequestProto request) {
  const OpContext op = co_await context_of(call);
  CO_TRY(const StoragePolicy* policy, co_await ns_.read([this, op, request](const View& view) {
    return namenode::get_storage_policy(ns_, view, op.caller, request.path());
  }));
  GetStoragePolicyResponseProto response;
  *response.mutable_storagepolicy() = storage_policy_proto(*policy);
  co_return response;
}

Task<Result<SatisfyStoragePolicyResponseProto>> ClientProtocol::satisfy_storage_policy(Call call, SatisfyStoragePolicyRequestProto) {
  const OpContext op = co_await context_of(call);
  CO_TRY_VOID(check_storage_policies(ns_.settings(), op.caller, "satisfy storage policy", "satisfyStoragePolicy"));
  // dfs.storage.policy.satisfier.mode is "none".
  co_return unsupported_action(
      "Cannot request to satisfy storage policy when storage policy satisfier feature has been disabled by admin. Seek for an admin help "
      "to "
      "enable it or use Mover tool.");
}

// Symbolic links, which HDFS has switched off.

Task<Result<CreateSymlinkResponseProto>> ClientProtocol::create_symlink(Call, CreateSymlinkRequestProto request) {
  constexpr size_t kPathCharacters = 8000;
  if (request.link().size() > kPathCharacters) co_return error(StatusCode::kIo, "Symlink path exceeds 8000 character limit");
  co_return error(StatusCode::kUnsupportedOperation, "Symlinks not supported");
}

Task<Result<GetLinkTargetResponseProto>> ClientProtocol::get_link_target(Call call, GetLinkTargetRequestProto request) {
  const OpContext op = co_await context_of(call);
  CO_TRY(const auto inode,
         co_await ns_.read([op, request](const View& view) { return namenode::get_file_info(view, op.caller, request.path()); }));
  if (!inode) co_return error(StatusCode::kFileNotFound, "File does not exist: " + request.path());
  co_return error(StatusCode::kIo, "Path " + request.path() + " is not a symbolic link");
}

}  // namespace tusker::namenode
