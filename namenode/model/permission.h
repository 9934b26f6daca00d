#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"
#include "namenode/model/access.h"
#include "namenode/model/inode.h"

namespace tusker::namenode {

// The user of a call, with its groups as this server knows them.
struct Caller {
  std::string name;
  std::vector<std::string> groups;
  bool superuser = false;          // the server's own user, or in dfs.permissions.superusergroup
  bool checks_permissions = true;  // dfs.permissions.enabled
  std::string operation;           // the call, as refusals of what only the superuser may do name it
};

// FSPermissionChecker: whether `caller` may do `access` on `inode`. With an access ACL: the owner's bits, else the named user's entry, else
// any of the entries of the caller's groups, these under the mask, else the rest. Without: owner bits, else group bits for a member, else
// the rest.
bool may(const Caller& caller, const Inode& inode, Access access);
// The same with Hadoop's refusal; `path` is the object's, as the text names it.
Result<void> check_access(const Caller& caller, const Inode& inode, const std::string& path, Access access);
// Also where permissions are off: who owns a file is always asked.
Result<void> check_owner(const Caller& caller, const Inode& inode, const std::string& path);
Result<void> check_superuser(const Caller& caller, std::string_view operation);
// In a sticky directory only its owner and the child's may remove or rename the child.
Result<void> check_sticky(const Caller& caller, const Inode& parent, const std::string& parent_path, const Inode& child,
                          const std::string& child_path);

// Whether it is the child of a sticky directory that is neither the caller's nor holds the caller's child.
bool violates_sticky(const Caller& caller, const Inode& parent, const Inode& child);
Status sticky_refusal(const Caller& caller, const Inode& parent, const std::string& parent_path, const Inode& child,
                      const std::string& child_path);

// "drwxr-xr-t"
std::string mode_text(const Inode& inode);

}  // namespace tusker::namenode
