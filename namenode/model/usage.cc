#include "namenode/model/usage.h"

#include <algorithm>

namespace tusker::namenode {

const char* storage_type_name(StorageType type) {
  static constexpr std::array kNames = {"RAM_DISK", "SSD", "DISK", "ARCHIVE", "PROVIDED", "NVDIMM"};
  return kNames[static_cast<size_t>(type)];
}

Usage& Usage::operator+=(const Usage& o) {
  directories += o.directories;
  files += o.files;
  bytes += o.bytes;
  space += o.space;
  reserved += o.reserved;
  reserved_space += o.reserved_space;
  for (const auto& [policy, stored] : o.by_policy) {
    Stored& here = by_policy[policy];
    here += stored;
    if (here == Stored{}) by_policy.erase(policy);
  }
  return *this;
}

Usage Usage::operator-() const {
  Usage out{-directories, -files, -bytes, -space, -reserved, -reserved_space, {}};
  for (const auto& [policy, stored] : by_policy) out.by_policy[policy] = -stored;
  return out;
}

Stored Usage::unspecified() const {
  Stored rest = total();
  for (const auto& [policy, stored] : by_policy) rest += -stored;
  return rest;
}

void Usage::add(const Stored& stored, uint8_t policy) {
  bytes += stored.bytes;
  space += stored.space;
  reserved += stored.reserved;
  reserved_space += stored.reserved_space;
  if (policy == 0) return;
  Stored& here = by_policy[policy];
  here += stored;
  if (here == Stored{}) by_policy.erase(policy);
}

Usage Usage::seen_from_above(uint8_t policy) const {
  Usage out = *this;
  if (policy == 0) return out;
  Stored& there = out.by_policy[policy];
  there += unspecified();
  if (there == Stored{}) out.by_policy.erase(policy);
  return out;
}

bool Quota::has_types() const {
  return std::ranges::any_of(types, [](int64_t limit) { return limit >= 0; });
}
bool Quota::is_set() const { return names >= 0 || space >= 0 || has_types(); }

}  // namespace tusker::namenode
