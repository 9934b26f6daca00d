#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "namenode/store/schema.h"

namespace tusker::namenode {

// Committed rows that the core has lately read or written, so that they cost no look-up in the store each time. Two generations: what is
// used moves to the young one; when that is full it becomes the old one, and the former old one is forgotten. Belongs to the core, which
// alone changes rows: nothing here is ever stale.
class RowCache {
 public:
  explicit RowCache(size_t bytes_max) : generation_bytes_max_(bytes_max / 2) {}

  // Null when the row isn't here; valid until the next call.
  const std::string* find(Family family, std::string_view key) {
    const Key wanted{family, key};
    if (const auto it = young_.find(wanted); it != young_.end()) return &it->second;
    const auto it = old_.find(wanted);
    if (it == old_.end()) return nullptr;
    auto node = old_.extract(it);
    add_bytes(node.key().size() + node.mapped().size());
    return &young_.insert(std::move(node)).position->second;
  }

  void put(Family family, std::string_view key, std::string_view value) {
    if (value.size() > kValueMax) return forget(family, key);
    const Key wanted{family, key};
    if (const auto it = young_.find(wanted); it != young_.end()) {
      it->second = value;
      return;
    }
    if (const auto it = old_.find(wanted); it != old_.end()) old_.erase(it);
    add_bytes(key.size() + 1 + value.size());
    std::string full;
    full.reserve(key.size() + 1);
    full.push_back(static_cast<char>(family));
    young_.emplace(std::move(full.append(key)), value);
  }

  // The new value of a row if it is here.
  void refresh(Family family, std::string_view key, std::string_view value) {
    if (find(family, key) != nullptr) put(family, key, value);
  }

  void forget(Family family, std::string_view key) {
    const Key wanted{family, key};
    for (Table* table : {&young_, &old_}) {
      if (const auto it = table->find(wanted); it != table->end()) table->erase(it);
    }
  }

 private:
  static constexpr size_t kValueMax = 4096;      // files of very many blocks would push out everything else
  static constexpr size_t kEntryOverhead = 112;  // of the map's node and two strings

  // A row's family as one byte, then its key; looked up without putting them together.
  struct Key {
    Family family;
    std::string_view key;
  };
  static Key key_of(const Key& key) { return key; }
  static Key key_of(const std::string& full) { return {static_cast<Family>(full[0]), std::string_view(full).substr(1)}; }
  struct Hash {
    using is_transparent = void;
    size_t operator()(const auto& key) const {
      const Key k = key_of(key);
      return std::hash<std::string_view>()(k.key) + k.family;
    }
  };
  struct Equal {
    using is_transparent = void;
    bool operator()(const auto& a, const auto& b) const {
      const Key x = key_of(a);
      const Key y = key_of(b);
      return x.family == y.family && x.key == y.key;
    }
  };
  using Table = std::unordered_map<std::string, std::string, Hash, Equal>;

  // Before an entry joins the young generation.
  void add_bytes(size_t bytes) {
    young_bytes_ += bytes + kEntryOverhead;
    if (young_bytes_ <= generation_bytes_max_) return;
    old_ = std::exchange(young_, {});
    young_bytes_ = bytes + kEntryOverhead;
  }

  size_t generation_bytes_max_;
  size_t young_bytes_ = 0;
  Table young_;
  Table old_;
};

}  // namespace tusker::namenode
