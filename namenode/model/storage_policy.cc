#include "namenode/model/storage_policy.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <functional>

namespace tusker::namenode {
namespace {

using enum StorageType;

const std::array kPolicies = {
    StoragePolicy{1, "PROVIDED", {kProvided, kDisk}, {kProvided, kDisk}, {kProvided, kDisk}, false},
    StoragePolicy{2, "COLD", {kArchive}, {}, {}, false},
    StoragePolicy{5, "WARM", {kDisk, kArchive}, {kDisk, kArchive}, {kDisk, kArchive}, false},
    StoragePolicy{7, "HOT", {kDisk}, {}, {kArchive}, false},
    StoragePolicy{10, "ONE_SSD", {kSsd, kDisk}, {kSsd, kDisk}, {kSsd, kDisk}, false},
    StoragePolicy{12, "ALL_SSD", {kSsd}, {kDisk}, {kDisk}, false},
    StoragePolicy{14, "ALL_NVDIMM", {kNvdimm}, {kDisk}, {kDisk}, false},
    StoragePolicy{15, "LAZY_PERSIST", {kRamDisk, kDisk}, {kDisk}, {kDisk}, true},
};

bool equals_ignoring_case(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return std::tolower(static_cast<unsigned char>(c)); };
  return std::ranges::equal(a, b, {}, lower, lower);
}

// The first kind takes one replica, the next takes all others.
void add(TypeSpace& into, uint8_t policy_id, int64_t one_replica, int64_t all_replicas) {
  const StoragePolicy* policy = find_storage_policy(policy_id);
  if (policy == nullptr) return;
  std::vector<StorageType> types;
  std::ranges::copy_if(policy->types, std::back_inserter(types), [](StorageType t) { return t != kRamDisk; });
  if (types.size() > 1) {
    into[static_cast<size_t>(types[0])] += one_replica;
    into[static_cast<size_t>(types[1])] += all_replicas - one_replica;
  } else if (!types.empty()) {
    into[static_cast<size_t>(types[0])] += all_replicas;
  }
}

template <class Count>
TypeSpace sum(const Usage& usage, uint8_t effective, const Count& count) {
  TypeSpace out{};
  count(out, usage.unspecified(), effective);
  for (const auto& [policy, stored] : usage.by_policy) count(out, stored, policy);
  return out;
}

}  // namespace

std::span<const StoragePolicy> storage_policies() { return kPolicies; }

const StoragePolicy* find_storage_policy(uint8_t id) {
  const auto it = std::ranges::find(kPolicies, id, &StoragePolicy::id);
  return it == kPolicies.end() ? nullptr : &*it;
}

const StoragePolicy* find_storage_policy(std::string_view name) {
  const auto it = std::ranges::find_if(kPolicies, [name](const StoragePolicy& p) { return equals_ignoring_case(p.name, name); });
  return it == kPolicies.end() ? nullptr : &*it;
}

TypeSpace type_space(const Stored& stored, uint8_t policy) {
  TypeSpace out{};
  add(out, policy, stored.bytes + stored.reserved, stored.space);
  return out;
}

TypeSpace type_space(const Usage& usage, uint8_t effective) {
  return sum(usage, effective, [](TypeSpace& out, const Stored& s, uint8_t policy) { add(out, policy, s.bytes + s.reserved, s.space); });
}

TypeSpace type_length(const Usage& usage, uint8_t effective) {
  return sum(usage, effective,
             [](TypeSpace& out, const Stored& s, uint8_t policy) { add(out, policy, s.bytes, s.space - s.reserved_space); });
}

}  // namespace tusker::namenode
