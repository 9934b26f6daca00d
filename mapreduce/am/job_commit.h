#pragma once

#include <optional>
#include <string>
#include <vector>

#include "mapreduce/formats/file_output_committer.h"
#include "mapreduce/formats/file_store.h"
#include "mapreduce/history/job_record.h"

namespace tusker::mapreduce {

// The last step of a job, made safe against the death of the ApplicationMaster in its midst: COMMIT_STARTED in the staging directory names
// the attempts whose output counts, and holds the job's record, before the output is moved; COMMIT_SUCCESS stands after it. A later attempt
// that finds the first completes the commit, of the output of the attempt that wrote it, instead of running tasks again. Blocking calls.
class JobCommit {
 public:
  JobCommit(FileStore& staging_store, std::string staging_directory, FileStore& output_store, std::string output, bool mark_success)
      : staging_store_(staging_store),
        staging_directory_(std::move(staging_directory)),
        output_store_(output_store),
        output_(std::move(output)),
        mark_success_(mark_success) {}

  // Completes what an earlier attempt began, and gives its record; nullopt when none had begun.
  Result<std::optional<JobRecord>> resume();
  // `attempts`: whose output is the job's.
  Result<void> commit(int32_t application_attempt, const std::vector<std::string>& attempts, const JobRecord& record);

 private:
  Result<void> complete(int32_t application_attempt, const std::vector<std::string>& attempts);

  FileStore& staging_store_;
  std::string staging_directory_;
  FileStore& output_store_;
  std::string output_;
  bool mark_success_;
};

}  // namespace tusker::mapreduce
