#pragma once

#include <string>
#include <vector>

#include "namenode/model/acl.h"
#include "namenode/model/storage_policy.h"
#include "namenode/model/xattr.h"
#include "namenode/ops/operations.h"

// What clients set on an inode besides its name and its bytes: ACLs, extended attributes, quotas, storage policies.
namespace tusker::namenode {

// acl.cc (FSDirAclOp). `spec` is as the client sent it; of the two removals without one it isn't looked at.
enum class AclChange : uint8_t { kModify, kRemoveEntries, kRemoveDefault, kRemoveAll, kSet };
// The owner or the superuser only. kAclException with " Path: PATH" at the end.
Result<void> change_acl(Namesystem& ns, Transaction& tx, const OpContext& op, const std::string& path, AclChange change, Acl spec);
// The inode whose owner, mode and entries are asked for.
Result<Inode> get_acl_status(Namesystem& ns, const View& view, const Caller& caller, const std::string& path);

// xattr.cc (FSDirXAttrOp).
struct XAttrFlags {
  bool create = false;
  bool replace = false;
};
Result<void> set_xattr(Namesystem& ns, Transaction& tx, const OpContext& op, const std::string& path, const XAttr& attribute,
                       XAttrFlags flags);
Result<void> remove_xattr(Namesystem& ns, Transaction& tx, const OpContext& op, const std::string& path, const XAttr& attribute);
// Those asked for, all that the caller may see if there are none; XAttrNotFoundException when one isn't there.
Result<XAttrs> get_xattrs(Namesystem& ns, const View& view, const Caller& caller, const std::string& path, const XAttrs& wanted);
// kAccessControl when the superuser may not read a file (FSDirectory.checkUnreadableBySuperuser).
Result<void> check_readable_by_superuser(const View& view, const Caller& caller, const Inode& file);

// erasure_coding.cc (FSDirErasureCodingOp). Files are always replicated here: a directory can be given the policy "REPLICATION", which says
// so against any policy above it, and no other one. MapReduce's job submission does.
Result<void> set_erasure_coding_policy(Transaction& tx, const OpContext& op, const std::string& path, const std::string& name);
Result<void> unset_erasure_coding_policy(Transaction& tx, const OpContext& op, const std::string& path);

// set_quota.cc (FSDirAttrOp.setQuota). Limits in bytes and names; kQuotaDontSet leaves one, kQuotaReset clears it. With a type only
// `space` counts, for that kind of storage.
struct QuotaChange {
  int64_t names = kQuotaDontSet;
  int64_t space = kQuotaDontSet;
  std::optional<StorageType> type;

  // As Hadoop names the call in its refusals: "setQuota", "clearSpaceQuota" and the like.
  const char* operation() const;
};
Result<void> set_quota(Namesystem& ns, Transaction& tx, const OpContext& op, const std::string& path, const QuotaChange& change);

// storage_policy.cc (FSDirAttrOp). `name` empty: the policy of the directory above holds again.
Result<void> set_storage_policy(Namesystem& ns, Transaction& tx, const OpContext& op, const std::string& path, const std::string& name);
Result<const StoragePolicy*> get_storage_policy(Namesystem& ns, const View& view, const Caller& caller, const std::string& path);
// The policy of what has none, by the settings; HOT when they name one that doesn't exist, which the start refuses.
const StoragePolicy& default_storage_policy(const Settings& settings);
// kIo when dfs.storage.policy.enabled is off; kAccessControl when only the superuser may. `what` is "set storage policy".
Result<void> check_storage_policies(const Settings& settings, const Caller& caller, const std::string& what, const std::string& operation);

}  // namespace tusker::namenode
