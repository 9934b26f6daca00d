#pragma once

#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "mapreduce/formats/file_stores.h"
#include "mapreduce/formats/input_split.h"
#include "mapreduce/task/counters.h"
#include "mapreduce/task/job_library.h"

namespace tusker::mapreduce {

// A job that is ready to run: configured, cut into splits, its output place free.
struct Submission {
  config::Config config;
  std::string library_path;
  JobLibrary library;
  std::vector<InputSplit> splits;
  FileStores::Located output;
  int32_t reduces = 1;
  std::string name;
};

struct JobOutcome {
  bool succeeded = false;
  Counters counters;
  std::string diagnostics;
};

// The host's side of the boundary in the submitting program: what plan() and finish() of a job may ask for. Calls block. One thread.
class SubmissionHost {
 public:
  // What they refer to must outlive it. plan() changes `config`.
  SubmissionHost(config::Config& config, FileStores& stores);

  // Lets the job read its arguments; what it sets and the splits it adds stay here.
  Result<void> plan(const JobLibrary& library, const std::vector<std::string>& arguments);
  Result<void> finish(const JobLibrary& library, const FileStores::Located& output, double seconds);
  std::vector<InputSplit>& splits() { return splits_; }

 private:
  static constexpr int64_t kOutputBytesMax = 64 << 20;
  static SubmissionHost& of(void* self) { return *static_cast<SubmissionHost*>(self); }
  static void on_fail(void* self, tusker_bytes message);
  static int on_config_get(void* self, tusker_bytes key, tusker_bytes* value);
  static int on_config_set(void* self, tusker_bytes key, tusker_bytes value);
  static int on_add_split(void* self, tusker_bytes data);
  static void on_print(void* self, tusker_bytes text);
  static int on_first_line(void* self, tusker_bytes* line);
  static int on_read_output(void* self, tusker_bytes* text);
  Result<std::string> first_line();
  Result<std::string> read_output();
  Result<void> outcome(int returned) const;
  int give(Result<std::string> text, tusker_bytes* into);

  tusker_host table_{};
  config::Config& config_;
  FileStores& stores_;
  const FileStores::Located* output_ = nullptr;
  std::vector<InputSplit> splits_;
  std::deque<std::string> kept_;  // what was lent to the job
  std::optional<Status> failure_;
};

// From `mapred run`'s words to a job that can be run: loads the library, takes -input, -output and -reducers, gives the rest to the job,
// checks the output, lists and cuts the input. Blocks.
struct RunArguments {
  std::string library;
  std::vector<std::string> rest;  // the job's own
};
// kIllegalArgument: what is wrong with them. Sets properties of `config`.
Result<RunArguments> parse_run_arguments(const std::vector<std::string>& words, config::Config& config);
Result<Submission> prepare_submission(const JobLibrary& library, const RunArguments& arguments, SubmissionHost& host,
                                      config::Config& config, FileStores& stores, const std::string& temporary_name);

}  // namespace tusker::mapreduce
