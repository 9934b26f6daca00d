#include "common/kv/rocks_engine.h"

#include <fmt/format.h>
#include <rocksdb/cache.h>
#include <rocksdb/db.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/slice_transform.h>
#include <rocksdb/table.h>
#include <rocksdb/write_buffer_manager.h>

namespace tusker::kv {
namespace {

rocksdb::Slice slice(std::string_view v) { return {v.data(), v.size()}; }

Status status_of(const rocksdb::Status& s, std::string_view what) {
  const StatusCode code = s.IsIncomplete() ? StatusCode::kWouldBlock : s.IsCorruption() ? StatusCode::kCorruption : StatusCode::kIo;
  return Status(code, fmt::format("{}: {}", what, s.ToString()));
}

class RocksSnapshot final : public Snapshot {
 public:
  RocksSnapshot(rocksdb::DB& db) : db_(db), handle_(db.GetSnapshot()) {}
  ~RocksSnapshot() override { db_.ReleaseSnapshot(handle_); }
  const rocksdb::Snapshot* handle() const { return handle_; }

 private:
  rocksdb::DB& db_;
  const rocksdb::Snapshot* handle_;
};

class RocksIterator final : public Iterator {
 public:
  RocksIterator(rocksdb::DB& db, rocksdb::ColumnFamilyHandle* family, rocksdb::ReadOptions options, std::string_view lower,
                std::string_view upper)
      : lower_(lower), upper_(upper), lower_slice_(lower_), upper_slice_(upper_) {
    options.iterate_lower_bound = &lower_slice_;
    if (!upper_.empty()) options.iterate_upper_bound = &upper_slice_;
    iterator_.reset(db.NewIterator(options, family));
    iterator_->Seek(lower_slice_);
  }
  bool valid() const override { return iterator_->Valid(); }
  void next() override { iterator_->Next(); }
  void seek(std::string_view key) override { iterator_->Seek(slice(key)); }
  std::string_view key() const override { return {iterator_->key().data(), iterator_->key().size()}; }
  std::string_view value() const override { return {iterator_->value().data(), iterator_->value().size()}; }
  Result<void> status() const override {
    if (const auto s = iterator_->status(); !s.ok()) return error(status_of(s, "scan"));
    return {};
  }

 private:
  std::string lower_;
  std::string upper_;
  rocksdb::Slice lower_slice_;
  rocksdb::Slice upper_slice_;
  std::unique_ptr<rocksdb::Iterator> iterator_;
};

class RocksEngine final : public Engine {
 public:
  RocksEngine(std::unique_ptr<rocksdb::DB> db, std::vector<rocksdb::ColumnFamilyHandle*> families)
      : db_(std::move(db)), families_(std::move(families)) {}
  ~RocksEngine() override {
    for (auto* family : families_) db_->DestroyColumnFamilyHandle(family);
    db_->Close().PermitUncheckedError();
  }

  Result<std::optional<std::string>> get(Family family, std::string_view key, Tier tier, const Snapshot* snapshot) override {
    rocksdb::PinnableSlice value;
    const auto s = db_->Get(read_options(tier, snapshot), handle(family), slice(key), &value);
    if (s.IsNotFound()) return std::nullopt;
    if (!s.ok()) return error(status_of(s, "get"));
    return std::string(value.data(), value.size());
  }

  std::unique_ptr<Iterator> iterate(Family family, std::string_view lower, std::string_view upper, Tier tier,
                                    const Snapshot* snapshot) override {
    return std::make_unique<RocksIterator>(*db_, handle(family), read_options(tier, snapshot), lower, upper);
  }

  std::unique_ptr<Snapshot> snapshot() override { return std::make_unique<RocksSnapshot>(*db_); }

  Result<void> write(const Batch& batch, bool durable) override {
    rocksdb::WriteBatch out(batch.bytes + batch.changes.size() * 16);
    for (const auto& change : batch.changes) {
      rocksdb::Status s;
      switch (change.kind) {
        case Batch::Change::Kind::kPut:
          s = out.Put(handle(change.family), change.key, change.value);
          break;
        case Batch::Change::Kind::kDelete:
          s = out.Delete(handle(change.family), change.key);
          break;
        case Batch::Change::Kind::kDeleteRange:
          s = out.DeleteRange(handle(change.family), change.key, change.value);
          break;
      }
      if (!s.ok()) return error(status_of(s, "batch"));
    }
    rocksdb::WriteOptions options;
    options.sync = durable;
    if (const auto s = db_->Write(options, &out); !s.ok()) return error(status_of(s, "write"));
    return {};
  }

 private:
  rocksdb::ColumnFamilyHandle* handle(Family family) const { return families_[family + 1]; }  // the first is RocksDB's "default"
  static rocksdb::ReadOptions read_options(Tier tier, const Snapshot* snapshot) {
    rocksdb::ReadOptions options;
    if (tier == Tier::kCached) options.read_tier = rocksdb::kBlockCacheTier;
    if (snapshot != nullptr) options.snapshot = static_cast<const RocksSnapshot*>(snapshot)->handle();
    return options;
  }

  std::unique_ptr<rocksdb::DB> db_;
  std::vector<rocksdb::ColumnFamilyHandle*> families_;
};

rocksdb::DBOptions db_options(const RocksOptions& options, const std::shared_ptr<rocksdb::Cache>& cache) {
  rocksdb::DBOptions db;
  if (options.env != nullptr) db.env = options.env;
  db.create_if_missing = options.create_if_missing;
  db.create_missing_column_families = true;
  db.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  db.track_and_verify_wals_in_manifest = true;
  db.recycle_log_file_num = 0;
  db.max_total_wal_size = 256 << 20;
  db.max_background_jobs = 2;
  db.max_open_files = 512;
  db.keep_log_file_num = 2;
  db.info_log_level = rocksdb::InfoLogLevel::WARN_LEVEL;
  db.avoid_flush_during_shutdown = true;
  db.write_buffer_manager = std::make_shared<rocksdb::WriteBufferManager>(options.write_buffer_bytes, cache);
  return db;
}

rocksdb::ColumnFamilyOptions family_options(const RocksOptions& options, const std::shared_ptr<rocksdb::Cache>& cache) {
  rocksdb::ColumnFamilyOptions family;
  family.write_buffer_size = options.write_buffer_bytes / 4;
  family.level_compaction_dynamic_level_bytes = true;
  family.compression = rocksdb::kLZ4Compression;
  // Look-ups of what isn't there (a new name, a call's first try) end at a filter in the memtable too.
  family.memtable_prefix_bloom_size_ratio = 0.05;
  family.memtable_whole_key_filtering = true;
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = cache;
  table.cache_index_and_filter_blocks = true;
  table.pin_l0_filter_and_index_blocks_in_cache = true;
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10, false));
  table.format_version = 5;
  family.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  return family;
}

}  // namespace

Result<std::unique_ptr<Engine>> open_rocks(const std::string& directory, const std::vector<std::string>& families, RocksOptions options) {
  const auto cache = rocksdb::NewLRUCache(options.cache_bytes);
  std::vector<rocksdb::ColumnFamilyDescriptor> descriptors;
  descriptors.emplace_back(rocksdb::kDefaultColumnFamilyName, family_options(options, cache));
  for (const auto& name : families) descriptors.emplace_back(name, family_options(options, cache));
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  rocksdb::DB* db = nullptr;
  const auto s = rocksdb::DB::Open(db_options(options, cache), directory, descriptors, &handles, &db);
  if (!s.ok()) return error(status_of(s, fmt::format("cannot open the store in {}", directory)));
  return std::make_unique<RocksEngine>(std::unique_ptr<rocksdb::DB>(db), std::move(handles));
}

}  // namespace tusker::kv
