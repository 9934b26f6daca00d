#include "common/security/groups.h"

#include "common/async/run_on.h"
#include "common/security/user.h"

namespace tusker::security {

std::optional<std::vector<std::string>> Groups::known(const std::string& user) {
  MutexLock lock(mutex_);
  const auto it = known_.find(user);
  if (it == known_.end() || it->second.until <= env_.clock.now()) return std::nullopt;
  return it->second.groups;
}

Task<std::vector<std::string>> Groups::of(std::string user) {
  if (auto groups = known(user)) co_return *std::move(groups);
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
