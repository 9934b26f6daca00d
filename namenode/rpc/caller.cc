#include "namenode/rpc/caller.h"

#include <algorithm>

namespace tusker::namenode {

Caller caller_with(const Settings& settings, std::string name, std::vector<std::string> groups) {
  Caller out;
  out.superuser = name == settings.superuser || std::ranges::find(groups, settings.supergroup) != groups.end();
  out.checks_permissions = settings.permissions_enabled;
  out.name = std::move(name);
  out.groups = std::move(groups);
  return out;
}

Task<Caller> caller_of(Namesystem& ns, security::Groups& groups, security::User user) {
  auto member_of = co_await groups.of(user.name);
  co_return caller_with(ns.settings(), user.name, std::move(member_of));
}

}  // namespace tusker::namenode
