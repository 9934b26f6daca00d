#pragma once

#include "common/security/groups.h"
#include "namenode/ops/namesystem.h"

namespace tusker::namenode {

// Who a call's user is here: groups by this server's database, and whether that makes it a superuser.
Caller caller_with(const Settings& settings, std::string name, std::vector<std::string> groups);
Task<Caller> caller_of(Namesystem& ns, security::Groups& groups, security::User user);

}  // namespace tusker::namenode
