#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "common/kv/engine.h"
#include "namenode/store/inode_cache.h"
#include "namenode/store/schema.h"

namespace tusker::namenode {

// Changes of rows that are not yet in the store, of one operation or of a group of them.
struct Changes {
  // Rows by family and key, in that order; nullopt: deleted.
  using RowKey = std::pair<Family, std::string>;
  struct RowLess {
    using is_transparent = void;
    bool operator()(const auto& a, const auto& b) const {
      return a.first != b.first ? a.first < b.first : std::string_view(a.second) < std::string_view(b.second);
    }
  };
  using Rows = std::map<RowKey, std::optional<std::string>, RowLess>;

  // Where an inode stands: its parent and its name.
  using Place = std::pair<InodeId, std::string>;
  struct PlaceHash {
    using is_transparent = void;
    size_t operator()(const auto& place) const {
      return std::hash<std::string_view>()(place.second) ^ (static_cast<size_t>(place.first.value) * 0x9e3779b97f4a7c15U);
    }
  };
  struct PlaceEqual {
    using is_transparent = void;
    bool operator()(const auto& a, const auto& b) const {
      return a.first == b.first && std::string_view(a.second) == std::string_view(b.second);
    }
  };
  // The rows of `child`, decoded: an inode that many operations of a group change is encoded once. Null: deleted.
  using Inodes = std::unordered_map<Place, InodePtr, PlaceHash, PlaceEqual>;

  Rows rows;
  Inodes inodes;
  std::vector<std::string> edits;       // in the order of their transaction ids, which have no gaps
  std::vector<std::string> retry_keys;  // of `retry` rows that are new in `rows`
  int64_t retry_expiry_ms = 0;          // of the last of them

  bool empty() const { return rows.empty() && inodes.empty() && edits.empty(); }

  // Null when it isn't changed here; else the change.
  const InodePtr* find_inode(InodeId parent, std::string_view name) const {
    const auto it = inodes.find(std::pair(parent, name));
    return it == inodes.end() ? nullptr : &it->second;
  }
  const std::optional<std::string>* find_row(Family family, std::string_view key) const {
    const auto it = rows.find(std::pair(family, key));
    return it == rows.end() ? nullptr : &it->second;
  }
  // The rows of [lower, upper) in `family`, those of `child` encoded; an empty `upper` is no bound.
  std::map<std::string, std::optional<std::string>, std::less<>> range(Family family, std::string_view lower, std::string_view upper) const;
};

}  // namespace tusker::namenode
