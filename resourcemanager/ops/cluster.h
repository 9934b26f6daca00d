#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "common/base/result.h"
#include "resourcemanager/model/application.h"
#include "resourcemanager/model/container.h"
#include "resourcemanager/model/node.h"
#include "resourcemanager/scheduler/scheduler.h"

namespace tusker::resourcemanager {

// When an operation happens: monotonic for intervals, wall time (since 1970) for what people read.
struct Now {
  int64_t mono_ms = 0;
  int64_t wall_ms = 0;
};

struct ClusterOptions {
  int64_t start_ms = 0;  // the cluster timestamp, which identifies this ResourceManager to its nodes
  int32_t am_attempts_default = 2;
  int32_t am_attempts_max = 2;
  int64_t am_expiry_ms = 900'000;
  int64_t nm_expiry_ms = 600'000;
  int64_t container_allocation_expiry_ms = 600'000;
  int64_t heartbeat_interval_ms = 1000;
  int64_t applications_max = 10'000;
  int64_t completed_applications_max = 1000;
  int64_t diagnostics_bytes_max = 64 << 10;
  std::string web_address;  // host:port, in links
};

// What the core wants done on NodeManagers; the ApplicationMaster launcher does it.
struct LaunchOrder {
  yarn::ApplicationAttemptId attempt;
  Container container;
  std::string token_service;
  Submission submission;
  int64_t submit_ms = 0;
};
struct StopOrder {
  yarn::ApplicationAttemptId attempt;
  std::string user;
  yarn::ContainerId container;
  yarn::NodeId node;
  std::string token_service;
};
struct Outbox {
  std::vector<LaunchOrder> launches;
  std::vector<StopOrder> stops;
  std::vector<yarn::ApplicationAttemptId> attempts_started;  // whose token is valid from now on
  std::vector<yarn::ApplicationAttemptId> attempts_ended;    // whose token is not any more
  bool empty() const { return launches.empty() && stops.empty() && attempts_started.empty() && attempts_ended.empty(); }
};

// The whole state of the ResourceManager: applications, nodes, containers, the scheduler. Belongs to the core, so it needs no lock; pure
// and synchronous. The operations on it are functions of their own, a file for each; here stand the steps that several of them share.
// Bounded by applications_max, completed_applications_max and what the nodes hold.
class Cluster {
 public:
  Cluster(ClusterOptions options, SchedulerOptions scheduler_options) : options(std::move(options)), scheduler(scheduler_options) {}

  ClusterOptions options;
  Scheduler scheduler;
  std::map<yarn::ApplicationId, Application> applications;
  std::map<yarn::ContainerId, Container> containers;  // live ones
  std::map<yarn::NodeId, Node> nodes;                 // running and unhealthy ones
  std::map<yarn::NodeId, Node> inactive_nodes;        // lost, shut down, rebooted
  Outbox outbox;
  int32_t last_application = 0;
  std::map<Locality, int64_t> allocated_by_locality;
  int64_t allocated_total = 0;

  Application* find(const yarn::ApplicationId& id);
  // kApplicationNotFound in Hadoop's words.
  Result<Application*> get(const yarn::ApplicationId& id);
  // The attempt if it is its application's current one and lives; else null.
  Attempt* find_live(const yarn::ApplicationAttemptId& id);
  const Node* find_node(const yarn::NodeId& id) const;

  // Serves open requests from all nodes, or from one that has reported; makes the containers.
  void schedule(Now now);
  void offer(const yarn::NodeId& node, Now now);

  // A container has ended, for whatever reason: frees its resource, tells its attempt, and ends the attempt if it was the master. Does
  // nothing for one that isn't live. The caller schedules afterwards.
  void complete(const yarn::ContainerId& id, int32_t exit_status, std::string diagnostics, Now now);
  // Has its node kill a live container at the next heartbeat.
  void order_cleanup(const Container& container);

  void start_attempt(Application& application, Now now);
  // Ends the current attempt and all its containers.
  void end_attempt(Application& application, Attempt& attempt, AttemptState state, std::string diagnostics, Now now);
  // The attempt's node doesn't answer to the order to start its master. That isn't the application's fault, so another one follows,
  // elsewhere if there is somewhere else; unless it has happened with too many of them.
  void lose_launch(Application& application, Attempt& attempt, std::string diagnostics, Now now);
  // The attempt failed: another one, or the end of the application.
  void fail_attempt(Application& application, Attempt& attempt, std::string diagnostics, Now now);
  void end_application(Application& application, AppState state, FinalStatus status, std::string diagnostics, Now now);

  // Takes a node out: its containers are lost, and masters are told.
  void lose_node(const yarn::NodeId& id, NodeState state, Now now);
  // Has every running master told that a node became usable or unusable.
  void announce(const yarn::NodeId& node);

 private:
  void place(const std::vector<Allocation>& allocations, Now now);
  void charge(Application& application, const Container& container, Now now);
  void forget_old_applications();
};

}  // namespace tusker::resourcemanager
