#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "client/yarn/am_rm_client.h"
#include "client/yarn/nm_client.h"
#include "client/yarn/resource_requests.h"
#include "common/async/notify.h"
#include "common/async/one_shot.h"
#include "common/async/task_group.h"
#include "common/net/topology.h"
#include "mapreduce/TaskUmbilical.pb.h"
#include "mapreduce/am/host_blacklist.h"
#include "mapreduce/am/job_model.h"

namespace tusker::mapreduce {

struct MasterOptions {
  yarn::Resource map_resource;
  yarn::Resource reduce_resource;
  bool container_reuse = true;
  HostBlacklist::Options blacklist;
};

// Runs the tasks of one job: asks the ResourceManager for containers beside the data, starts them, hands tasks to the processes in them,
// and decides what happens when something fails (RMContainerAllocator, ContainerLauncherImpl, TaskAttemptListenerImpl). All state belongs
// to `strand`; the functions below are called on it, by the umbilical through on(). Owned by the ApplicationMaster's main task.
//
// A container's first task is the one that it was asked for. With reuse, its later processes get further tasks whose data are near; when
// there are none, after a short wait, any. When maps and reduces ask for the same, a map's container takes a reduce once no map waits: it
// runs already.
class JobMaster {
 public:
  // The references must outlive it.
  JobMaster(Env& env, Executor strand, MasterOptions options, JobModel& model, const net::Topology& topology, client::AmRmClient& rm,
            client::NmClient& nm);
  // What each task container starts with; before run().
  void set_launch_context(hadoop::yarn::ContainerLaunchContextProto launch) { launch_ = std::move(launch); }

  // Until all tasks have succeeded or the job can't succeed any more; then no container runs on. An error: the ResourceManager doesn't want
  // this master any more.
  Task<Result<void>> run();
  // Between run() and the end, so that the ResourceManager goes on hearing of it while the job is committed.
  Task<void> stop();
  // Waits until the ResourceManager has answered within `window`: then no later attempt of this master does the same work. An error when it
  // doesn't want this master any more.
  Task<Result<void>> hear_manager(Duration window);

  // --- the umbilical's calls
  GetTaskResponseProto get_task(const GetTaskRequestProto& request);
  StatusUpdateResponseProto status_update(const StatusUpdateRequestProto& request);
  bool may_commit(const std::string& attempt);
  bool done(const std::string& attempt, Counters counters);
  void failed(const std::string& attempt, const std::string& diagnostics);
  MapEventsResponseProto map_events(const MapEventsRequestProto& request);
  JobReportResponseProto report() const;

  // The job has ended for good: what clients are told from now on.
  void finish(JobStateProto state, Counters counters, std::string diagnostics);
  bool final_report_fetched() const { return final_fetched_; }
  void note_final_fetched() { final_fetched_ = true; }

  // Waits for a change of what the umbilical answers, at most so long: of tasks and map outputs, or also of how far tasks are. From any
  // strand.
  enum class Change : uint8_t { kTasks, kProgress };
  Task<void> wait_for_change(Change change, Duration most);
  Executor strand() const { return strand_; }

 private:
  enum class Phase : uint8_t { kLaunching, kIdle, kBusy };
  struct Held {
    hadoop::yarn::ContainerProto container;
    yarn::NodeId node;
    std::string rack;
    TaskId meant_for;
    Phase phase = Phase::kLaunching;
    std::string attempt;
    int32_t shuffle_port = 0;
    TimePoint idle_since;
    bool first = true;    // hasn't asked for a task yet
    bool for_map = true;  // kind of the task that it runs, or was asked for
    std::string process;  // that was given the attempt
  };

  Task<void> tell_of_change(Change change, OneShot<bool> woken, Duration most);
  Task<void> heartbeat_loop();
  Task<Result<void>> heartbeat();
  Task<void> launch(yarn::ContainerId id);
  Task<void> stop_container(yarn::NodeId node, yarn::ContainerId id);
  Duration heartbeat_pause() const;

  void request_containers();
  void request(TaskId task);
  void take_back(TaskId task);
  bool reduces_allowed() const;
  bool ask_for_reduces();
  void settle(Held& held);
  bool reduces_in_map_containers() const { return options_.container_reuse && options_.map_resource == options_.reduce_resource; }
  void on_allocated(const hadoop::yarn::ContainerProto& container);
  void on_completed(const hadoop::yarn::ContainerStatusProto& status);
  void on_node(const hadoop::yarn::NodeReportProto& node);
  void make_room_for_maps();
  void end_timed_out();
  void end_attempt_of(Held& held, const std::string& diagnostics, bool killed);
  std::optional<TaskId> choose(const Held& held);
  void assign(Held& held, TaskId task);
  TaskProto task_proto(const Held& held) const;
  Held* container_of(const std::string& attempt);
  bool over() const { return model_.all_succeeded() || model_.failure().has_value(); }
  void changed();

  Env& env_;
  Executor strand_;
  MasterOptions options_;
  JobModel& model_;
  const net::Topology& topology_;
  client::AmRmClient& rm_;
  client::NmClient& nm_;
  hadoop::yarn::ContainerLaunchContextProto launch_;
  std::map<std::string, std::string> racks_;  // of the hosts that splits name

  client::ResourceRequestTable table_;
  std::map<TaskId, client::ContainerRequest> requested_;
  std::set<TaskId> unasked_;  // tasks that may be pending without a request: reduces whose time hasn't come, and what goes on again
  std::map<TaskId, int> launch_failures_;
  std::map<yarn::ContainerId, Held> containers_;
  std::set<TaskId> spoken_for_;  // what containers that haven't asked yet are meant for
  HostBlacklist blacklist_;
  std::vector<yarn::ContainerId> releases_;
  std::optional<TimePoint> reduces_since_;  // reduces may be asked for
  TimePoint last_allocation_;
  TimePoint last_answer_;  // of the ResourceManager
  TimePoint last_look_;    // for tasks that have timed out
  TimePoint last_preemption_;
  bool dirty_ = true;  // tasks or containers have changed since requests were made
  bool stopping_ = false;
  std::optional<Status> dismissed_;
  JobStateProto state_ = JOB_RUNNING;
  Counters final_counters_;
  std::string diagnostics_;
  bool final_fetched_ = false;
  Notify wake_;      // of the heartbeat
  Notify changed_;   // of what the umbilical answers
  Notify progress_;  // of that, and of how far tasks are
  TaskGroup tasks_;
};

}  // namespace tusker::mapreduce
