#include "common/kv/memory_engine.h"

namespace tusker::kv {
namespace {

struct MemorySnapshot final : Snapshot {
  explicit MemorySnapshot(MemoryEngine::Tables frozen) : tables(std::move(frozen)) {}
  MemoryEngine::Tables tables;
};

// Holds a copy of its range: the store may change while it walks.
class MemoryIterator final : public Iterator {
 public:
  explicit MemoryIterator(std::vector<std::pair<std::string, std::string>> rows) : rows_(std::move(rows)) {}
  bool valid() const override { return at_ < rows_.size(); }
  void next() override { ++at_; }
  void seek(std::string_view key) override {
    at_ = 0;
    while (at_ < rows_.size() && rows_[at_].first < key) ++at_;
  }
  std::string_view key() const override { return rows_[at_].first; }
  std::string_view value() const override { return rows_[at_].second; }
  Result<void> status() const override { return {}; }

 private:
  std::vector<std::pair<std::string, std::string>> rows_;
  size_t at_ = 0;
};

void apply_batch(MemoryEngine::Tables& tables, const Batch& batch) {
  for (const auto& change : batch.changes) {
    auto& shared = tables[change.family];
    if (shared.use_count() > 1) shared = std::make_shared<MemoryEngine::Table>(*shared);  // somebody looks at it
    auto& table = *shared;
    switch (change.kind) {
      case Batch::Change::Kind::kPut:
        table.insert_or_assign(change.key, change.value);
        break;
      case Batch::Change::Kind::kDelete:
        table.erase(change.key);
        break;
      case Batch::Change::Kind::kDeleteRange:
        table.erase(table.lower_bound(change.key), table.lower_bound(change.value));
        break;
    }
  }
}

MemoryEngine::Tables empty_tables(size_t families) {
  MemoryEngine::Tables out;
  for (size_t i = 0; i < families; ++i) out.push_back(std::make_shared<MemoryEngine::Table>());
  return out;
}

}  // namespace

MemoryEngine::MemoryEngine(size_t families) : now_(empty_tables(families)), durable_(empty_tables(families)) {}

Result<std::optional<std::string>> MemoryEngine::get(Family family, std::string_view key, Tier, const Snapshot* snapshot) {
  MutexLock lock(mutex_);
  const Tables& tables = snapshot != nullptr ? static_cast<const MemorySnapshot*>(snapshot)->tables : now_;
  const auto it = tables[family]->find(key);
  if (it == tables[family]->end()) return std::nullopt;
  return it->second;
}

std::unique_ptr<Iterator> MemoryEngine::iterate(Family family, std::string_view lower, std::string_view upper, Tier,
                                                const Snapshot* snapshot) {
  MutexLock lock(mutex_);
  const Tables& tables = snapshot != nullptr ? static_cast<const MemorySnapshot*>(snapshot)->tables : now_;
  const Table& table = *tables[family];
  const auto end = upper.empty() ? table.end() : table.lower_bound(upper);
  std::vector<std::pair<std::string, std::string>> rows;
  for (auto it = table.lower_bound(lower); it != end; ++it) rows.emplace_back(*it);
  return std::make_unique<MemoryIterator>(std::move(rows));
}

std::unique_ptr<Snapshot> MemoryEngine::snapshot() {
  MutexLock lock(mutex_);
  return std::make_unique<MemorySnapshot>(now_);
}

Result<void> MemoryEngine::write(const Batch& batch, bool durable) {
  MutexLock lock(mutex_);
  apply_batch(now_, batch);
  unsynced_.push_back(batch);
  if (durable) {
    for (const auto& pending : unsynced_) apply_batch(durable_, pending);
    unsynced_.clear();
  }
  return {};
}

void MemoryEngine::crash() {
  MutexLock lock(mutex_);
  unsynced_.clear();
  now_.clear();
  for (const auto& table : durable_) now_.push_back(std::make_shared<Table>(*table));
}

}  // namespace tusker::kv
