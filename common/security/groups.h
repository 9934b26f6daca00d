#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "common/base/mutex.h"
#include "common/env/env.h"

namespace tusker::security {

// Groups of users by the system's database, remembered for five minutes (hadoop.security.groups.cache.secs). Any thread; at most kUsersMax
// users are kept.
class Groups {
 public:
  explicit Groups(Env& env) : env_(env) {}
  // Empty for an unknown user. Looks the user up on the disk pool when it isn't remembered.
  Task<std::vector<std::string>> of(std::string user);
  // The same if it is remembered.
  std::optional<std::vector<std::string>> known(const std::string& user);
  // The next call for each user looks it up again.
  void forget_all();

 private:
  static constexpr size_t kUsersMax = 10'000;
  struct Entry {
    std::vector<std::string> groups;
    TimePoint until;
  };
  Env& env_;
  Mutex mutex_;
  std::map<std::string, Entry> known_ TUSKER_GUARDED_BY(mutex_);
};

}  // namespace tusker::security
