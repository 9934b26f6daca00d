#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "resourcemanager/scheduler/app_requests.h"

namespace tusker::resourcemanager {

struct SchedulerOptions {
  yarn::Resource minimum{1024, 1};
  yarn::Resource maximum{8192, 4};
  bool vcores_count = false;  // DominantResourceCalculator; the default calculator looks at memory alone
  double master_share_max = 0.1;
  int64_t node_locality_delay = 40;             // opportunities; -1: takes what is offered
  int64_t rack_locality_additional_delay = -1;  // -1: by the number of requests, as Hadoop
  int64_t locality_wait_ms_max = 1000;
  bool locality_enabled = true;
  int64_t node_silence_ms_max = 0;  // a node that wasn't heard of for longer gets nothing; 0: any does
  uint64_t seed = 1;                // of random choice without locality
};

// A container that was placed. Its resource is already counted as used.
struct Allocation {
  yarn::ApplicationAttemptId attempt;
  yarn::NodeId node;
  RequestKey key;
  yarn::Resource resource;
  Locality level = Locality::kOffSwitch;
};

// One queue, first come first served (CapacityScheduler with its default queue alone). Pure and synchronous: it belongs to the core; time
// comes in as monotonic milliseconds.
//
// It doesn't wait for heartbeats: requests are served at once from what is known to be free (schedule), and again when a node reports
// (offer). A request for hosts takes only those at first. It may take a rack-local node after it has let more than node_locality_delay
// offers of nodes (at most one for each node of the cluster) pass, or has waited locality_wait_ms_max since a node with room was first
// refused for its sake; any node after it has also let pass
// what Hadoop's formula for off-switch says, or has waited twice as long. A place that the cluster doesn't have isn't waited for. So
// locality wins where it is to be had, and nothing starves.
class Scheduler {
 public:
  explicit Scheduler(SchedulerOptions options) : options_(options), random_(options.seed) {}

  void add_node(const yarn::NodeId& id, const std::string& rack, const yarn::Resource& total);
  // Its containers must have been released before, or never are.
  void remove_node(const yarn::NodeId& id);
  // A sign of life of the node.
  void heard(const yarn::NodeId& id, int64_t now_ms);
  // No new containers while it isn't usable.
  void set_usable(const yarn::NodeId& id, bool usable);

  // `priority`: larger is served first; then the order of addition. Waits for activation while masters use more than their share.
  void add_attempt(const yarn::ApplicationAttemptId& id, int32_t priority, const yarn::Resource& master);
  void remove_attempt(const yarn::ApplicationAttemptId& id);
  bool activated(const yarn::ApplicationAttemptId& id) const;
  // The attempt must be known.
  AppRequests& requests_of(const yarn::ApplicationAttemptId& id);

  // Gives back what a container used.
  void release(const yarn::NodeId& node, const yarn::ApplicationAttemptId& attempt, const yarn::Resource& resource);
  // Counts a container that a node reported and that this scheduler didn't place.
  void occupy(const yarn::NodeId& node, const yarn::ApplicationAttemptId& attempt, const yarn::Resource& resource);

  // Serves requests from all nodes, without counting as an opportunity missed.
  std::vector<Allocation> schedule(int64_t now_ms);
  // A node has reported: serves requests from it, and counts it as missed by those that would rather wait for their place.
  std::vector<Allocation> offer(const yarn::NodeId& id, int64_t now_ms);

  // Rounded up to steps of the minimum, at most the maximum.
  yarn::Resource normalise(const yarn::Resource& asked) const;
  // What clients may ask for: the configured maximum, or the largest node when that is smaller.
  yarn::Resource maximum() const;
  const SchedulerOptions& options() const { return options_; }
  yarn::Resource total() const { return total_; }
  yarn::Resource used() const { return used_; }
  yarn::Resource pending() const;
  int64_t pending_count() const;
  yarn::Resource headroom() const;
  yarn::Resource used_by(const yarn::ApplicationAttemptId& id) const;

 private:
  struct SchedulerNode {
    yarn::NodeId id;
    std::string rack;
    yarn::Resource total;
    yarn::Resource used;
    bool usable = true;
    int64_t heard_ms = 0;
  };
  struct App {
    yarn::ApplicationAttemptId id;
    int32_t priority = 0;
    int64_t order = 0;
    bool active = false;
    yarn::Resource master;
    yarn::Resource used;
    AppRequests requests;
  };

  void activate();
  std::vector<App*> active_in_order();
  bool open(const SchedulerNode& node, int64_t now_ms) const;
  bool offers(const App& app, const SchedulerNode& node, const yarn::Resource& resource, int64_t now_ms) const;
  int64_t roomiest_mb(int64_t now_ms) const;
  bool room_anywhere(const App& app, const KeyRequests& key, int64_t now_ms) const;
  bool nearer_exists(const KeyRequests& key, Locality level) const;
  bool may_take(const KeyRequests& key, Locality level, int64_t now_ms) const;
  SchedulerNode* choose(const App& app, const KeyRequests& key, int64_t now_ms);
  SchedulerNode* best_at(const App& app, const KeyRequests& key, Locality level, int64_t now_ms);
  SchedulerNode* next_in_rotation(const App& app, const KeyRequests& key, int64_t now_ms);
  SchedulerNode* at_random(const App& app, const KeyRequests& key, int64_t now_ms);
  Allocation allocate(App& app, const RequestKey& request_key, KeyRequests& key, SchedulerNode& node);

  SchedulerOptions options_;
  std::mt19937_64 random_;
  std::map<yarn::NodeId, SchedulerNode> nodes_;
  std::map<std::string, std::set<yarn::NodeId>, std::less<>> nodes_by_name_;  // by host and by rack
  std::map<yarn::ApplicationAttemptId, App> apps_;
  yarn::NodeId rotation_;  // the node that was taken last when it turns in a circle
  int64_t next_order_ = 0;
  yarn::Resource total_;
  yarn::Resource used_;
  yarn::Resource masters_used_;
};

}  // namespace tusker::resourcemanager
