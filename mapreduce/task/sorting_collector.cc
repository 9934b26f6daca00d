#include <algorithm>

#include "common/base/vlong.h"
#include "mapreduce/task/key_index.h"
#include "mapreduce/task/map_output.h"

namespace tusker::mapreduce {
namespace {

// One sorted partition of the buffer, as a segment, so that a combiner can run over it.
class BufferSegment final : public Segment {
 public:
  BufferSegment(const std::string& arena, const KeyIndexEntry* begin, const KeyIndexEntry* end) : arena_(arena), at_(begin), end_(end) {}
  Result<bool> next() override {
    if (at_ == end_) return false;
    shuffle::IFileReader reader(std::string_view(arena_).substr(at_++->offset));
    TRY_VOID(reader.next(record_));
    return true;
  }
  int64_t bytes() const override { return static_cast<int64_t>(arena_.size()); }

 private:
  const std::string& arena_;
  const KeyIndexEntry* at_;
  const KeyIndexEntry* end_;
};

class IntoSpill final : public RecordSink {
 public:
  explicit IntoSpill(SpillWriter& writer) : writer_(writer) {}
  Result<void> write(std::string_view key, std::string_view value) override { return writer_.append(key, value); }

 private:
  SpillWriter& writer_;
};

// Records lie in the arena in IFile's form, with an index of prefixes beside them; a full buffer is sorted and spilled.
class SortingCollector final : public MapOutputCollector {
 public:
  explicit SortingCollector(CollectorContext context)
      : context_(std::move(context)),
        output_records_(context_.counters.cell(counter_group::kTask, "MAP_OUTPUT_RECORDS")),
        output_bytes_(context_.counters.cell(counter_group::kTask, "MAP_OUTPUT_BYTES")),
        spilled_records_(context_.counters.cell(counter_group::kTask, "SPILLED_RECORDS")) {}

  Result<void> write(std::string_view key, std::string_view value) override {
    const size_t bytes = key.size() + value.size() + 2 * kVLongBytesMax;
    const size_t index_bytes = (index_.size() + 1) * sizeof(KeyIndexEntry);
    if (!index_.empty() && arena_.size() + bytes + index_bytes > context_.memory_bytes) TRY_VOID(spill());
    const uint32_t partition = context_.partitioner.of(key);
    if (partition >= context_.partitioner.partitions()) return error(wrong_partition(partition, context_.partitioner.partitions()));
    if (arena_.capacity() == 0) arena_.reserve(std::min<size_t>(context_.memory_bytes, kFirstReserve));
    index_.push_back({key_prefix(key), static_cast<uint32_t>(arena_.size()), partition});
    char lengths[2 * kVLongBytesMax];
    size_t n = encode_vlong(lengths, static_cast<int64_t>(key.size()));
    n += encode_vlong(lengths + n, static_cast<int64_t>(value.size()));
    arena_.append(lengths, n).append(key).append(value);
    ++output_records_;
    output_bytes_ += static_cast<int64_t>(key.size() + value.size());
    return {};
  }

  Result<std::vector<shuffle::IndexEntry>> finish() override {
    if (!index_.empty() || context_.files.spills() == 0) TRY_VOID(spill());
    arena_ = {};
    index_ = {};
    return context_.files.finish(context_.partitioner.partitions(), context_.combiner, spilled_records_);
  }

 private:
  static constexpr size_t kFirstReserve = 4 << 20;

  std::string_view key_at(uint32_t offset) const {
    shuffle::Record record;
    shuffle::IFileReader reader(std::string_view(arena_).substr(offset));
    static_cast<void>(reader.next(record));  // our own bytes
    return record.key;
  }

  Result<void> spill() {
    const uint32_t partitions = context_.partitioner.partitions();
    const auto starts = sort_key_index(index_, partitions, [this](uint32_t offset) { return key_at(offset); });
    TRY(auto writer, context_.files.begin_spill());
    IntoSpill sink(*writer);
    for (uint32_t p = 0; p < partitions; ++p) {
      writer->begin();
      auto segment = std::make_unique<BufferSegment>(arena_, index_.data() + starts[p], index_.data() + starts[p + 1]);
      if (context_.combiner.exists()) {
        std::vector<std::unique_ptr<Segment>> one;
        one.push_back(std::move(segment));
        TRY(auto queue, MergeQueue::create(std::move(one)));
        TRY_VOID(context_.combiner.run(queue, sink));
      } else {
        while (true) {
          TRY(bool more, segment->next());
          if (!more) break;
          TRY_VOID(writer->append(segment->record().key, segment->record().value));
        }
      }
      TRY_VOID(writer->end());
    }
    spilled_records_ += writer->records();
    TRY(auto written, writer->close());
    context_.files.add_spill(std::move(written));
    arena_.clear();
    index_.clear();
    return {};
  }

  CollectorContext context_;
  std::string arena_;
  std::vector<KeyIndexEntry> index_;
  int64_t& output_records_;
  int64_t& output_bytes_;
  int64_t& spilled_records_;
};

}  // namespace

std::unique_ptr<MapOutputCollector> make_sorting_collector(CollectorContext context) {
  return std::make_unique<SortingCollector>(std::move(context));
}

}  // namespace tusker::mapreduce
