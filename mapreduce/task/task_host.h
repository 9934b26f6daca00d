#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "common/base/result.h"
#include "common/config/config.h"
#include "mapreduce/api/abi.h"
#include "mapreduce/task/counters.h"
#include "mapreduce/task/task_report.h"

namespace tusker::mapreduce {

// Takes the pairs that job code emits. An error ends the task.
class RecordSink {
 public:
  virtual ~RecordSink() = default;
  // A value whose data are null is no value.
  virtual Result<void> write(std::string_view key, std::string_view value) = 0;
};

// The values of the key that a reducer or combiner is given.
class ValueSource {
 public:
  virtual ~ValueSource() = default;
  // The next value, valid until the next call; nullopt after the last.
  virtual Result<std::optional<std::string_view>> next_value() = 0;
};

// The host's side of the boundary for one mapper, combiner or reducer. Engine and job use it from the task's thread. What it refers to must
// outlive it; it must outlive the job's object and stays where it is.
class TaskHost {
 public:
  TaskHost(const config::Config& config, Counters& counters, TaskReport& report);
  TaskHost(const TaskHost&) = delete;
  TaskHost& operator=(const TaskHost&) = delete;

  const tusker_host* table() const { return &table_; }
  void set_sink(RecordSink* sink) { sink_ = sink; }
  void set_values(ValueSource* values) { values_ = values; }

  // Turns what a function of the job returned into a result: the host's own error first, else what the job said.
  Result<void> check(int returned, std::string_view what) const;
  Status failure(std::string_view what) const;

 private:
  static TaskHost& of(void* self) { return *static_cast<TaskHost*>(self); }
  static void on_fail(void* self, tusker_bytes message);
  static int on_config_get(void* self, tusker_bytes key, tusker_bytes* value);
  static int on_emit(void* self, tusker_bytes key, tusker_bytes value);
  static int on_next_value(void* self, tusker_bytes* value);
  static int64_t* on_counter(void* self, tusker_bytes group, tusker_bytes name);
  static void on_status(void* self, tusker_bytes text);
  static void on_progress(void* self);

  tusker_host table_{};
  const config::Config& config_;
  Counters& counters_;
  TaskReport& report_;
  RecordSink* sink_ = nullptr;
  ValueSource* values_ = nullptr;
  static constexpr uint32_t kEmitsPerLook = 4096;
  uint32_t emits_ = 0;
  std::optional<Status> host_failure_;
  std::optional<std::string> job_failure_;
  std::map<std::string, std::string, std::less<>> looked_up_;
};

}  // namespace tusker::mapreduce
