#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "common/config/config.h"
#include "common/env/network.h"
#include "common/security/groups.h"
#include "common/security/user.h"

namespace tusker::security {

// Who may act as somebody else, as whom and from where: hadoop.proxyuser.NAME.users, .groups and .hosts (DefaultImpersonationProvider).
// Built at start-up, constant afterwards; any thread. Host names are looked up once, when it is built.
class ProxyUsers {
 public:
  // Blocks for the names among the hosts; one that can't be resolved is logged and matches nothing.
  ProxyUsers(const config::Config& config, Network& network);

  // kAuthorization with Hadoop's text unless `user.real_name` may be `user.name` on a connection from `from`.
  Task<Result<void>> check(Groups& groups, User user, Endpoint from) const;

 private:
  // A list of names; "*" is everybody.
  struct Names {
    bool all = false;
    std::vector<std::string> names;
    bool has(const std::string& name) const;
  };
  struct Hosts {
    bool all = false;
    struct Range {
      uint32_t network;
      uint32_t mask;
    };
    std::vector<Range> ranges;
    bool has(const std::string& address) const;
  };
  struct Rule {
    Names users;
    Names groups;
    Hosts hosts;
  };
  static Names read_names(const std::vector<std::string>& list);
  static Hosts read_hosts(const std::vector<std::string>& list, Network& network);
  std::map<std::string, Rule> rules_;  // by the superuser's name
};

}  // namespace tusker::security
