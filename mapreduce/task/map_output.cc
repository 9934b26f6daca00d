#include "mapreduce/task/map_output.h"

#include <algorithm>
#include <numeric>

#include <fmt/format.h>

namespace tusker::mapreduce {
namespace {

// Into the partition of a spill that is open.
class SpillSink final : public RecordSink {
 public:
  explicit SpillSink(SpillWriter& writer) : writer_(writer) {}
  Result<void> write(std::string_view key, std::string_view value) override { return writer_.append(key, value); }

 private:
  SpillWriter& writer_;
};

}  // namespace

MapOutputFiles::MapOutputFiles(Disk& disk, std::string directory, std::string attempt, int64_t merge_factor, TaskReport& report)
    : disk_(disk),
      directory_(std::move(directory)),
      attempt_(std::move(attempt)),
      merge_factor_(static_cast<size_t>(std::max<int64_t>(merge_factor, 2))),
      report_(report) {}

std::string MapOutputFiles::spill_path(size_t number) const {
  return fmt::format("{}/spill{}.out", parent_directory(shuffle::map_output_path(directory_, attempt_)), number);
}

Result<std::unique_ptr<SpillWriter>> MapOutputFiles::begin_spill() { return SpillWriter::create(disk_, spill_path(next_spill_++)); }

Result<MapOutputFiles::Spill> MapOutputFiles::merge(std::vector<Spill> spills, std::string path, uint32_t partitions, Combiner* combiner,
                                                    int64_t& spilled_records) {
  std::vector<std::shared_ptr<const File>> files;
  for (const Spill& spill : spills) {
    TRY(auto file, disk_.open(spill.path, OpenMode::kRead));
    files.emplace_back(std::move(file));
  }
  TRY(auto writer, SpillWriter::create(disk_, path));
  SpillSink sink(*writer);
  for (uint32_t p = 0; p < partitions; ++p) {
    std::vector<std::unique_ptr<Segment>> segments;
    for (size_t i = 0; i < spills.size(); ++i) {
      segments.push_back(std::make_unique<FileSegment>(files[i], spills[i].index[p], spills[i].path));
    }
    TRY(auto queue, MergeQueue::create(std::move(segments), &report_));
    writer->begin();
    if (combiner != nullptr) {
      TRY_VOID(combiner->run(queue, sink));
    } else {
      while (!queue.empty()) {
        TRY_VOID(writer->append(queue.record().key, queue.record().value));
        TRY_VOID(queue.advance());
      }
    }
    TRY_VOID(writer->end());
  }
  spilled_records += writer->records();
  TRY(auto index, writer->close());
  for (const Spill& spill : spills) TRY_VOID(disk_.remove(spill.path));
  return Spill{std::move(path), std::move(index)};
}

Result<std::vector<shuffle::IndexEntry>> MapOutputFiles::finish(uint32_t partitions, Combiner& combiner, int64_t& spilled_records) {
  const std::string final_path = shuffle::map_output_path(directory_, attempt_);
  auto size_of = [](const Spill& spill) {
    return std::accumulate(spill.index.begin(), spill.index.end(), int64_t{0},
                           [](int64_t sum, const auto& e) { return sum + e.part_bytes; });
  };
  // The first pass takes so many that each later one is full; the smallest go first.
  while (spills_.size() > merge_factor_) {
    std::ranges::stable_sort(spills_, {}, size_of);
    const size_t rest = (spills_.size() - 1) % (merge_factor_ - 1);
    const size_t take = rest == 0 ? merge_factor_ : rest + 1;
    std::vector<Spill> some(std::make_move_iterator(spills_.begin()),
                            std::make_move_iterator(spills_.begin() + static_cast<ptrdiff_t>(take)));
    spills_.erase(spills_.begin(), spills_.begin() + static_cast<ptrdiff_t>(take));
    TRY(auto merged, merge(std::move(some), spill_path(next_spill_++), partitions, nullptr, spilled_records));
    spills_.push_back(std::move(merged));
  }
  if (spills_.size() == 1) {
    TRY_VOID(disk_.rename(spills_[0].path, final_path));
  } else {
    TRY(auto merged, merge(std::move(spills_), final_path, partitions, &combiner, spilled_records));
    spills_.clear();
    spills_.push_back(std::move(merged));
  }
  const std::string index_path = shuffle::map_output_index_path(directory_, attempt_);
  TRY(auto file, disk_.open(index_path + ".tmp", OpenMode::kTruncate));
  TRY_VOID(file->write_at(0, shuffle::encode_index(spills_[0].index)));
  file.reset();
  TRY_VOID(disk_.rename(index_path + ".tmp", index_path));
  return std::move(spills_[0].index);
}

Result<void> MapOutputFiles::remove() { return disk_.remove_tree(parent_directory(shuffle::map_output_path(directory_, attempt_))); }

std::unique_ptr<MapOutputCollector> make_collector(CollectorContext context) {
  return context.job.fold != nullptr ? make_folding_collector(std::move(context)) : make_sorting_collector(std::move(context));
}

Status wrong_partition(uint32_t partition, uint32_t partitions) {
  return {StatusCode::kIllegalArgument, fmt::format("Illegal partition: the job's partitioner gave {} of {}", partition, partitions)};
}

}  // namespace tusker::mapreduce
