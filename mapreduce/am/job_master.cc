#include "mapreduce/am/job_master.h"

#include <algorithm>

#include <fmt/format.h>

#include "common/log/log.h"
#include "common/shuffle/url_hash.h"
#include "common/yarn/convert.h"
#include "mapreduce/am/job_files.h"

namespace tusker::mapreduce {

using namespace hadoop::yarn;

namespace {

constexpr Duration kBusyPause = std::chrono::milliseconds(15);   // between heartbeats while containers are awaited
constexpr Duration kSlowPause = std::chrono::milliseconds(100);  // when they don't come
constexpr Duration kIdlePause = std::chrono::milliseconds(300);  // when all is running
constexpr Duration kMapWaitsMax = std::chrono::seconds(3);       // for a container, before a reduce makes room
constexpr Duration kMapContainerPatience = std::chrono::milliseconds(40);
constexpr int kLaunchFailuresMax = 8;
constexpr Duration kOwnSleep = std::chrono::seconds(5);
constexpr Duration kLaunchRetryPause = std::chrono::milliseconds(200);

// Hadoop's order: a map that runs again comes before reduces, which come before new maps.
constexpr int32_t kPriorityMapAgain = 5;
constexpr int32_t kPriorityReduce = 10;
constexpr int32_t kPriorityMap = 20;

// Ends that aren't the task's own fault.
bool killed_by_system(int32_t exit) {
  return exit == yarn::exit_status::kAborted || exit == yarn::exit_status::kPreempted ||
         (exit <= yarn::exit_status::kKilledByAppMaster && exit >= -108);
}

bool unreachable(const Status& status) { return status.code() == StatusCode::kUnavailable || status.code() == StatusCode::kTimeout; }

}  // namespace

JobMaster::JobMaster(Env& env, Executor strand, MasterOptions options, JobModel& model, const net::Topology& topology,
                     client::AmRmClient& rm, client::NmClient& nm)
    : env_(env),
      strand_(std::move(strand)),
      options_(options),
      model_(model),
      topology_(topology),
      rm_(rm),
      nm_(nm),
      blacklist_(options.blacklist),
      last_allocation_(env.clock.now()),
      last_answer_(env.clock.now()),
      last_look_(env.clock.now()),
      last_preemption_(env.clock.now()),
      wake_(env.clock),
      changed_(env.clock),
      progress_(env.clock),
      tasks_("job master") {
  unasked_ = model_.pending();
  for (int32_t map = 0; map < model_.maps(); ++map) {
    for (const std::string& host : model_.split(map).hosts) racks_.try_emplace(host, topology_.rack_of(host));
  }
}

void JobMaster::changed() {
  dirty_ = true;
  wake_.notify_all();
  changed_.notify_all();
  progress_.notify_all();
}

// --- heartbeats

Task<Result<void>> JobMaster::run() {
  tasks_.spawn(strand_, heartbeat_loop());
  while (!over() && !dismissed_) {
    end_timed_out();
    make_room_for_maps();
    co_await changed_.wait(env_.clock.after(std::chrono::seconds(1)));
  }
  stopping_ = true;
  for (TaskId task : std::vector<TaskId>(model_.pending().begin(), model_.pending().end())) take_back(task);
  if (model_.failure()) {
    for (auto& [id, held] : containers_) tasks_.spawn(strand_, stop_container(held.node, id));
  }
  if (dismissed_) co_return error(*dismissed_);
  co_return Result<void>();
}

Task<void> JobMaster::stop() { co_await tasks_.stop(); }

Task<Result<void>> JobMaster::hear_manager(Duration window) {
  while (!dismissed_ && env_.clock.now() - last_answer_ > window) {
    wake_.notify_all();
    co_await env_.clock.sleep_for(kBusyPause);
  }
  if (dismissed_) co_return error(*dismissed_);
  co_return Result<void>();
}

Task<void> JobMaster::heartbeat_loop() {
  while (!dismissed_) {
    if (auto beaten = co_await heartbeat(); !beaten) {
      LOG_ERROR("the ResourceManager refuses this master: {}", beaten.error().to_string());
      dismissed_ = beaten.error();
      changed();
      co_return;
    }
    co_await wake_.wait(env_.clock.after(heartbeat_pause()));
    // What changes within a moment goes into one call.
    if (dirty_) co_await env_.clock.sleep_for(std::chrono::milliseconds(1));
  }
}

Duration JobMaster::heartbeat_pause() const {
  if (dirty_ && !stopping_) return kBusyPause;
  if (requested_.empty() && releases_.empty()) return kIdlePause;
  return env_.clock.now() - last_allocation_ < std::chrono::seconds(2) ? kBusyPause : kSlowPause;
}

Task<Result<void>> JobMaster::heartbeat() {
  if (dirty_ && !stopping_) request_containers();
  AllocateRequestProto request;
  for (auto& ask : table_.take_changes()) *request.add_ask() = std::move(ask);
  for (const auto& id : releases_) *request.add_release() = yarn::to_proto(id);
  releases_.clear();
  auto listed = blacklist_.take_changes(false);
  for (std::string& host : listed.additions) request.mutable_blacklist_request()->add_blacklist_additions(std::move(host));
  for (std::string& host : listed.removals) request.mutable_blacklist_request()->add_blacklist_removals(std::move(host));
  request.set_progress((model_.map_progress() + model_.reduce_progress()) / 2);
  auto response = co_await rm_.allocate(std::move(request));
  if (!response && response.error().code() == StatusCode::kApplicationMasterNotRegistered) {
    CO_TRY_VOID(co_await rm_.register_master("", -1, ""));
    AllocateRequestProto again;
    for (auto& ask : table_.all()) *again.add_ask() = std::move(ask);
    for (std::string& host : blacklist_.take_changes(true).additions) {
      again.mutable_blacklist_request()->add_blacklist_additions(std::move(host));
    }
    response = co_await rm_.allocate(std::move(again));
  }
  if (!response) co_return error(response.error());
  last_answer_ = env_.clock.now();
  model_.set_cluster_nodes(response->num_cluster_nodes());
  blacklist_.set_cluster_nodes(response->num_cluster_nodes());
  nm_.add_tokens(response->nm_tokens());
  for (const auto& node : response->updated_nodes()) on_node(node);
  for (const auto& status : response->completed_container_statuses()) on_completed(status);
  for (const auto& container : response->allocated_containers()) on_allocated(container);
  co_return Result<void>();
}

// --- requests

// The container has asked, or won't any more.
void JobMaster::settle(Held& held) {
  if (held.first) spoken_for_.erase(held.meant_for);
  held.first = false;
}

// Reduces wait until no map waits for a container, so that they never keep maps from running.
bool JobMaster::reduces_allowed() const {
  if (!model_.reduces_wanted()) return false;
  for (auto at = model_.pending().lower_bound({true, 0}); at != model_.pending().end(); ++at) {
    if (!spoken_for_.contains(*at)) return false;
  }
  return true;
}

// A map's container that has just become free asks within a moment, and is quicker than a new one.
bool JobMaster::ask_for_reduces() {
  if (!reduces_allowed()) return false;
  if (!reduces_in_map_containers()) return true;
  if (!reduces_since_) reduces_since_ = env_.clock.now();
  if (env_.clock.now() - *reduces_since_ >= kMapContainerPatience) return true;
  dirty_ = true;
  return false;
}

void JobMaster::request_containers() {
  dirty_ = false;
  for (TaskId task : model_.take_reopened()) unasked_.insert(task);
  if (unasked_.empty()) return;
  // Reduces, which come first, wait for their time.
  for (auto at = ask_for_reduces() ? unasked_.begin() : unasked_.lower_bound({true, 0}); at != unasked_.end();) {
    const TaskId task = *at;
    // A task whose container is on the way keeps its place: that may fail.
    if (spoken_for_.contains(task)) {
      ++at;
      continue;
    }
    if (model_.pending().contains(task) && !requested_.contains(task)) request(task);
    at = unasked_.erase(at);
  }
}

void JobMaster::request(TaskId task) {
  client::ContainerRequest wanted{.priority = kPriorityReduce, .capability = options_.reduce_resource, .hosts = {}, .racks = {}};
  if (task.is_map) {
    const bool again = model_.task(task).ran_before;
    wanted.priority = again ? kPriorityMapAgain : kPriorityMap;
    wanted.capability = options_.map_resource;
    if (!again) wanted.hosts = model_.split(task.number).hosts;
    for (const std::string& host : wanted.hosts) {
      const std::string& rack = racks_.at(host);
      if (std::ranges::find(wanted.racks, rack) == wanted.racks.end()) wanted.racks.push_back(rack);
    }
  }
  // A request of its own for each task, so that a container is known by the task that it was placed for.
  wanted.allocation_request_id = task.is_map ? task.number + 1 : int64_t{model_.maps()} + task.number + 1;
  table_.add(wanted);
  requested_.emplace(task, std::move(wanted));
}

void JobMaster::take_back(TaskId task) {
  auto asked = requested_.find(task);
  if (asked == requested_.end()) return;
  table_.remove(asked->second);
  requested_.erase(asked);
}

// --- containers

void JobMaster::on_allocated(const ContainerProto& container) {
  last_allocation_ = env_.clock.now();
  const yarn::ContainerId id = yarn::from_proto(container.id());
  const int64_t request_id = container.allocation_request_id() - 1;
  const bool is_map = request_id < model_.maps();
  TaskId task{is_map, static_cast<int32_t>(is_map ? request_id : request_id - model_.maps())};
  const yarn::NodeId node = yarn::from_proto(container.nodeid());
  const std::string rack = topology_.rack_of(node.host);
  if (request_id < 0 || stopping_ || !requested_.contains(task)) {
    // Nobody waits for it any more; perhaps somebody else of its kind does.
    auto other =
        is_map ? model_.choose_map(node.host, rack, racks_, Locality::kAny, spoken_for_) : model_.choose_reduce(node.host, spoken_for_);
    if (request_id < 0 || stopping_ || !other || !requested_.contains(*other)) {
      releases_.push_back(id);
      return;
    }
    task = *other;
  }
  take_back(task);
  unasked_.insert(task);
  spoken_for_.insert(task);
  containers_[id] = {.container = container,
                     .node = node,
                     .rack = rack,
                     .meant_for = task,
                     .attempt = {},
                     .idle_since = env_.clock.now(),
                     .for_map = is_map,
                     .process = {}};
  tasks_.spawn(strand_, launch(id));
  dirty_ = true;
}

Task<void> JobMaster::launch(yarn::ContainerId id) {
  const ContainerProto container = containers_.at(id).container;
  auto started = co_await nm_.start_container(container, launch_);
  auto held = containers_.find(id);
  if (held == containers_.end()) co_return;
  if (started) {
    auto metadata = started->find(std::string(shuffle::kServiceName));
    if (metadata != started->end() && metadata->second.size() >= sizeof(int32_t)) {
      held->second.shuffle_port = load_be<int32_t>(metadata->second.data());
    }
    co_return;
  }
  LOG_WARN("cannot start {} on {}: {}", id.to_string(), held->second.node.to_string(), started.error().to_string());
  const TaskId task = held->second.meant_for;
  const std::string host = held->second.node.host;
  settle(held->second);
  containers_.erase(held);
  releases_.push_back(id);
  if (unreachable(started.error())) {
    // The node's fault, not the task's.
    blacklist_.unreachable(host);
  } else if (++launch_failures_[task] >= kLaunchFailuresMax) {
    model_.fail_to_start(task, host, "no container could be started: " + started.error().to_string(), env_.clock.now());
  }
  co_await env_.clock.sleep_for(kLaunchRetryPause);
  changed();
}

Task<void> JobMaster::stop_container(yarn::NodeId node, yarn::ContainerId id) {
  auto stopped = co_await nm_.stop_container(std::move(node), id);
  if (!stopped) LOG_WARN("cannot stop {}: {}", id.to_string(), stopped.error().to_string());
}

JobMaster::Held* JobMaster::container_of(const std::string& attempt) {
  for (auto& [id, held] : containers_) {
    if (held.attempt == attempt) return &held;
  }
  return nullptr;
}

void JobMaster::end_attempt_of(Held& held, const std::string& diagnostics, bool killed) {
  if (held.attempt.empty()) return;
  LOG_WARN("{} {}: {}", held.attempt, killed ? "was killed" : "failed", diagnostics);
  if (killed) {
    model_.kill(held.attempt, diagnostics, env_.clock.now());
  } else {
    model_.fail(held.attempt, diagnostics, env_.clock.now());
    blacklist_.attempt_failed(held.node.host);
  }
  held.attempt.clear();
}

void JobMaster::on_completed(const ContainerStatusProto& status) {
  auto found = containers_.find(yarn::from_proto(status.container_id()));
  if (found == containers_.end()) return;
  Held held = std::move(found->second);
  containers_.erase(found);
  const bool killed = killed_by_system(status.exit_status());
  const std::string why = fmt::format("Container {} ended with exit status {}: {}", yarn::from_proto(status.container_id()).to_string(),
                                      status.exit_status(), status.diagnostics());
  const bool never_asked = held.first;
  settle(held);
  if (never_asked && !killed && !stopping_) {
    LOG_WARN("{}", why);
    blacklist_.attempt_failed(held.node.host);
    model_.fail_to_start(held.meant_for, held.node.host, why, env_.clock.now());
  }
  end_attempt_of(held, why, killed);
  if (status.exit_status() == yarn::exit_status::kAborted && status.diagnostics().find("lost") != std::string::npos) {
    model_.lose_host(held.node.host, env_.clock.now());
  }
  changed();
}

void JobMaster::on_node(const NodeReportProto& node) {
  const auto state = node.node_state();
  if (state == NS_RUNNING) blacklist_.forgive(node.nodeid().host());
  if (state != NS_LOST && state != NS_UNHEALTHY && state != NS_DECOMMISSIONED && state != NS_SHUTDOWN) return;
  const std::string host = node.nodeid().host();
  LOG_WARN("node {} is {}: maps that ran there run again", host, NodeStateProto_Name(state));
  model_.lose_host(host, env_.clock.now());
  changed();
}

// --- what goes wrong slowly

void JobMaster::end_timed_out() {
  const TimePoint now = env_.clock.now();
  // After a sleep of this process itself, what was sent meanwhile comes only now.
  if (now - last_look_ > kOwnSleep) model_.excuse_silence(now);
  last_look_ = now;
  for (const auto& [attempt, why] : model_.timed_out(now)) {
    Held* held = container_of(attempt);
    if (held == nullptr) continue;
    const yarn::ContainerId id = yarn::from_proto(held->container.id());
    tasks_.spawn(strand_, stop_container(held->node, id));
    end_attempt_of(*held, why, false);
    settle(*held);
    containers_.erase(id);
    changed();
  }
}

// A map that has to run again while reduces hold all containers would wait for them, and they for it.
void JobMaster::make_room_for_maps() {
  const TimePoint now = env_.clock.now();
  if (now - last_preemption_ < kMapWaitsMax || now - last_allocation_ < kMapWaitsMax) return;
  const bool starving = std::ranges::any_of(
      requested_, [&](const auto& asked) { return asked.first.is_map && now - model_.task(asked.first).pending_since > kMapWaitsMax; });
  if (!starving) return;
  Held* youngest = nullptr;
  for (auto& [id, held] : containers_) {
    if (held.for_map) continue;
    if (youngest == nullptr || held.idle_since > youngest->idle_since) youngest = &held;
  }
  if (youngest == nullptr) return;
  last_preemption_ = now;
  const yarn::ContainerId id = yarn::from_proto(youngest->container.id());
  tasks_.spawn(strand_, stop_container(youngest->node, id));
  end_attempt_of(*youngest, "A map needs its container", true);
  settle(*youngest);
  containers_.erase(id);
  changed();
}

Task<void> JobMaster::tell_of_change(Change change, OneShot<bool> woken, Duration most) {
  Notify& news = change == Change::kTasks ? changed_ : progress_;
  woken.set(co_await news.wait(env_.clock.after(most)));
}

Task<void> JobMaster::wait_for_change(Change change, Duration most) {
  OneShot<bool> woken;
  tasks_.spawn(strand_, tell_of_change(change, woken, most));
  co_await woken.wait();
}

}  // namespace tusker::mapreduce
