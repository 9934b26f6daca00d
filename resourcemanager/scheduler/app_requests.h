#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "common/base/yarn_ids.h"
#include "resourcemanager/model/container.h"

namespace tusker::resourcemanager {

// One line of what an ApplicationMaster asks: an absolute count for a host, a rack or "*" (ResourceRequest).
struct ResourceRequest {
  RequestKey key;
  std::string name;
  yarn::Resource capability;
  int32_t count = 0;
  bool relax_locality = true;
};

enum class Locality : uint8_t { kNodeLocal, kRackLocal, kOffSwitch };

// The open requests of one key (AppPlacementAllocator), and how long they have waited for their places.
struct KeyRequests {
  struct Entry {
    yarn::Resource capability;
    int32_t count = 0;
    bool relax_locality = true;
  };
  std::map<std::string, Entry, std::less<>> by_name;  // hosts, racks, "*"
  int64_t missed = 0;                                 // opportunities that were let pass for locality's sake
  int64_t waiting_since_ms = -1;                      // monotonic; -1: doesn't wait

  // Containers that are still wanted: the count of "*".
  int32_t pending() const;
  const Entry* any() const;
  // The best level at which a node may take one, by what was asked and relaxed; nullopt when it may not.
  std::optional<Locality> level_of(const std::string& host, const std::string& rack) const;
  // Counts down what an allocation at `level` satisfies: its host, its rack and "*".
  void satisfied(Locality level, const std::string& host, const std::string& rack);
};

// Everything that one attempt wants (AppSchedulingInfo). Pure.
class AppRequests {
 public:
  // Counts replace the former ones; a count of 0 removes.
  void update(const std::vector<ResourceRequest>& requests);
  void update_blacklist(const std::vector<std::string>& additions, const std::vector<std::string>& removals);
  bool blacklisted(const std::string& host, const std::string& rack) const {
    return blacklist_.contains(host) || blacklist_.contains(rack);
  }

  // In the order in which they are served.
  std::map<RequestKey, KeyRequests>& keys() { return keys_; }
  const std::map<RequestKey, KeyRequests>& keys() const { return keys_; }
  yarn::Resource pending_resource() const;
  int64_t pending_count() const;

 private:
  std::map<RequestKey, KeyRequests> keys_;
  std::set<std::string> blacklist_;
};

}  // namespace tusker::resourcemanager
