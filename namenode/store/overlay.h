#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "common/kv/engine.h"
#include "namenode/store/schema.h"

namespace tusker::namenode {

// Rows that are decided but not yet durable: what the core sees over the engine. Each entry knows the commit group that will make it
// durable and is dropped after it. Belongs to the core.
class Overlay {
 public:
  struct Entry {
    std::optional<std::string> value;  // nullopt: deleted
    uint64_t group = 0;
  };
  using Table = std::map<std::string, Entry, std::less<>>;

  const Table& table(Family family) const { return tables_[family]; }
  void set(Family family, const std::string& key, std::optional<std::string> value, uint64_t group) {
    tables_[family].insert_or_assign(key, Entry{std::move(value), group});
  }
  // Forgets the rows of a batch that became durable with `group`, unless a later group changed them again.
  void forget(const kv::Batch& batch, uint64_t group) {
    for (const auto& change : batch.changes) {
      auto& table = tables_[change.family];
      if (const auto it = table.find(change.key); it != table.end() && it->second.group <= group) table.erase(it);
    }
  }

 private:
  std::array<Table, kFamilyCount> tables_;
};

}  // namespace tusker::namenode
