#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/async/notify.h"
#include "common/env/env.h"
#include "mapreduce/task/combiner.h"
#include "mapreduce/task/segment.h"

namespace tusker::mapreduce {

// Holds what a reduce has fetched, in bounded memory (org.apache.hadoop.mapreduce.task.reduce.MergeManagerImpl): outputs are kept in memory
// until they fill their share, and are then merged, combined, into one file. On the shuffle's strand; merges run on the disk pool.
class MergeManager {
 public:
  struct Options {
    int64_t memory_bytes;       // for fetched outputs
    int64_t single_bytes_max;   // an output larger than that goes to disk at once
    double merge_share = 0.66;  // of memory_bytes, from which a merge is worth it
    std::string directory;      // for files
  };
  // `combiner` may be null; it is used by one merge at a time, on another thread. `spilled_records` counts what merges write. They and
  // `report` must outlive it.
  MergeManager(Env& env, Options options, Combiner* combiner, int64_t& spilled_records, TaskReport& report);

  bool fits_in_memory(int64_t bytes) const { return bytes <= options_.single_bytes_max; }
  // Waits until so much memory is free, merging what is there if need be. Then add_memory() or give_back() the same. An error is this
  // task's own: outputs that were taken in are lost, and every later call gives it too.
  Task<Result<void>> reserve(int64_t bytes);
  void give_back(int64_t bytes);
  // Why a merge failed; then the task must fail.
  const std::optional<Status>& failure() const { return failure_; }
  // A whole partition with its checksum, verified.
  void add_memory(std::string part);
  void add_segment(std::unique_ptr<Segment> segment) { segments_.push_back(std::move(segment)); }
  // A name for a file that a fetched output goes to.
  std::string next_path();
  // Everything; no merge may be under way.
  std::vector<std::unique_ptr<Segment>> take();

 private:
  Task<Result<void>> merge();

  Env& env_;
  Options options_;
  Combiner* combiner_;
  int64_t& spilled_records_;
  TaskReport& report_;
  std::optional<Status> failure_;
  int64_t used_ = 0;       // reserved or held
  int64_t committed_ = 0;  // held by memory_
  bool merging_ = false;
  int64_t next_file_ = 0;
  std::vector<std::string> memory_;
  std::vector<std::unique_ptr<Segment>> segments_;
  Notify freed_;
};

}  // namespace tusker::mapreduce
