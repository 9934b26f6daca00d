#include "resourcemanager/scheduler/app_requests.h"

#include "common/base/check.h"

namespace tusker::resourcemanager {

namespace {
constexpr std::string_view kAny = "*";
}

const KeyRequests::Entry* KeyRequests::any() const {
  auto entry = by_name.find(kAny);
  return entry == by_name.end() ? nullptr : &entry->second;
}

int32_t KeyRequests::pending() const {
  const Entry* entry = any();
  return entry == nullptr ? 0 : entry->count;
}

std::optional<Locality> KeyRequests::level_of(const std::string& host, const std::string& rack) const {
  if (pending() <= 0) return std::nullopt;
  auto wanted = [this](const std::string& name) {
    auto entry = by_name.find(name);
    return entry != by_name.end() && entry->second.count > 0 ? &entry->second : nullptr;
  };
  if (wanted(host) != nullptr) return Locality::kNodeLocal;
  const Entry* at_rack = wanted(rack);
  if (at_rack != nullptr && at_rack->relax_locality) return Locality::kRackLocal;
  if (any()->relax_locality) return Locality::kOffSwitch;
  return std::nullopt;
}

void KeyRequests::satisfied(Locality level, const std::string& host, const std::string& rack) {
  auto count_down = [this](std::string_view name) {
    auto entry = by_name.find(name);
    if (entry == by_name.end()) return;
    if (--entry->second.count <= 0) by_name.erase(entry);
  };
  CHECK_INVARIANT(pending() > 0);
  if (level == Locality::kNodeLocal) count_down(host);
  if (level != Locality::kOffSwitch) count_down(rack);
  count_down(kAny);
}

void AppRequests::update(const std::vector<ResourceRequest>& requests) {
  for (const ResourceRequest& request : requests) {
    KeyRequests& key = keys_[request.key];
    if (request.count > 0) {
      // More is wanted than before: what is new has not waited yet.
      if (request.name == kAny && request.count > key.pending()) key.waiting_since_ms = -1;
      key.by_name[request.name] = {request.capability, request.count, request.relax_locality};
    } else {
      key.by_name.erase(request.name);
    }
  }
  // A key is known as long as it is wanted; names without "*" are kept, since their "*" may come in a later call.
  std::erase_if(keys_, [](const auto& entry) { return entry.second.by_name.empty(); });
}

void AppRequests::update_blacklist(const std::vector<std::string>& additions, const std::vector<std::string>& removals) {
  blacklist_.insert(additions.begin(), additions.end());
  for (const std::string& name : removals) blacklist_.erase(name);
}

yarn::Resource AppRequests::pending_resource() const {
  yarn::Resource sum;
  for (const auto& [key, requests] : keys_) {
    if (const auto* any = requests.any()) {
      sum += yarn::Resource{any->capability.memory_mb * any->count, any->capability.vcores * any->count};
    }
  }
  return sum;
}

int64_t AppRequests::pending_count() const {
  int64_t sum = 0;
  for (const auto& [key, requests] : keys_) sum += requests.pending();
  return sum;
}

}  // namespace tusker::resourcemanager
