#pragma once

#include <string>
#include <vector>

#include "common/base/result.h"
#include "namenode/model/access.h"

namespace tusker::namenode {

// In the order in which entries are kept.
enum class AclScope : uint8_t { kAccess = 0, kDefault = 1 };
enum class AclType : uint8_t { kUser = 0, kGroup = 1, kMask = 2, kOther = 3 };

// AclEntry. An empty name: the owner, the owning group, the mask or the others.
struct AclEntry {
  AclScope scope = AclScope::kAccess;
  AclType type = AclType::kUser;
  std::string name;
  Access permission = Access::kNone;
  friend bool operator==(const AclEntry&, const AclEntry&) = default;
};
using Acl = std::vector<AclEntry>;

// "default:user:bob:r-x"
std::string acl_entry_text(const AclEntry& entry);

// AclTransformation: `existing` is a whole ACL, the three entries of the mode included, in order; so is what comes back. Masks are
// calculated where the change touches a scope without giving one, and default entries that are missing are copied from the access ones.
// kAclException with Hadoop's texts, without the path.
Result<Acl> merge_acl_entries(const Acl& existing, Acl spec);
Result<Acl> filter_acl_entries(const Acl& existing, Acl spec);
Result<Acl> filter_default_acl_entries(const Acl& existing);
Result<Acl> replace_acl_entries(const Acl& existing, Acl spec);

// How an inode keeps its ACL (AclStorage): owner, group class (the mask, if there is one) and others stand in the mode, the rest in
// `entries`: named ones with the owning group's if there are named ones, then the default ones.
struct StoredAcl {
  uint16_t mode = 0;
  Acl entries;
};
// Every inode's ACL, also one that has no more than its mode.
Acl logical_acl(uint16_t mode, const Acl& entries);
// `acl` is in order and valid; the sticky bit is taken from `mode`.
StoredAcl store_acl(uint16_t mode, const Acl& acl);
// The mode without the ACL: the owning group's entry becomes the group bits again (FSDirAclOp.unprotectedRemoveAcl).
uint16_t mode_without_acl(uint16_t mode, const Acl& entries);
bool has_default_entries(const Acl& entries);
bool has_access_entries(const Acl& entries);

// What a child made with `mode` in a directory with these entries begins with; without default entries there, the mode alone
// (AclStorage.copyINodeDefaultAcl).
StoredAcl inherit_acl(const Acl& parent_entries, uint16_t mode, bool is_directory);

}  // namespace tusker::namenode
