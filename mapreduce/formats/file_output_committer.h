#pragma once

#include <string>
#include <vector>

#include "mapreduce/formats/file_store.h"

namespace tusker::mapreduce {

// How a job's output comes to stand in its place all at once (org.apache.hadoop.mapreduce.lib.output.FileOutputCommitter, algorithm 1):
//   OUT/_temporary/A/_temporary/ATTEMPT/part-…   while a task attempt runs
//   OUT/_temporary/A/ATTEMPT/part-…              once it is committed
//   OUT/part-…, OUT/_SUCCESS                     once the job is
// with A the number of the ApplicationMaster's attempt. Hadoop names a committed directory after the task; ours carries the attempt's name,
// so that one that was thought dead and comes back late can't take away what another attempt of its task has committed. Which attempts
// count is the ApplicationMaster's to say. Blocking calls, any thread; holds no state but the place.
class FileOutputCommitter {
 public:
  // `output`: the job's output directory in `store`, which must outlive it.
  FileOutputCommitter(FileStore& store, std::string output, int32_t application_attempt, bool mark_success);

  Result<void> setup_job();
  // Where the attempt writes. Made by its first file.
  std::string work_path(std::string_view attempt) const;
  Result<bool> needs_task_commit(std::string_view attempt);
  // Moves the attempt's files aside, out of the reach of what still writes.
  Result<void> commit_task(std::string_view attempt);
  Result<void> abort_task(std::string_view attempt);
  // Moves the files of these attempts into the output directory, removes _temporary, writes _SUCCESS. kFileNotFound when one of them isn't
  // there: then nothing has been moved. May be repeated with the same attempts after it was interrupted, also for an earlier
  // ApplicationMaster attempt.
  Result<void> commit_job(const std::vector<std::string>& attempts);
  Result<void> abort_job();

 private:
  Result<void> merge(const StoreStatus& from, const std::string& to);
  std::string job_attempt_path() const;
  std::string committed_path(std::string_view attempt) const;

  FileStore& store_;
  std::string output_;
  int32_t application_attempt_;
  bool mark_success_;
};

// Before the job: kIllegalArgument "Output directory not set.", kFileAlreadyExists "Output directory … already exists".
Result<void> check_output(FileStore& store, const std::string& path);

}  // namespace tusker::mapreduce
