#pragma once

#include <string>

#include "namenode/model/permission.h"
#include "namenode/store/view.h"

namespace tusker::namenode {

// FSPermissionChecker.checkSubAccess: whether `caller` has `access` on a directory and on every one below it, and whether no sticky one
// among them holds what isn't the caller's. Nothing for a file, for the superuser, or where permissions are off. Walks over directories:
// not for the core.
Result<void> check_sub_access(const View& view, const Caller& caller, const Inode& root, const std::string& root_path, Access access,
                              bool ignore_empty);

}  // namespace tusker::namenode
