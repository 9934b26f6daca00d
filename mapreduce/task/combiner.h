#pragma once

#include <memory>
#include <optional>
#include <string>

#include "mapreduce/task/merge_queue.h"
#include "mapreduce/task/task_host.h"

namespace tusker::mapreduce {

// The records of a merge, key by key, as a reducer or combiner sees them. The queue must outlive it. One thread at a time.
class KeyGroups final : public ValueSource {
 public:
  explicit KeyGroups(MergeQueue& queue) : queue_(queue) {}

  // Goes to the next key, over what is left of the present one; false when there is none.
  Result<bool> next_key();
  // The present key; valid until next_key().
  std::string_view key() const { return key_; }
  Result<std::optional<std::string_view>> next_value() override;
  int64_t records() const { return records_; }

 private:
  Result<bool> move();

  MergeQueue& queue_;
  std::string key_;
  bool in_group_ = false;
  bool fresh_ = false;  // the queue's record belongs to this key and hasn't been given yet
  int64_t records_ = 0;
};

// What a job does to make a map's output smaller: its fold, its combiner, or nothing. One for a task, used by its thread alone.
class Combiner {
 public:
  Combiner(const tusker_job_v1& job, const config::Config& config, Counters& counters, TaskReport& report);
  ~Combiner();

  bool exists() const { return job_.fold != nullptr || job_.combiner.make != nullptr; }
  // Sends all records of `queue` to `sink`, keys combined where the job knows how.
  Result<void> run(MergeQueue& queue, RecordSink& sink);

 private:
  Result<void> copy(MergeQueue& queue, RecordSink& sink);
  Result<void> fold(MergeQueue& queue, RecordSink& sink);
  Result<void> combine(MergeQueue& queue, RecordSink& sink);

  const tusker_job_v1& job_;
  TaskHost host_;
  void* object_ = nullptr;
  int64_t& input_records_;
  int64_t& output_records_;
};

// An error for a value that isn't of the fold's size.
Status wrong_fold_size(size_t actual, size_t expected);

}  // namespace tusker::mapreduce
