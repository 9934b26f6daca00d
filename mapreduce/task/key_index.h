#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

#include "common/base/bytes.h"

namespace tusker::mapreduce {

// The first eight bytes of a key as a number that orders as the bytes do; shorter keys are filled up with zeros, so equal prefixes need the
// whole keys compared.
inline uint64_t key_prefix(std::string_view key) {
  if (key.size() >= sizeof(uint64_t)) return load_be<uint64_t>(key.data());
  uint64_t bytes = 0;
  std::memcpy(&bytes, key.data(), key.size());
  return std::byteswap(bytes);
}

// A record of a map's output buffer while it is sorted: what most comparisons need stands here, the rest at `offset` (AlphaSort).
struct KeyIndexEntry {
  uint64_t prefix;
  uint32_t offset;
  uint32_t partition;
};

// Sorts by partition, then by key. `key_at` gives the key of an offset. Afterwards partition p is [starts[p], starts[p + 1]).
template <class KeyAt>
std::vector<size_t> sort_key_index(std::vector<KeyIndexEntry>& entries, uint32_t partitions, KeyAt key_at) {
  std::vector<size_t> starts(partitions + 1, 0);
  if (partitions > 1) {
    for (const KeyIndexEntry& entry : entries) ++starts[entry.partition + 1];
    for (uint32_t p = 0; p < partitions; ++p) starts[p + 1] += starts[p];
    std::vector<KeyIndexEntry> scattered(entries.size());
    std::vector<size_t> at(starts.begin(), starts.end() - 1);
    for (const KeyIndexEntry& entry : entries) scattered[at[entry.partition]++] = entry;
    entries.swap(scattered);
  } else {
    starts[1] = entries.size();
  }
  auto less = [&key_at](const KeyIndexEntry& a, const KeyIndexEntry& b) {
    if (a.prefix != b.prefix) return a.prefix < b.prefix;
    return key_at(a.offset) < key_at(b.offset);
  };
  for (uint32_t p = 0; p < partitions; ++p) {
    std::sort(entries.begin() + static_cast<ptrdiff_t>(starts[p]), entries.begin() + static_cast<ptrdiff_t>(starts[p + 1]), less);
  }
  return starts;
}

}  // namespace tusker::mapreduce
