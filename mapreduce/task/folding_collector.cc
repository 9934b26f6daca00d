#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <cstring>

#include "mapreduce/task/key_index.h"
#include "mapreduce/task/map_output.h"

namespace tusker::mapreduce {
namespace {

// Words of eight bytes that hold so many bytes.
constexpr size_t words_of(size_t bytes) { return (bytes + 7) / 8; }

// Copies a short key into words, the rest of the last one zero.
void copy_to_words(uint64_t* words, std::string_view key) {
  const char* from = key.data();
  size_t left = key.size();
  for (; left >= 8; left -= 8, from += 8) std::memcpy(words++, from, 8);
  if (left == 0) return;
  uint64_t last = 0;
  if (left >= 4) {
    uint32_t low = 0;
    uint32_t high = 0;
    std::memcpy(&low, from, 4);
    std::memcpy(&high, from + left - 4, 4);
    last = low | static_cast<uint64_t>(high) << (8 * (left - 4));
  } else {
    last = static_cast<unsigned char>(from[0]);
    last |= static_cast<uint64_t>(static_cast<unsigned char>(from[left / 2])) << (8 * (left / 2));
    last |= static_cast<uint64_t>(static_cast<unsigned char>(from[left - 1])) << (8 * (left - 1));
  }
  *words = last;
}

// A hash table from key to folded value: open addressing, at most half full. Entries lie in the arena as key length, value, key, the last
// two filled up to words. A table of real size is larger than the caches, so a pair waits in a short line while its slot, and then its
// entry, is on the way from memory: the order of folding doesn't matter.
class FoldingCollector final : public MapOutputCollector {
 public:
  explicit FoldingCollector(CollectorContext context)
      : context_(std::move(context)),
        value_bytes_(context_.job.fold_bytes),
        key_offset_(sizeof(uint64_t) * (1 + words_of(value_bytes_))),
        fold_(context_.job.fold),
        slots_(kFirstSlots),
        output_records_(context_.counters.cell(counter_group::kTask, "MAP_OUTPUT_RECORDS")),
        output_bytes_(context_.counters.cell(counter_group::kTask, "MAP_OUTPUT_BYTES")),
        combine_input_(context_.counters.cell(counter_group::kTask, "COMBINE_INPUT_RECORDS")),
        combine_output_(context_.counters.cell(counter_group::kTask, "COMBINE_OUTPUT_RECORDS")),
        spilled_records_(context_.counters.cell(counter_group::kTask, "SPILLED_RECORDS")) {}

  Result<void> write(std::string_view key, std::string_view value) override {
    if (value.size() != value_bytes_) return error(wrong_fold_size(value.size(), value_bytes_));
    ++records_;
    bytes_ += static_cast<int64_t>(key.size());
    const auto hash = static_cast<uint32_t>(XXH3_64bits(key.data(), key.size()));
    if (key.size() > kShortKey || value_bytes_ > kShortValue) return add(key, value.data(), hash);
    Waiting& last = line_[head_ % kLine];
    last.hash = hash;
    last.key_bytes = static_cast<uint32_t>(key.size());
    copy_to_words(last.key, key);
    std::memcpy(last.value, value.data(), value_bytes_);
    __builtin_prefetch(&slots_[hash & (slots_.size() - 1)]);
    ++head_;
    if (head_ < kLine) return {};
    // Halfway through the line its slot has come; its entry is next.
    const Slot& slot = slots_[line_[(head_ + kLine / 2) % kLine].hash & (slots_.size() - 1)];
    __builtin_prefetch(arena_.data() + slot.entry);
    return settle(line_[head_ % kLine]);
  }

  Result<std::vector<shuffle::IndexEntry>> finish() override {
    const size_t waiting = std::min(head_, kLine - 1);
    for (size_t i = head_ - waiting; i < head_; ++i) TRY_VOID(settle(line_[i % kLine]));
    if (entries_ > 0 || context_.files.spills() == 0) TRY_VOID(spill());
    output_records_ += records_;
    output_bytes_ += bytes_ + records_ * static_cast<int64_t>(value_bytes_);
    combine_input_ += records_;
    arena_ = {};
    slots_ = {};
    return context_.files.finish(context_.partitioner.partitions(), context_.combiner, spilled_records_);
  }

 private:
  static constexpr size_t kFirstSlots = 1 << 14;
  static constexpr size_t kFirstReserve = 1 << 20;
  // Offset 0 means an empty slot, so the arena begins with something that is no entry.
  static constexpr size_t kArenaStart = 8;
  static constexpr size_t kShortKey = 32;
  static constexpr size_t kShortValue = 32;
  static constexpr size_t kLine = 16;

  struct Slot {
    uint32_t hash = 0;
    uint32_t entry = 0;
  };
  struct Waiting {
    uint32_t hash;
    uint32_t key_bytes;
    uint64_t key[words_of(kShortKey)];
    char value[kShortValue];
  };

  std::string_view key_at(uint32_t entry) const {
    uint64_t length;
    std::memcpy(&length, arena_.data() + entry, sizeof length);
    return {arena_.data() + entry + key_offset_, length};
  }
  char* value_at(uint32_t entry) { return arena_.data() + entry + sizeof(uint64_t); }

  // The same for a key in words: no call, and hardly ever more than two comparisons.
  bool equals(uint32_t entry, const Waiting& pair) const {
    const char* at = arena_.data() + entry;
    uint64_t length;
    std::memcpy(&length, at, sizeof length);
    if (length != pair.key_bytes) return false;
    const char* key = at + key_offset_;
    for (size_t i = 0; i < words_of(length); ++i) {
      uint64_t word;
      std::memcpy(&word, key + 8 * i, sizeof word);
      if (word != pair.key[i]) return false;
    }
    return true;
  }

  Result<void> settle(const Waiting& pair) {
    const size_t mask = slots_.size() - 1;
    for (size_t at = pair.hash & mask;; at = (at + 1) & mask) {
      const Slot& slot = slots_[at];
      if (slot.entry == 0) return insert({reinterpret_cast<const char*>(pair.key), pair.key_bytes}, pair.value, pair.hash);
      if (slot.hash == pair.hash && equals(slot.entry, pair)) {
        fold_(value_at(slot.entry), pair.value);
        return {};
      }
    }
  }

  Slot* find(std::string_view key, uint32_t hash) {
    const size_t mask = slots_.size() - 1;
    for (size_t at = hash & mask;; at = (at + 1) & mask) {
      Slot& slot = slots_[at];
      if (slot.entry == 0 || (slot.hash == hash && key_at(slot.entry) == key)) return &slot;
    }
  }

  Result<void> add(std::string_view key, const char* value, uint32_t hash) {
    Slot* slot = find(key, hash);
    if (slot->entry == 0) return insert(key, value, hash);
    fold_(value_at(slot->entry), value);
    return {};
  }

  Result<void> insert(std::string_view key, const char* value, uint32_t hash) {
    const size_t bytes = key_offset_ + 8 * words_of(key.size());
    const size_t table_bytes = slots_.size() * sizeof(Slot) + (entries_ + 1) * sizeof(KeyIndexEntry);
    if (entries_ > 0 && arena_.size() + bytes + table_bytes > context_.memory_bytes) TRY_VOID(spill());
    if (2 * (entries_ + 1) > slots_.size()) grow();
    if (arena_.empty()) {
      arena_.reserve(std::min<size_t>(context_.memory_bytes, kFirstReserve));
      arena_.resize(kArenaStart);
    }
    const size_t entry = arena_.size();
    *find(key, hash) = {hash, static_cast<uint32_t>(entry)};
    arena_.resize(entry + bytes);  // filled with zeros
    const uint64_t length = key.size();
    std::memcpy(arena_.data() + entry, &length, sizeof length);
    std::memcpy(arena_.data() + entry + sizeof length, value, value_bytes_);
    std::memcpy(arena_.data() + entry + key_offset_, key.data(), key.size());
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
        TRY_VOID(writer->append(key_at(index[i].offset), {value_at(index[i].offset), value_bytes_}));
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
  size_t key_offset_;  // in an entry
  void (*fold_)(void*, const void*);
  std::string arena_;
  std::vector<Slot> slots_;
  size_t entries_ = 0;
  Waiting line_[kLine];
  size_t head_ = 0;  // pairs that have entered the line so far
  int64_t records_ = 0;
  int64_t bytes_ = 0;  // of keys
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
