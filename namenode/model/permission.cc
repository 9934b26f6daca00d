#include "namenode/model/permission.h"

#include <fmt/format.h>

#include <algorithm>

namespace tusker::namenode {

namespace {

bool is_member(const Caller& caller, const std::string& group) { return std::ranges::find(caller.groups, group) != caller.groups.end(); }

// FSPermissionChecker.hasAclPermission, for whoever isn't the owner.
bool may_by_acl(const Caller& caller, const Inode& inode, Access access) {
  const Access mask = access_of(inode.mode >> 3);
  const auto grants = [&](const AclEntry& e) { return includes(static_cast<uint32_t>(e.permission & mask), access); };
  bool found = false;
  for (const auto& e : inode.acl) {
    if (e.scope == AclScope::kDefault) break;
    if (e.type == AclType::kUser && e.name == caller.name) return grants(e);
    if (e.type == AclType::kGroup && is_member(caller, e.name.empty() ? inode.group : e.name)) {
      if (grants(e)) return true;
      found = true;
    }
  }
  return !found && includes(inode.mode, access);
}

}  // namespace

bool may(const Caller& caller, const Inode& inode, Access access) {
  if (caller.superuser || !caller.checks_permissions) return true;
  if (caller.name == inode.owner) return includes(inode.mode >> 6, access);
  if (has_access_entries(inode.acl)) return may_by_acl(caller, inode, access);
  if (is_member(caller, inode.group)) return includes(inode.mode >> 3, access);
  return includes(inode.mode, access);
}

Result<void> check_access(const Caller& caller, const Inode& inode, const std::string& path, Access access) {
  if (may(caller, inode, access)) return {};
  return error(StatusCode::kAccessControl, fmt::format("Permission denied: user={}, access={}, inode=\"{}\":{}:{}:{}", caller.name,
                                                       access_name(access), path, inode.owner, inode.group, mode_text(inode)));
}

Result<void> check_owner(const Caller& caller, const Inode& inode, const std::string& path) {
  if (caller.superuser || caller.name == inode.owner) return {};
  return error(StatusCode::kAccessControl, fmt::format("Permission denied. user={} is not the owner of inode={}", caller.name, path));
}

Result<void> check_superuser(const Caller& caller, std::string_view operation) {
  if (caller.superuser || !caller.checks_permissions) return {};
  return error(StatusCode::kAccessControl,
               fmt::format("Access denied for user {}. Superuser privilege is required for operation {}", caller.name, operation));
}

bool violates_sticky(const Caller& caller, const Inode& parent, const Inode& child) {
  if ((parent.mode & 01000) == 0 || caller.superuser || !caller.checks_permissions) return false;
  return caller.name != parent.owner && caller.name != child.owner;
}

Status sticky_refusal(const Caller& caller, const Inode& parent, const std::string& parent_path, const Inode& child,
                      const std::string& child_path) {
  return Status(
      StatusCode::kAccessControl,
      fmt::format("Permission denied by sticky bit: user={}, path=\"{}\":{}:{}:{}, parent=\"{}\":{}:{}:{}", caller.name, child_path,
                  child.owner, child.group, mode_text(child), parent_path, parent.owner, parent.group, mode_text(parent)));
}

Result<void> check_sticky(const Caller& caller, const Inode& parent, const std::string& parent_path, const Inode& child,
                          const std::string& child_path) {
  if (!violates_sticky(caller, parent, child)) return {};
  return error(sticky_refusal(caller, parent, parent_path, child, child_path));
}

std::string mode_text(const Inode& inode) {
  std::string out = inode.is_directory() ? "d" : "-";
  for (int shift = 8; shift >= 0; --shift) out.push_back((inode.mode >> shift) & 1 ? "xwr"[shift % 3] : '-');
  if (inode.mode & 01000) out.back() = out.back() == 'x' ? 't' : 'T';
  return out;
}

}  // namespace tusker::namenode
