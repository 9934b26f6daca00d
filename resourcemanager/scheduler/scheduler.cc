#include "resourcemanager/scheduler/scheduler.h"

#include <algorithm>

#include "common/base/check.h"

namespace tusker::resourcemanager {

void Scheduler::add_node(const yarn::NodeId& id, const std::string& rack, const yarn::Resource& total) {
  CHECK_INVARIANT(!nodes_.contains(id));
  nodes_.emplace(id, SchedulerNode{id, rack, total, {}, true, 0});
  nodes_by_name_[id.host].insert(id);
  nodes_by_name_[rack].insert(id);
  total_ += total;
  activate();
}

void Scheduler::remove_node(const yarn::NodeId& id) {
  auto node = nodes_.find(id);
  if (node == nodes_.end()) return;
  total_ -= node->second.total;
  used_ -= node->second.used;
  for (const std::string& name : {id.host, node->second.rack}) {
    nodes_by_name_[name].erase(id);
    if (nodes_by_name_[name].empty()) nodes_by_name_.erase(name);
  }
  nodes_.erase(node);
}

void Scheduler::heard(const yarn::NodeId& id, int64_t now_ms) {
  auto node = nodes_.find(id);
  if (node != nodes_.end()) node->second.heard_ms = now_ms;
}

void Scheduler::set_usable(const yarn::NodeId& id, bool usable) {
  auto node = nodes_.find(id);
  if (node != nodes_.end()) node->second.usable = usable;
}

void Scheduler::add_attempt(const yarn::ApplicationAttemptId& id, int32_t priority, const yarn::Resource& master) {
  apps_.emplace(id, App{id, priority, next_order_++, false, master, {}, {}});
  activate();
}

void Scheduler::remove_attempt(const yarn::ApplicationAttemptId& id) {
  auto app = apps_.find(id);
  if (app == apps_.end()) return;
  if (app->second.active) masters_used_ -= app->second.master;
  apps_.erase(app);
  activate();
}

bool Scheduler::activated(const yarn::ApplicationAttemptId& id) const {
  auto app = apps_.find(id);
  return app != apps_.end() && app->second.active;
}

AppRequests& Scheduler::requests_of(const yarn::ApplicationAttemptId& id) {
  auto app = apps_.find(id);
  CHECK_INVARIANT(app != apps_.end());
  return app->second.requests;
}

// Lets attempts in while their masters stay within the share; one is always let in.
void Scheduler::activate() {
  std::vector<App*> waiting;
  for (auto& [id, app] : apps_) {
    if (!app.active) waiting.push_back(&app);
  }
  std::ranges::sort(
      waiting, [](const App* a, const App* b) { return a->priority != b->priority ? a->priority > b->priority : a->order < b->order; });
  auto limit_mb = static_cast<int64_t>(static_cast<double>(total_.memory_mb) * options_.master_share_max);
  for (App* app : waiting) {
    bool any_active = masters_used_.memory_mb > 0;
    if (any_active && masters_used_.memory_mb + app->master.memory_mb > limit_mb) return;
    app->active = true;
    masters_used_ += app->master;
  }
}

std::vector<Scheduler::App*> Scheduler::active_in_order() {
  std::vector<App*> apps;
  for (auto& [id, app] : apps_) {
    if (app.active && !app.requests.keys().empty()) apps.push_back(&app);
  }
  std::ranges::sort(
      apps, [](const App* a, const App* b) { return a->priority != b->priority ? a->priority > b->priority : a->order < b->order; });
  return apps;
}

// A node that has fallen silent may be dead: what it had room for is tried elsewhere first.
bool Scheduler::open(const SchedulerNode& node, int64_t now_ms) const {
  return node.usable && (options_.node_silence_ms_max <= 0 || now_ms - node.heard_ms <= options_.node_silence_ms_max);
}

bool Scheduler::offers(const App& app, const SchedulerNode& node, const yarn::Resource& resource, int64_t now_ms) const {
  const yarn::Resource free = node.total - node.used;
  if (resource.memory_mb > free.memory_mb || (options_.vcores_count && resource.vcores > free.vcores)) return false;
  return open(node, now_ms) && !app.requests.blacklisted(node.id.host, node.rack);
}

// Free memory of the node that has most: a larger request needn't be looked at.
int64_t Scheduler::roomiest_mb(int64_t now_ms) const {
  int64_t most = 0;
  for (const auto& [id, node] : nodes_) {
    if (open(node, now_ms)) most = std::max(most, (node.total - node.used).memory_mb);
  }
  return most;
}

bool Scheduler::room_anywhere(const App& app, const KeyRequests& key, int64_t now_ms) const {
  return std::ranges::any_of(nodes_, [&](const auto& entry) {
    const SchedulerNode& node = entry.second;
    return offers(app, node, key.any()->capability, now_ms) && key.level_of(node.id.host, node.rack).has_value();
  });
}

// True when the cluster has a place that is still wanted and is nearer than `level`: then there is something to wait for.
bool Scheduler::nearer_exists(const KeyRequests& key, Locality level) const {
  for (const auto& [name, entry] : key.by_name) {
    bool is_rack = name.starts_with('/');
    if (entry.count > 0 && (level == Locality::kOffSwitch || !is_rack) && nodes_by_name_.contains(name)) return true;
  }
  return false;
}

bool Scheduler::may_take(const KeyRequests& key, Locality level, int64_t now_ms) const {
  if (level == Locality::kNodeLocal || options_.node_locality_delay < 0 || !nearer_exists(key, level)) return true;
  auto nodes = static_cast<int64_t>(nodes_.size());
  int64_t waited_ms = key.waiting_since_ms < 0 ? 0 : now_ms - key.waiting_since_ms;
  int64_t rack_delay = std::min(nodes, options_.node_locality_delay);
  if (level == Locality::kRackLocal) return key.missed > rack_delay || waited_ms >= options_.locality_wait_ms_max;
  if (waited_ms >= 2 * options_.locality_wait_ms_max) return true;
  if (options_.rack_locality_additional_delay >= 0) {
    return key.missed > std::min(nodes, options_.node_locality_delay + options_.rack_locality_additional_delay);
  }
  // Hadoop waits for as many offers as there are requests, scaled by how many places they name. With a request id for each request that
  // would be next to nothing, so it is never sooner than rack-local.
  double factor = std::min(1.0, static_cast<double>(key.by_name.size() - 1) / static_cast<double>(std::max<int64_t>(1, nodes)));
  double off_switch_delay = std::min(static_cast<double>(nodes), key.pending() * factor);
  return key.missed > rack_delay && static_cast<double>(key.missed) > off_switch_delay;
}

Scheduler::SchedulerNode* Scheduler::best_at(const App& app, const KeyRequests& key, Locality level, int64_t now_ms) {
  const yarn::Resource& resource = key.any()->capability;
  SchedulerNode* best = nullptr;
  auto consider = [&](SchedulerNode& node) {
    if (!offers(app, node, resource, now_ms) || key.level_of(node.id.host, node.rack) != level) return;
    if (best == nullptr || (node.total - node.used).memory_mb > (best->total - best->used).memory_mb) best = &node;
  };
  if (level == Locality::kOffSwitch) {
    for (auto& [id, node] : nodes_) consider(node);
    return best;
  }
  for (const auto& [name, entry] : key.by_name) {
    if (entry.count <= 0) continue;
    auto named = nodes_by_name_.find(name);
    if (named == nodes_by_name_.end()) continue;
    for (const yarn::NodeId& id : named->second) consider(nodes_.at(id));
  }
  return best;
}

Scheduler::SchedulerNode* Scheduler::next_in_rotation(const App& app, const KeyRequests& key, int64_t now_ms) {
  const yarn::Resource& resource = key.any()->capability;
  auto node = nodes_.upper_bound(rotation_);
  for (size_t i = 0; i < nodes_.size(); ++i, ++node) {
    if (node == nodes_.end()) node = nodes_.begin();
    if (!offers(app, node->second, resource, now_ms) || !key.level_of(node->first.host, node->second.rack)) continue;
    rotation_ = node->first;
    return &node->second;
  }
  return nullptr;
}

Scheduler::SchedulerNode* Scheduler::at_random(const App& app, const KeyRequests& key, int64_t now_ms) {
  std::vector<SchedulerNode*> candidates;
  for (auto& [id, node] : nodes_) {
    if (offers(app, node, key.any()->capability, now_ms)) candidates.push_back(&node);
  }
  return candidates.empty() ? nullptr : candidates[random_() % candidates.size()];
}

// The node for the next container of a key, or null when none may have it now.
Scheduler::SchedulerNode* Scheduler::choose(const App& app, const KeyRequests& key, int64_t now_ms) {
  if (!options_.locality_enabled) return at_random(app, key, now_ms);
  if (options_.node_locality_delay < 0) return next_in_rotation(app, key, now_ms);
  for (Locality level : {Locality::kNodeLocal, Locality::kRackLocal, Locality::kOffSwitch}) {
    if (!may_take(key, level, now_ms)) return nullptr;
    if (SchedulerNode* node = best_at(app, key, level, now_ms)) return node;
  }
  return nullptr;
}

Allocation Scheduler::allocate(App& app, const RequestKey& request_key, KeyRequests& key, SchedulerNode& node) {
  yarn::Resource resource = key.any()->capability;
  // Without locality the names were not looked at; what the container is to its node is said all the same.
  Locality level = key.level_of(node.id.host, node.rack).value_or(Locality::kOffSwitch);
  key.satisfied(level, node.id.host, node.rack);
  // The other requests of the key have waited as long: they go on by the clock, though not by the offers.
  if (level != Locality::kOffSwitch) key.missed = 0;
  if (level == Locality::kNodeLocal) key.waiting_since_ms = -1;
  node.used += resource;
  app.used += resource;
  used_ += resource;
  return {app.id, node.id, request_key, resource, level};
}

std::vector<Allocation> Scheduler::schedule(int64_t now_ms) {
  std::vector<Allocation> allocations;
  int64_t most_mb = roomiest_mb(now_ms);
  for (App* app : active_in_order()) {
    auto& keys = app->requests.keys();
    for (auto& [request_key, key] : keys) {
      while (key.pending() > 0 && key.any()->capability.memory_mb <= most_mb) {
        SchedulerNode* node = choose(*app, key, now_ms);
        if (node == nullptr) {
          // Waiting for a place begins when another one was there to take.
          if (key.waiting_since_ms < 0 && room_anywhere(*app, key, now_ms)) key.waiting_since_ms = now_ms;
          break;
        }
        allocations.push_back(allocate(*app, request_key, key, *node));
        most_mb = roomiest_mb(now_ms);
      }
    }
    std::erase_if(keys, [](const auto& entry) { return entry.second.by_name.empty(); });
  }
  return allocations;
}

std::vector<Allocation> Scheduler::offer(const yarn::NodeId& id, int64_t now_ms) {
  std::vector<Allocation> allocations;
  auto found = nodes_.find(id);
  if (found == nodes_.end()) return allocations;
  SchedulerNode& node = found->second;
  for (App* app : active_in_order()) {
    auto& keys = app->requests.keys();
    for (auto& [request_key, key] : keys) {
      while (key.pending() > 0 && offers(*app, node, key.any()->capability, now_ms)) {
        auto level = options_.locality_enabled ? key.level_of(node.id.host, node.rack) : Locality::kNodeLocal;
        if (!level) break;
        if (!may_take(key, *level, now_ms)) {
          ++key.missed;
          if (key.waiting_since_ms < 0) key.waiting_since_ms = now_ms;
          break;
        }
        allocations.push_back(allocate(*app, request_key, key, node));
      }
    }
    std::erase_if(keys, [](const auto& entry) { return entry.second.by_name.empty(); });
  }
  return allocations;
}

void Scheduler::release(const yarn::NodeId& node, const yarn::ApplicationAttemptId& attempt, const yarn::Resource& resource) {
  if (auto found = nodes_.find(node); found != nodes_.end()) {
    found->second.used -= resource;
    used_ -= resource;
  }
  if (auto app = apps_.find(attempt); app != apps_.end()) app->second.used -= resource;
}

void Scheduler::occupy(const yarn::NodeId& node, const yarn::ApplicationAttemptId& attempt, const yarn::Resource& resource) {
  if (auto found = nodes_.find(node); found != nodes_.end()) {
    found->second.used += resource;
    used_ += resource;
  }
  if (auto app = apps_.find(attempt); app != apps_.end()) app->second.used += resource;
}

yarn::Resource Scheduler::normalise(const yarn::Resource& asked) const {
  int64_t step = std::max<int64_t>(1, options_.minimum.memory_mb);
  int64_t memory_mb = std::max(step, (asked.memory_mb + step - 1) / step * step);
  int32_t vcores = std::max(asked.vcores, options_.minimum.vcores);
  return {std::min(memory_mb, options_.maximum.memory_mb), std::min(vcores, options_.maximum.vcores)};
}

yarn::Resource Scheduler::maximum() const {
  yarn::Resource largest;
  for (const auto& [id, node] : nodes_) {
    largest.memory_mb = std::max(largest.memory_mb, node.total.memory_mb);
    largest.vcores = std::max(largest.vcores, node.total.vcores);
  }
  if (nodes_.empty()) return options_.maximum;
  return {std::min(largest.memory_mb, options_.maximum.memory_mb), std::min(largest.vcores, options_.maximum.vcores)};
}

yarn::Resource Scheduler::pending() const {
  yarn::Resource sum;
  for (const auto& [id, app] : apps_) sum += app.requests.pending_resource();
  return sum;
}

int64_t Scheduler::pending_count() const {
  int64_t sum = 0;
  for (const auto& [id, app] : apps_) sum += app.requests.pending_count();
  return sum;
}

yarn::Resource Scheduler::headroom() const {
  yarn::Resource free = total_ - used_;
  return {std::max<int64_t>(0, free.memory_mb), std::max(0, free.vcores)};
}

yarn::Resource Scheduler::used_by(const yarn::ApplicationAttemptId& id) const {
  auto app = apps_.find(id);
  return app == apps_.end() ? yarn::Resource{} : app->second.used;
}

}  // namespace tusker::resourcemanager
