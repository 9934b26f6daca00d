#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <cstring>

#include "mapreduce/task/key_index.h"
#include "mapreduce/task/map_output.h"

namespace tusker::mapreduce {
namespace {

// A hash table from key to folded value: open addressing, at most half full. Entries lie in the arena as key length, value, key.
class FoldingCollector final : public MapOutputCollector {
 public:
  explicit FoldingCollector(CollectorContext context)
      : context_(std::move(context)),
        value_bytes_(context_.job.fold_bytes),
        fold_(context_.job.fold),
        slots_(kFirstSlots),
        output_records_(context_.counters.cell(counter_group::kTask, "MAP_OUTPUT_RECORDS")),
        output_bytes_(context_.counters.cell(counter_group::kTask, "MAP_OUTPUT_BYTES")),
        combine_input_(context_.counters.cell(counter_group::kTask, "COMBINE_INPUT_RECORDS")),
        combine_output_(context_.counters.cell(counter_group::kTask, "COMBINE_OUTPUT_RECORDS")),
        spilled_records_(context_.counters.cell(counter_group::kTask, "SPILLED_RECORDS")) {}

  Result<void> write(std::string_view key, std::string_view value) override {
    if (value.size() != value_bytes_) return error(wrong_fold_size(value.size(), value_bytes_));
    ++output_records_;
    output_bytes_ += static_cast<int64_t>(key.size() + value.size());
    const auto hash = static_cast<uint32_t>(XXH3_64bits(key.data(), key.size()));
    Slot* slot = find(key, hash);
    if (slot->entry != 0) {
      fold_(arena_.data() + slot->entry + sizeof(uint32_t), value.data());
      return {};
    }
    return insert(key, value, hash);
  }

  Result<std::vector<shuffle::IndexEntry>> finish() override {
    if (entries_ > 0 || context_.files.spills() == 0) TRY_VOID(spill());
    combine_input_ += output_records_;
    arena_ = {};
    slots_ = {};
    return context_.files.finish(context_.partitioner.partitions(), context_.combiner, spilled_records_);
  }

 private:
  static constexpr size_t kFirstSlots = 1 << 14;
  static constexpr size_t kFirstReserve = 1 << 20;
  // Offset 0 means an empty slot, so the arena begins with something that is no entry.
  static constexpr size_t kArenaStart = 8;

  struct Slot {
    uint32_t hash = 0;
    uint32_t entry = 0;
  };

  std::string_view key_at(uint32_t entry) const {
    uint32_t length;
    std::memcpy(&length, arena_.data() + entry, sizeof length);
    return {arena_.data() + entry + sizeof length + value_bytes_, length};
  }

  Slot* find(std::string_view key, uint32_t hash) {
    const size_t mask = slots_.size() - 1;
    for (size_t at = hash & mask;; at = (at + 1) & mask) {
      Slot& slot = slots_[at];
      if (slot.entry == 0 || (slot.hash == hash && key_at(slot.entry) == key)) return &slot;
    }
  }

  Result<void> insert(std::string_view key, std::string_view value, uint32_t hash) {
    const size_t bytes = sizeof(uint32_t) + value.size() + key.size();
    const size_t table_bytes = slots_.size() * sizeof(Slot) + (entries_ + 1) * sizeof(KeyIndexEntry);
    if (entries_ > 0 && arena_.size() + bytes + table_bytes > context_.memory_bytes) TRY_VOID(spill());
    if (2 * (entries_ + 1) > slots_.size()) grow();
    if (arena_.empty()) {
      arena_.reserve(std::min<size_t>(context_.memory_bytes, kFirstReserve));
      arena_.resize(kArenaStart);
    }
    *find(key, hash) = {hash, static_cast<uint32_t>(arena_.size())};
    const auto length = static_cast<uint32_t>(key.size());
    arena_.append(reinterpret_cast<const char*>(&length), sizeof length).append(value).append(key);
    ++entries_;
    return {};
  }

  void grow() {
    std::vector<Slot> old(2 * slots_.size());
    old.swap(slots_);
    const size_t mask = slots_.size() - 1;
    for (const Slot& slot : old) {
      if (slot.entry == 0) continue;
      size_t at = slot.hash & mask;
      while (slots_[at].entry != 0) at = (at + 1) & mask;
      slots_[at] = slot;
    }
  }

  Result<void> spill() {
    const uint32_t partitions = context_.partitioner.partitions();
    std::vector<KeyIndexEntry> index;
    index.reserve(entries_);
    for (const Slot& slot : slots_) {
      if (slot.entry == 0) continue;
      const std::string_view key = key_at(slot.entry);
      const uint32_t partition = context_.partitioner.of(key);
      if (partition >= partitions) return error(wrong_partition(partition, partitions));
      index.push_back({key_prefix(key), slot.entry, partition});
    }
    const auto starts = sort_key_index(index, partitions, [this](uint32_t entry) { return key_at(entry); });
    TRY(auto writer, context_.files.begin_spill());
    for (uint32_t p = 0; p < partitions; ++p) {
      writer->begin();
      for (size_t i = starts[p]; i < starts[p + 1]; ++i) {
        const char* value = arena_.data() + index[i].offset + sizeof(uint32_t);
        TRY_VOID(writer->append(key_at(index[i].offset), {value, value_bytes_}));
      }
      TRY_VOID(writer->end());
    }
    spilled_records_ += writer->records();
    combine_output_ += writer->records();
    TRY(auto written, writer->close());
    context_.files.add_spill(std::move(written));
    arena_.clear();
    entries_ = 0;
    std::ranges::fill(slots_, Slot{});
    return {};
  }

  CollectorContext context_;
  size_t value_bytes_;
  void (*fold_)(void*, const void*);
  std::string arena_;
  std::vector<Slot> slots_;
  size_t entries_ = 0;
  int64_t& output_records_;
  int64_t& output_bytes_;
  int64_t& combine_input_;
  int64_t& combine_output_;
  int64_t& spilled_records_;
};

}  // namespace

std::unique_ptr<MapOutputCollector> make_folding_collector(CollectorContext context) {
  return std::make_unique<FoldingCollector>(std::move(context));
}

}  // namespace tusker::mapreduce
