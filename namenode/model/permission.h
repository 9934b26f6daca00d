#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/base/result.h"
#include "namenode/model/inode.h"

namespace tusker::namenode {

// rwx as bits, FsAction.
enum class Access : uint8_t {
  kNone = 0,
  kExecute = 1,
  kWrite = 2,
  kWriteExecute = 3,
  kRead = 4,
  kReadExecute = 5,
  kReadWrite = 6,
  kAll = 7
};
constexpr bool includes(uint32_t bits, Access wanted) { return (bits & static_cast<uint32_t>(wanted)) == static_cast<uint32_t>(wanted); }
const char* access_name(Access access);

// The user of a call, with its groups as this server knows them.
struct Caller {
  std::string name;
  std::vector<std::string> groups;
  bool superuser = false;          // the server's own user, or in dfs.permissions.superusergroup
  bool checks_permissions = true;  // dfs.permissions.enabled
};

// FSPermissionChecker: whether `caller` may do `access` on `inode`; owner bits for the owner, else group bits for a member, else the rest.
bool may(const Caller& caller, const Inode& inode, Access access);
// The same with Hadoop's refusal; `path` is the object's, as the text names it.
Result<void> check_access(const Caller& caller, const Inode& inode, const std::string& path, Access access);
Result<void> check_owner(const Caller& caller, const Inode& inode, const std::string& path);
Result<void> check_superuser(const Caller& caller, const std::string& operation);
// In a sticky directory only its owner and the child's may remove or rename the child.
Result<void> check_sticky(const Caller& caller, const Inode& parent, const std::string& parent_path, const Inode& child,
                          const std::string& child_path);

// "drwxr-xr-t"
std::string mode_text(const Inode& inode);

}  // namespace tusker::namenode
