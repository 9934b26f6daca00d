#include "common/security/user.h"

#include <grp.h>
#include <pwd.h>
#include <unistd.h>

#include <array>

#include "common/env/real_env.h"

namespace tusker::security {

User current_user() {
  if (auto name = environment_variable("HADOOP_USER_NAME"); !name.empty()) return User{name, ""};
  std::array<char, 4096> buffer;
  passwd entry{};
  passwd* found = nullptr;
  if (::getpwuid_r(::geteuid(), &entry, buffer.data(), buffer.size(), &found) == 0 && found != nullptr) return User{found->pw_name, ""};
  return User{std::to_string(::geteuid()), ""};
}

std::vector<std::string> groups_of(const std::string& user) {
  std::array<char, 16384> buffer;
  passwd entry{};
  passwd* found = nullptr;
  if (::getpwnam_r(user.c_str(), &entry, buffer.data(), buffer.size(), &found) != 0 || found == nullptr) return {};
  std::vector<gid_t> ids(64);
  int count = static_cast<int>(ids.size());
  if (::getgrouplist(user.c_str(), entry.pw_gid, ids.data(), &count) < 0) {
    ids.resize(static_cast<size_t>(count));
    if (::getgrouplist(user.c_str(), entry.pw_gid, ids.data(), &count) < 0) return {};
  }
  ids.resize(static_cast<size_t>(count));
  std::vector<std::string> names;
  for (const gid_t id : ids) {
    std::array<char, 16384> group_buffer;
    group group_entry{};
    group* group_found = nullptr;
    if (::getgrgid_r(id, &group_entry, group_buffer.data(), group_buffer.size(), &group_found) == 0 && group_found != nullptr) {
      names.emplace_back(group_found->gr_name);
    }
  }
  return names;
}

}  // namespace tusker::security
