#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "common/base/yarn_ids.h"
#include "common/env/clock.h"
#include "mapreduce/formats/input_split.h"
#include "mapreduce/task/counters.h"

// A running job as the ApplicationMaster knows it (JobImpl, TaskImpl, TaskAttemptImpl): pure and synchronous, time and names come in as
// values. Everything belongs to one strand.

namespace tusker::mapreduce {

struct TaskId {
  bool is_map = true;
  int32_t number = 0;
  friend auto operator<=>(const TaskId&, const TaskId&) = default;
};

struct JobOptions {
  std::string job_id;
  int32_t application_attempt = 1;
  int32_t reduces = 1;
  int64_t map_attempts_max = 4;
  int64_t reduce_attempts_max = 4;
  int64_t map_failures_percent_max = 0;
  int64_t reduce_failures_percent_max = 0;
  int64_t fetch_failures_max = 3;
  double slow_start = 0.05;
  Duration task_timeout{};  // zero: none
};

enum class TaskState : uint8_t { kPending, kRunning, kSucceeded, kFailed };

// Where an attempt runs.
struct Place {
  yarn::ContainerId container;
  std::string host;
  std::string rack;
  int32_t shuffle_port = 0;
  int64_t memory_mb = 0;
  int32_t vcores = 0;
};

struct Attempt {
  std::string id;  // "attempt_1_0001_m_000000_0"
  TaskId task;
  Place place;
  TimePoint started;
  TimePoint last_sign;   // of progress
  TimePoint last_heard;  // of its process at all
  int64_t signs_of_life = -1;
  float progress = 0;
  bool may_commit = false;
};

struct JobTask {
  TaskState state = TaskState::kPending;
  int32_t next_attempt = 0;
  int32_t failures = 0;
  std::string attempt;  // that runs, or that succeeded
  Place place;          // of the one that succeeded
  Counters counters;    // of the one that succeeded
  TimePoint pending_since;
  bool ran_before = false;
  std::set<std::string> failed_on;  // hosts
  int64_t fetch_reports = 0;        // failures to fetch the present output
};

struct MapEvent {
  int32_t map;
  std::string attempt;
  std::string host;
  int32_t shuffle_port;
  bool lost;
};

enum class Locality : uint8_t { kNode, kRack, kAny };

class JobModel {
 public:
  JobModel(JobOptions options, std::vector<InputSplit> splits, TimePoint now);

  // --- asked
  const JobTask& task(TaskId id) const { return const_cast<JobModel*>(this)->at(id); }
  const InputSplit& split(int32_t map) const { return splits_[static_cast<size_t>(map)]; }
  const Attempt* find(const std::string& attempt) const;
  const std::map<std::string, Attempt>& running() const { return running_; }
  const std::set<TaskId>& pending() const { return pending_; }
  // Tasks that have become pending since the last call.
  std::vector<TaskId> take_reopened() { return std::exchange(reopened_, {}); }
  int32_t maps() const { return static_cast<int32_t>(maps_.size()); }
  int32_t reduces() const { return static_cast<int32_t>(reduces_.size()); }
  const std::vector<MapEvent>& events() const { return events_; }
  // Reduces are worth asking for: enough maps have succeeded.
  bool reduces_wanted() const;
  bool all_succeeded() const;
  // The job can't succeed any more; why.
  const std::optional<std::string>& failure() const { return failure_; }
  float map_progress() const;
  float reduce_progress() const;
  const std::deque<std::string>& failures() const { return failures_; }  // of attempts, the last few
  // The pending map that fits best on a host, of those not in `taken`; nullopt when none is at least as near as `at_least`. `racks` gives
  // the rack of each host that splits name. A task that failed on this host isn't chosen for it while the cluster has other nodes than
  // those where it failed.
  std::optional<TaskId> choose_map(const std::string& host, const std::string& rack, const std::map<std::string, std::string>& racks,
                                   Locality at_least, const std::set<TaskId>& taken) const;
  std::optional<TaskId> choose_reduce(const std::string& host, const std::set<TaskId>& taken) const;
  Locality locality(int32_t map, const std::string& host, const std::string& rack, const std::map<std::string, std::string>& racks) const;
  // This attempt is the one that its task succeeded by.
  bool succeeded(const std::string& attempt) const;
  // The attempts whose output is the job's: of the reduces, or of the maps in a job without.
  std::vector<std::string> winners() const;
  // Counters of tasks that succeeded, and the job's own.
  Counters counters() const;

  // --- told
  void set_cluster_nodes(int32_t nodes) { cluster_nodes_ = nodes; }
  // A pending task begins to run there.
  const Attempt& start(TaskId task, Place place, Locality near, TimePoint now);
  // False: this attempt isn't running (any more).
  bool sign_of_life(const std::string& attempt, float progress, int64_t signs, TimePoint now);
  // Only one attempt of a task may commit, and only while it runs.
  bool may_commit(const std::string& attempt);
  // The id is taken by value: it may be the key of the very entry that goes.
  bool succeed(std::string attempt, Counters counters, TimePoint now);
  // Failures count against the task, kills don't.
  void fail(std::string attempt, const std::string& diagnostics, TimePoint now);
  void kill(std::string attempt, const std::string& why, TimePoint now);
  // A container ended before its process asked for a task: as a failure of the task that it was meant for.
  void fail_to_start(TaskId task, const std::string& host, const std::string& diagnostics, TimePoint now);
  // Outputs of maps on this host are gone; maps that reduces still need run again.
  void lose_host(const std::string& host, TimePoint now);
  // A reduce couldn't fetch a map's output. After enough reports, by number and for the reduces that run, the map has failed, and runs
  // again.
  void report_fetch_failure(const std::string& map_attempt, TimePoint now);
  // The job can't succeed, for a reason outside its tasks.
  void give_up(std::string why) { failure_ = std::move(why); }
  // Attempts that made no progress for task_timeout, or whose processes said nothing at all for kSilenceMax (they report several times a
  // second); and why.
  std::vector<std::pair<std::string, std::string>> timed_out(TimePoint now) const;
  // Silence so far is no fault of the attempts.
  void excuse_silence(TimePoint now);

 private:
  static constexpr size_t kFailuresKept = 20;
  static constexpr Duration kSilenceMax = std::chrono::seconds(30);
  JobTask& at(TaskId id) { return id.is_map ? maps_[static_cast<size_t>(id.number)] : reduces_[static_cast<size_t>(id.number)]; }
  std::string attempt_id(TaskId task, int32_t ordinal) const;
  void count_end(const Attempt& attempt, TimePoint now);
  void reopen(TaskId task, TimePoint now);
  void note_failure(TaskId task, const std::string& who, const std::string& host, const std::string& diagnostics, TimePoint now);
  void withdraw_output(int32_t map);
  void lose_output(int32_t map, TimePoint now);
  bool avoids(TaskId task, const std::string& host) const;
  void add_pending(TaskId task);
  void remove_pending(TaskId task);

  JobOptions options_;
  std::vector<InputSplit> splits_;
  std::map<std::string, std::set<int32_t>> pending_of_host_;  // maps
  std::set<int32_t> pending_anywhere_;                        // maps whose splits name no host
  int32_t cluster_nodes_ = 1;
  std::vector<JobTask> maps_;
  std::vector<JobTask> reduces_;
  std::map<std::string, Attempt> running_;
  std::set<TaskId> pending_;
  std::vector<TaskId> reopened_;
  std::vector<MapEvent> events_;
  Counters own_;
  int32_t maps_succeeded_ = 0;
  int32_t reduces_succeeded_ = 0;
  int32_t maps_failed_ = 0;
  int32_t reduces_failed_ = 0;
  std::deque<std::string> failures_;
  std::optional<std::string> failure_;
};

}  // namespace tusker::mapreduce
