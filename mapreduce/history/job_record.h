#pragma once

#include <string>

#include "common/base/result.h"
#include "mapreduce/task/counters.h"

namespace tusker::mapreduce {

// What is kept of a job that has ended: one JSON file in the history directory, "<job id>.json". Written by the ApplicationMaster, read by
// whoever asks when that is gone.
struct JobRecord {
  std::string job_id;
  std::string name;
  std::string user;
  std::string state;  // "SUCCEEDED", "FAILED", "KILLED"
  std::string diagnostics;
  int64_t start_ms = 0;
  int64_t finish_ms = 0;
  int32_t maps = 0;
  int32_t reduces = 0;
  Counters counters;
};

std::string encode_job_record(const JobRecord& record);
// kCorruption when the bytes are no record.
Result<JobRecord> decode_job_record(const std::string& json);
std::string job_record_path(const std::string& history_directory, const std::string& job_id);

}  // namespace tusker::mapreduce
