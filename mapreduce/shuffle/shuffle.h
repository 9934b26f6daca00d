#pragma once

#include <memory>
#include <string>
#include <vector>

#include "common/async/notify.h"
#include "common/async/task_group.h"
#include "mapreduce/am/umbilical_client.h"
#include "mapreduce/shuffle/fetch_schedule.h"
#include "mapreduce/shuffle/merge_manager.h"
#include "mapreduce/shuffle/shuffle_connection.h"
#include "mapreduce/task/task_context.h"

namespace tusker::mapreduce {

// The first phase of a reduce attempt (org.apache.hadoop.mapreduce.task.reduce.Shuffle): learns from the ApplicationMaster where map
// outputs lie, fetches this reduce's part of each over HTTP, several hosts at once, checks it, and hands all of them on for the merge.
// Outputs of this node are read from its disk. All on one strand; owned by the task.
class Shuffle {
 public:
  struct Options {
    std::string job_id;
    std::string secret;
    std::string attempt;
    int32_t maps = 0;
    int32_t reduce = 0;
    int64_t parallel_copies = 5;
    Duration connect_timeout{};
    Duration read_timeout{};
    bool local_read = true;
    std::vector<std::string> local_dirs;  // of the application on this node
  };
  // The references must outlive it. `counters` and `report` are the task's.
  Shuffle(Env& env, Executor strand, Options options, UmbilicalClient& umbilical, MergeManager& merge, Counters& counters,
          TaskReport& report);

  // Every part, sorted each in itself. kCancelled when the ApplicationMaster doesn't want this attempt any more.
  Task<Result<std::vector<std::unique_ptr<Segment>>>> run();
  // Map attempts whose output couldn't be fetched since the last call; the status update carries them. On the strand.
  std::vector<std::string> take_fetch_failures() { return std::exchange(fetch_failures_, {}); }

 private:
  Task<void> watch_events();
  Task<void> fetch_loop();
  // What went wrong with outputs, and of which of them it is the fault. The task's own faults go to fail() instead.
  struct FetchFailure {
    Status status;
    std::vector<FetchSchedule::Output> blamed;
  };
  Task<std::optional<FetchFailure>> fetch(FetchSchedule::Batch batch);
  Task<std::optional<FetchFailure>> fetch_together(ShuffleConnection& connection, FetchSchedule::Batch batch);
  Task<Result<void>> fetch_one(ShuffleConnection& connection, FetchSchedule::Batch& batch);
  Task<bool> make_room(int64_t bytes);
  void note(const FetchFailure& failure, const Endpoint& host);
  Task<Result<void>> fetch_to_memory(ShuffleConnection& connection, FetchSchedule::Output output, int64_t bytes);
  Task<Result<void>> fetch_to_disk(ShuffleConnection& connection, FetchSchedule::Output output, int64_t bytes);
  Task<Result<bool>> read_local(int32_t map, std::string attempt);
  void on_event(const MapEventProto& event);
  void count(int64_t bytes);
  void fail(Status status);
  std::unexpected<Status> fail_here(Status status);
  bool over() const { return failure_.has_value() || schedule_.complete(); }

  Env& env_;
  Executor strand_;
  Options options_;
  UmbilicalClient& umbilical_;
  MergeManager& merge_;
  Counters& counters_;
  TaskReport& report_;
  FetchSchedule schedule_;
  std::vector<std::string> fetch_failures_;
  std::optional<Status> failure_;
  Notify changed_;
  TaskGroup tasks_;
};

}  // namespace tusker::mapreduce
