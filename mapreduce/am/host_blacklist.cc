#include "mapreduce/am/host_blacklist.h"

#include <algorithm>
#include <iterator>

namespace tusker::mapreduce {

void HostBlacklist::attempt_failed(const std::string& host) {
  if (options_.enabled && ++failures_[host] >= options_.failures_max) listed_.insert(host);
}

void HostBlacklist::unreachable(const std::string& host) {
  if (options_.enabled) listed_.insert(host);
}

void HostBlacklist::forgive(const std::string& host) {
  failures_.erase(host);
  listed_.erase(host);
}

bool HostBlacklist::followed() const {
  if (options_.ignored_percent < 0) return true;
  return nodes_ > 0 && static_cast<int64_t>(listed_.size()) * 100 / nodes_ <= options_.ignored_percent;
}

HostBlacklist::Changes HostBlacklist::take_changes(bool afresh) {
  if (afresh) told_.clear();
  const std::set<std::string> wanted = followed() ? listed_ : std::set<std::string>();
  Changes changes;
  std::ranges::set_difference(wanted, told_, std::back_inserter(changes.additions));
  std::ranges::set_difference(told_, wanted, std::back_inserter(changes.removals));
  told_ = wanted;
  return changes;
}

}  // namespace tusker::mapreduce
