#pragma once

#include <string>
#include <string_view>
#include <unordered_map>

#include "namenode/store/schema.h"

namespace tusker::namenode {

// Committed rows that the core has lately read or written, so that a path's directories cost no look-up in the store each time. Two
// generations: what is used moves to the young one; when that is full it becomes the old one, and the former old one is forgotten. Belongs
// to the core, which alone changes rows: nothing here is ever stale.
class RowCache {
 public:
  explicit RowCache(size_t bytes_max) : generation_bytes_max_(bytes_max / 2) {}

  // Null when the row isn't here; valid until the next call.
  const std::string* find(Family family, std::string_view key) {
    const std::string full = full_key(family, key);
    if (const auto it = young_.find(full); it != young_.end()) return &it->second;
    const auto it = old_.find(full);
    if (it == old_.end()) return nullptr;
    auto node = old_.extract(it);
    add_bytes(node.key().size() + node.mapped().size());
    return &young_.insert(std::move(node)).position->second;
  }

  void put(Family family, std::string_view key, std::string_view value) {
    if (value.size() > kValueMax) return forget(family, key);
    std::string full = full_key(family, key);
    old_.erase(full);
    add_bytes(full.size() + value.size());
    young_.insert_or_assign(std::move(full), std::string(value));
  }

  void forget(Family family, std::string_view key) {
    const std::string full = full_key(family, key);
    young_.erase(full);
    old_.erase(full);
  }

 private:
  static constexpr size_t kValueMax = 4096;      // files of very many blocks would push out everything else
  static constexpr size_t kEntryOverhead = 112;  // of the map's node and two strings

  static std::string full_key(Family family, std::string_view key) {
    std::string out;
    out.reserve(key.size() + 1);
    out.push_back(static_cast<char>(family));
    return out.append(key);
  }
  // Before an entry joins the young generation. Overwritten ones count twice, which makes room a little early.
  void add_bytes(size_t bytes) {
    young_bytes_ += bytes + kEntryOverhead;
    if (young_bytes_ <= generation_bytes_max_) return;
    old_ = std::exchange(young_, {});
    young_bytes_ = bytes + kEntryOverhead;
  }

  size_t generation_bytes_max_;
  size_t young_bytes_ = 0;
  std::unordered_map<std::string, std::string> young_;
  std::unordered_map<std::string, std::string> old_;
};

}  // namespace tusker::namenode
