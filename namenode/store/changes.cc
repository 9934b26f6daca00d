#include "namenode/store/changes.h"

#include "namenode/store/codec.h"

namespace tusker::namenode {

std::map<std::string, std::optional<std::string>, std::less<>> Changes::range(Family family, std::string_view lower,
                                                                              std::string_view upper) const {
  std::map<std::string, std::optional<std::string>, std::less<>> out;
  for (auto it = rows.lower_bound(std::pair(family, lower)); it != rows.end() && it->first.first == family; ++it) {
    if (!upper.empty() && it->first.second >= upper) break;
    out.emplace(it->first.second, it->second);
  }
  if (family != kChildFamily) return out;
  for (const auto& [place, inode] : inodes) {
    std::string key = child_key(place.first, place.second);
    if (key < lower || (!upper.empty() && key >= upper)) continue;
    out.emplace(std::move(key), inode ? std::optional(encode(*inode)) : std::nullopt);
  }
  return out;
}

}  // namespace tusker::namenode
