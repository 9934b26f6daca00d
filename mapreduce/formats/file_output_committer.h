#pragma once

#include <string>

#include "mapreduce/formats/file_store.h"

namespace tusker::mapreduce {

// How a job's output comes to stand in its place all at once (org.apache.hadoop.mapreduce.lib.output.FileOutputCommitter, algorithm 1):
//   OUT/_temporary/A/_temporary/ATTEMPT/part-…   while a task attempt runs
//   OUT/_temporary/A/TASK/part-…                 once it is committed
//   OUT/part-…, OUT/_SUCCESS                     once the job is
// with A the number of the ApplicationMaster's attempt. Blocking calls, any thread; holds no state but the place.
class FileOutputCommitter {
 public:
  // `output`: the job's output directory in `store`, which must outlive it.
  FileOutputCommitter(FileStore& store, std::string output, int32_t application_attempt, bool mark_success);

  Result<void> setup_job();
  // Where the attempt writes. Made by its first file.
  std::string work_path(std::string_view attempt) const;
  Result<bool> needs_task_commit(std::string_view attempt);
  // Moves the attempt's files into the task's place, over those of an earlier attempt of the task.
  Result<void> commit_task(std::string_view attempt, std::string_view task);
  Result<void> abort_task(std::string_view attempt);
  // Moves the tasks' files into the output directory, removes _temporary, writes _SUCCESS. May be repeated after it was interrupted, also
  // for an earlier ApplicationMaster attempt.
  Result<void> commit_job();
  Result<void> abort_job();

 private:
  Result<void> merge(const StoreStatus& from, const std::string& to);
  std::string job_attempt_path() const;

  FileStore& store_;
  std::string output_;
  int32_t application_attempt_;
  bool mark_success_;
};

// Before the job: kIllegalArgument "Output directory not set.", kFileAlreadyExists "Output directory … already exists".
Result<void> check_output(FileStore& store, const std::string& path);

}  // namespace tusker::mapreduce
