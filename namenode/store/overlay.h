#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "common/kv/engine.h"
#include "namenode/store/row_cache.h"
#include "namenode/store/schema.h"

namespace tusker::namenode {

// What the core knows of rows beside the engine: those that are decided but not yet durable (each entry knows the commit group that will
// make it durable and is dropped after it), and those committed ones that were used lately. Belongs to the core.
class Overlay {
 public:
  struct Entry {
    std::optional<std::string> value;  // nullopt: deleted
    uint64_t group = 0;
  };
  using Table = std::map<std::string, Entry, std::less<>>;

  const Table& table(Family family) const { return tables_[family]; }
  RowCache& committed() const { return committed_; }
  void set(Family family, const std::string& key, std::optional<std::string> value, uint64_t group) {
    if (is_cached(family)) {
      if (value) {
        committed_.put(family, key, *value);
      } else {
        committed_.forget(family, key);
      }
    }
    tables_[family].insert_or_assign(key, Entry{std::move(value), group});
  }
  // Forgets the rows of a batch that became durable with `group`, unless a later group changed them again.
  void forget(const kv::Batch& batch, uint64_t group) {
    for (const auto& change : batch.changes) {
      auto& table = tables_[change.family];
      if (const auto it = table.find(change.key); it != table.end() && it->second.group <= group) table.erase(it);
    }
  }

  // Families of small rows that are read by their whole key again and again.
  static bool is_cached(Family family) {
    return family == kInodeFamily || family == kChildFamily || family == kUsageFamily || family == kBlockFamily;
  }

 private:
  static constexpr size_t kCommittedBytesMax = 64 << 20;
  std::array<Table, kFamilyCount> tables_;
  mutable RowCache committed_{kCommittedBytesMax};
};

}  // namespace tusker::namenode
