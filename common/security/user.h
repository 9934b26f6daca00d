#pragma once

#include <string>
#include <vector>

namespace tusker::security {

// A caller: its short name (groups are looked up by the server), and who really connected when it is a proxied user.
struct User {
  std::string name;
  std::string real_name;  // empty unless proxied
  friend auto operator<=>(const User&, const User&) = default;
};

// The user that a client program acts as: HADOOP_USER_NAME, else the system's name for the process. Only main functions call it.
User current_user();

// Groups of a user by the system's database, the primary one first; empty for an unknown user. Blocks: on the disk pool.
std::vector<std::string> groups_of(const std::string& user);

}  // namespace tusker::security
