#include "common/security/groups.h"

#include "common/async/run_on.h"
#include "common/security/user.h"

namespace tusker::security {

Task<std::vector<std::string>> Groups::of(std::string user) {
  {
    MutexLock lock(mutex_);
    if (const auto it = known_.find(user); it != known_.end() && it->second.until > env_.clock.now()) co_return it->second.groups;
  }
  auto found = co_await run_on(env_.disk_pool, [user] { return groups_of(user); });
  MutexLock lock(mutex_);
  if (known_.size() >= kUsersMax) known_.clear();
  known_[user] = Entry{found, env_.clock.after(std::chrono::minutes(5))};
  co_return found;
}

void Groups::forget_all() {
  MutexLock lock(mutex_);
  known_.clear();
}

}  // namespace tusker::security
