#pragma once

#include <string>

#include "common/env/disk.h"
#include "mapreduce/formats/file_output_committer.h"
#include "mapreduce/formats/file_stores.h"
#include "mapreduce/formats/input_split.h"
#include "mapreduce/task/counters.h"
#include "mapreduce/task/job_library.h"
#include "mapreduce/task/task_report.h"

namespace tusker::mapreduce {

// What one task attempt works with. Belongs to the thread that runs it; what it refers to must outlive it.
struct TaskContext {
  Disk& disk;
  FileStores& stores;
  const config::Config& config;
  const JobLibrary& library;
  TaskReport& report;
  Counters& counters;
  FileStore& output_store;
  FileOutputCommitter& committer;
  std::string attempt;          // "attempt_1700000000000_0001_m_000000_0"
  int32_t number = 0;           // of the task among its kind
  int32_t reduces = 1;          // of the job; 0: maps write the output
  std::string local_directory;  // of the application, for map outputs and merges
};

// CPU time and memory of this process since `since_cpu_ms`, into the counters; at the end of an attempt.
void count_resources(Counters& counters, bool is_map, int64_t since_cpu_ms);
// CPU time of this process so far.
int64_t process_cpu_ms();
// What went through the file systems between two readings.
void count_file_systems(Counters& counters, const std::map<std::string, FileStores::Statistics>& before,
                        const std::map<std::string, FileStores::Statistics>& after);

}  // namespace tusker::mapreduce
