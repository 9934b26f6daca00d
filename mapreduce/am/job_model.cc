#include "mapreduce/am/job_model.h"

#include <algorithm>

#include <fmt/format.h>

#include "common/base/check.h"

namespace tusker::mapreduce {
namespace {

// The first attempt of a task under AM attempt n is number (n - 1) * 1000.
constexpr int32_t kAttemptsPerMaster = 1000;

std::string counter_of(TaskId task, std::string_view name) { return fmt::format("{}_{}", name, task.is_map ? "MAPS" : "REDUCES"); }

int64_t milliseconds_between(TimePoint from, TimePoint to) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(to - from).count();
}

}  // namespace

JobModel::JobModel(JobOptions options, std::vector<InputSplit> splits, TimePoint now)
    : options_(std::move(options)), splits_(std::move(splits)), maps_(splits_.size()), reduces_(static_cast<size_t>(options_.reduces)) {
  for (size_t i = 0; i < splits_.size(); ++i) {
    const auto number = static_cast<int32_t>(i);
    add_pending({true, number});
    maps_[i].pending_since = now;
  }
  for (int32_t i = 0; i < options_.reduces; ++i) {
    add_pending({false, i});
    reduces_[static_cast<size_t>(i)].pending_since = now;
  }
}

void JobModel::add_pending(TaskId id) {
  pending_.insert(id);
  if (!id.is_map) return;
  for (const std::string& host : split(id.number).hosts) pending_of_host_[host].insert(id.number);
  if (split(id.number).hosts.empty()) pending_anywhere_.insert(id.number);
}

void JobModel::remove_pending(TaskId id) {
  pending_.erase(id);
  if (!id.is_map) return;
  for (const std::string& host : split(id.number).hosts) {
    if (auto here = pending_of_host_.find(host); here != pending_of_host_.end()) here->second.erase(id.number);
  }
  pending_anywhere_.erase(id.number);
}

bool JobModel::avoids(TaskId id, const std::string& host) const {
  const auto& failed_on = task(id).failed_on;
  return failed_on.contains(host) && static_cast<int32_t>(failed_on.size()) < cluster_nodes_;
}

std::string JobModel::attempt_id(TaskId task, int32_t ordinal) const {
  const int32_t number = (options_.application_attempt - 1) * kAttemptsPerMaster + ordinal;
  return fmt::format("attempt{}_{}_{:06}_{}", std::string_view(options_.job_id).substr(3), task.is_map ? 'm' : 'r', task.number, number);
}

const Attempt* JobModel::find(const std::string& attempt) const {
  auto found = running_.find(attempt);
  return found == running_.end() ? nullptr : &found->second;
}

bool JobModel::reduces_wanted() const {
  return !failure_ && static_cast<double>(maps_succeeded_ + maps_failed_) >= options_.slow_start * static_cast<double>(maps_.size());
}

bool JobModel::all_succeeded() const {
  // Maps that were lost after the last reduce had what it needed don't matter any more.
  const bool reduces_done = reduces_succeeded_ + reduces_failed_ == reduces();
  return !failure_ && reduces_done && (reduces() > 0 || maps_succeeded_ + maps_failed_ == maps());
}

float JobModel::map_progress() const {
  if (maps_.empty()) return 1;
  auto sum = static_cast<float>(maps_succeeded_ + maps_failed_);
  for (const auto& [id, attempt] : running_) sum += attempt.task.is_map ? attempt.progress : 0;
  return sum / static_cast<float>(maps_.size());
}

float JobModel::reduce_progress() const {
  if (reduces_.empty()) return maps_.empty() || maps_succeeded_ + maps_failed_ == maps() ? 1 : 0;
  auto sum = static_cast<float>(reduces_succeeded_ + reduces_failed_);
  for (const auto& [id, attempt] : running_) sum += attempt.task.is_map ? 0 : attempt.progress;
  return sum / static_cast<float>(reduces_.size());
}

Locality JobModel::locality(int32_t map, const std::string& host, const std::string& rack,
                            const std::map<std::string, std::string>& racks) const {
  const auto& hosts = split(map).hosts;
  if (std::ranges::find(hosts, host) != hosts.end()) return Locality::kNode;
  const bool near = std::ranges::any_of(hosts, [&](const std::string& other) {
    auto found = racks.find(other);
    return found != racks.end() && found->second == rack;
  });
  return near ? Locality::kRack : Locality::kAny;
}

std::optional<TaskId> JobModel::choose_map(const std::string& host, const std::string& rack,
                                           const std::map<std::string, std::string>& racks, Locality at_least,
                                           const std::set<TaskId>& taken) const {
  auto may = [&](int32_t map) { return !taken.contains({true, map}) && !avoids({true, map}, host); };
  if (auto here = pending_of_host_.find(host); here != pending_of_host_.end()) {
    auto found = std::ranges::find_if(here->second, may);
    if (found != here->second.end()) return TaskId{true, *found};
  }
  // A split without hosts is at home anywhere.
  if (auto found = std::ranges::find_if(pending_anywhere_, may); found != pending_anywhere_.end()) return TaskId{true, *found};
  if (at_least == Locality::kNode) return std::nullopt;
  std::optional<TaskId> any;
  for (auto at = pending_.lower_bound({true, 0}); at != pending_.end(); ++at) {
    if (!may(at->number)) continue;
    if (locality(at->number, host, rack, racks) == Locality::kRack) return *at;
    if (at_least == Locality::kAny && !any) any = *at;
  }
  return any;
}

std::optional<TaskId> JobModel::choose_reduce(const std::string& host, const std::set<TaskId>& taken) const {
  for (TaskId id : pending_) {
    if (id.is_map) break;
    if (!taken.contains(id) && !avoids(id, host)) return id;
  }
  return std::nullopt;
}

bool JobModel::succeeded(const std::string& attempt) const {
  for (const auto* tasks : {&maps_, &reduces_}) {
    for (const JobTask& task : *tasks) {
      if (task.state == TaskState::kSucceeded && task.attempt == attempt) return true;
    }
  }
  return false;
}

std::vector<std::string> JobModel::winners() const {
  std::vector<std::string> attempts;
  for (const JobTask& task : reduces_.empty() ? maps_ : reduces_) {
    if (task.state == TaskState::kSucceeded) attempts.push_back(task.attempt);
  }
  return attempts;
}

Counters JobModel::counters() const {
  Counters all = own_;
  for (const auto* tasks : {&maps_, &reduces_}) {
    for (const JobTask& task : *tasks) {
      if (task.state == TaskState::kSucceeded) all.merge(task.counters);
    }
  }
  if (!reduces_.empty()) {
    for (const char* name : {"BAD_ID", "CONNECTION", "IO_ERROR", "WRONG_LENGTH", "WRONG_MAP", "WRONG_REDUCE"}) {
      all.add(counter_group::kShuffleErrors, name, 0);
    }
  }
  return all;
}

const Attempt& JobModel::start(TaskId id, Place place, Locality near, TimePoint now) {
  JobTask& task = at(id);
  CHECK_INVARIANT(task.state == TaskState::kPending);
  remove_pending(id);
  task.state = TaskState::kRunning;
  task.ran_before = true;
  task.attempt = attempt_id(id, task.next_attempt++);
  own_.add(counter_group::kJob, counter_of(id, "TOTAL_LAUNCHED"), 1);
  if (id.is_map) {
    const bool anywhere = split(id.number).hosts.empty() || near == Locality::kAny;
    own_.add(counter_group::kJob, anywhere ? "OTHER_LOCAL_MAPS" : near == Locality::kNode ? "DATA_LOCAL_MAPS" : "RACK_LOCAL_MAPS", 1);
  }
  Attempt attempt{.id = task.attempt, .task = id, .place = std::move(place), .started = now, .last_sign = now, .last_heard = now};
  return running_.emplace(task.attempt, std::move(attempt)).first->second;
}

bool JobModel::sign_of_life(const std::string& attempt, float progress, int64_t signs, TimePoint now) {
  auto found = running_.find(attempt);
  if (found == running_.end()) return false;
  found->second.last_heard = now;
  found->second.progress = std::clamp(progress, 0.0F, 1.0F);
  if (signs != found->second.signs_of_life) found->second.last_sign = now;
  found->second.signs_of_life = signs;
  return true;
}

bool JobModel::may_commit(const std::string& attempt) {
  auto found = running_.find(attempt);
  if (found == running_.end() || failure_) return false;
  found->second.may_commit = true;
  return true;
}

// What an attempt cost, however it ended.
void JobModel::count_end(const Attempt& attempt, TimePoint now) {
  const int64_t ms = milliseconds_between(attempt.started, now);
  own_.add(counter_group::kJob, counter_of(attempt.task, "SLOTS_MILLIS"), ms);
  own_.add(counter_group::kJob, counter_of(attempt.task, "MILLIS"), ms);
  own_.add(counter_group::kJob, counter_of(attempt.task, "VCORES_MILLIS"), ms * attempt.place.vcores);
  own_.add(counter_group::kJob, counter_of(attempt.task, "MB_MILLIS"), ms * attempt.place.memory_mb);
}

bool JobModel::succeed(std::string id, Counters counters, TimePoint now) {
  auto found = running_.find(id);
  if (found == running_.end()) return false;
  Attempt attempt = std::move(found->second);
  running_.erase(found);
  count_end(attempt, now);
  JobTask& task = at(attempt.task);
  task.state = TaskState::kSucceeded;
  task.counters = std::move(counters);
  task.place = attempt.place;
  task.fetch_reports = 0;
  ++(attempt.task.is_map ? maps_succeeded_ : reduces_succeeded_);
  if (attempt.task.is_map && reduces() > 0) {
    events_.push_back({attempt.task.number, id, attempt.place.host, attempt.place.shuffle_port, false});
  }
  return true;
}

void JobModel::reopen(TaskId id, TimePoint now) {
  JobTask& task = at(id);
  task.state = TaskState::kPending;
  task.pending_since = now;
  add_pending(id);
  reopened_.push_back(id);
}

void JobModel::note_failure(TaskId id, const std::string& who, const std::string& host, const std::string& diagnostics, TimePoint now) {
  JobTask& task = at(id);
  task.failed_on.insert(host);
  own_.add(counter_group::kJob, counter_of(id, "NUM_FAILED"), 1);
  failures_.push_back(fmt::format("{}: {}", who, diagnostics));
  if (failures_.size() > kFailuresKept) failures_.pop_front();
  if (++task.failures < (id.is_map ? options_.map_attempts_max : options_.reduce_attempts_max)) return reopen(id, now);
  task.state = TaskState::kFailed;
  remove_pending(id);
  int32_t& failed = id.is_map ? maps_failed_ : reduces_failed_;
  ++failed;
  const int64_t all = id.is_map ? maps() : reduces();
  const int64_t percent_max = id.is_map ? options_.map_failures_percent_max : options_.reduce_failures_percent_max;
  // Reduces don't wait for it.
  if (id.is_map) events_.push_back({id.number, "", "", 0, false});
  if (failed * int64_t{100} <= percent_max * all || failure_) return;
  failure_ = fmt::format("Task failed task{}_{}_{:06}\nJob failed as tasks failed. failedMaps:{} failedReduces:{}\n{}: {}",
                         std::string_view(options_.job_id).substr(3), id.is_map ? 'm' : 'r', id.number, maps_failed_, reduces_failed_, who,
                         diagnostics);
}

void JobModel::fail(std::string id, const std::string& diagnostics, TimePoint now) {
  auto found = running_.find(id);
  if (found == running_.end()) return;
  const Attempt attempt = std::move(found->second);
  running_.erase(found);
  count_end(attempt, now);
  note_failure(attempt.task, id, attempt.place.host, diagnostics, now);
}

void JobModel::kill(std::string id, const std::string& why, TimePoint now) {
  auto found = running_.find(id);
  if (found == running_.end()) return;
  const Attempt attempt = std::move(found->second);
  running_.erase(found);
  count_end(attempt, now);
  own_.add(counter_group::kJob, counter_of(attempt.task, "NUM_KILLED"), 1);
  failures_.push_back(fmt::format("{}: killed: {}", id, why));
  if (failures_.size() > kFailuresKept) failures_.pop_front();
  reopen(attempt.task, now);
}

void JobModel::fail_to_start(TaskId id, const std::string& host, const std::string& diagnostics, TimePoint now) {
  if (at(id).state != TaskState::kPending) return;
  own_.add(counter_group::kJob, counter_of(id, "TOTAL_LAUNCHED"), 1);
  note_failure(id, attempt_id(id, at(id).next_attempt++), host, diagnostics, now);
}

// A map that had succeeded has not.
void JobModel::withdraw_output(int32_t map) {
  JobTask& task = at({true, map});
  --maps_succeeded_;
  events_.push_back({map, task.attempt, task.place.host, task.place.shuffle_port, true});
  task.fetch_reports = 0;
}

void JobModel::lose_output(int32_t map, TimePoint now) {
  withdraw_output(map);
  own_.add(counter_group::kJob, "NUM_KILLED_MAPS", 1);
  reopen({true, map}, now);
}

void JobModel::lose_host(const std::string& host, TimePoint now) {
  if (reduces() == 0 || reduces_succeeded_ + reduces_failed_ == reduces()) return;
  for (int32_t map = 0; map < maps(); ++map) {
    const JobTask& task = at({true, map});
    if (task.state == TaskState::kSucceeded && task.place.host == host) lose_output(map, now);
  }
}

void JobModel::report_fetch_failure(const std::string& map_attempt, TimePoint now) {
  for (int32_t map = 0; map < maps(); ++map) {
    JobTask& task = at({true, map});
    if (task.state != TaskState::kSucceeded || task.attempt != map_attempt) continue;
    ++task.fetch_reports;
    const auto fetching = std::ranges::count_if(running_, [](const auto& running) { return !running.second.task.is_map; });
    if (task.fetch_reports < options_.fetch_failures_max || task.fetch_reports * 2 < fetching) return;
    withdraw_output(map);
    note_failure({true, map}, map_attempt, task.place.host, "Too Many fetch failures.Failing the attempt", now);
    return;
  }
}

void JobModel::excuse_silence(TimePoint now) {
  for (auto& [id, attempt] : running_) attempt.last_heard = now;
}

std::vector<std::pair<std::string, std::string>> JobModel::timed_out(TimePoint now) const {
  std::vector<std::pair<std::string, std::string>> attempts;
  if (options_.task_timeout == Duration::zero()) return attempts;
  for (const auto& [id, attempt] : running_) {
    if (now - attempt.last_sign > options_.task_timeout) {
      attempts.emplace_back(id, "Timed out: the task gave no sign of life");
    } else if (now - attempt.last_heard > kSilenceMax) {
      attempts.emplace_back(id, "Timed out: the task's process has fallen silent");
    }
  }
  return attempts;
}

}  // namespace tusker::mapreduce
