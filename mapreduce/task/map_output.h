#pragma once

#include <memory>
#include <string>
#include <vector>

#include "common/env/disk.h"
#include "common/shuffle/spill_record.h"
#include "mapreduce/task/combiner.h"
#include "mapreduce/task/partitioner.h"
#include "mapreduce/task/spill_writer.h"
#include "mapreduce/task/task_host.h"

namespace tusker::mapreduce {

// The files of one map attempt's output (MROutputFiles): spills while it runs, then file.out and file.out.index. The index is written last,
// by a rename, so whoever sees it finds the data whole. Blocks; the task's thread.
class MapOutputFiles {
 public:
  // `directory`: a local directory of the application; the files go to directory/output/attempt/.
  // `report` hears that merges go on; it must outlive this.
  MapOutputFiles(Disk& disk, std::string directory, std::string attempt, int64_t merge_factor, TaskReport& report);

  // A writer for the next spill; after its close() give the index to add_spill().
  Result<std::unique_ptr<SpillWriter>> begin_spill();
  void add_spill(std::vector<shuffle::IndexEntry> index) { spills_.push_back({spill_path(next_spill_ - 1), std::move(index)}); }
  size_t spills() const { return spills_.size(); }

  // Merges all spills into the final file, combined on the way. One spill becomes the final file as it is.
  Result<std::vector<shuffle::IndexEntry>> finish(uint32_t partitions, Combiner& combiner, int64_t& spilled_records);
  Result<void> remove();

 private:
  struct Spill {
    std::string path;
    std::vector<shuffle::IndexEntry> index;
  };
  std::string spill_path(size_t number) const;
  Result<Spill> merge(std::vector<Spill> spills, std::string path, uint32_t partitions, Combiner* combiner, int64_t& spilled_records);

  Disk& disk_;
  std::string directory_;
  std::string attempt_;
  size_t merge_factor_;
  TaskReport& report_;
  size_t next_spill_ = 0;
  std::vector<Spill> spills_;
};

// Collects what a mapper emits and leaves it sorted by partition and key in files (MapTask.MapOutputBuffer). The task's thread; memory is
// bounded by mapreduce.task.io.sort.mb, but for a single record that is longer.
class MapOutputCollector : public RecordSink {
 public:
  // Everything emitted so far goes to disk, and the final files stand. Index of the partitions.
  virtual Result<std::vector<shuffle::IndexEntry>> finish() = 0;
};

struct CollectorContext {
  const tusker_job_v1& job;
  Partitioner partitioner;
  MapOutputFiles& files;
  Combiner& combiner;
  Counters& counters;
  size_t memory_bytes;
};

// One that sorts; and for jobs with a fold one that adds values up in a hash table, so that only distinct keys are sorted.
std::unique_ptr<MapOutputCollector> make_collector(CollectorContext context);
std::unique_ptr<MapOutputCollector> make_sorting_collector(CollectorContext context);
std::unique_ptr<MapOutputCollector> make_folding_collector(CollectorContext context);

// An error for a partitioner that gives a number out of range.
Status wrong_partition(uint32_t partition, uint32_t partitions);

}  // namespace tusker::mapreduce
