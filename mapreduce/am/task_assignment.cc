// The umbilical's half of JobMaster: tasks go out to processes, news of them come in.
#include <fmt/format.h>

#include "common/log/log.h"
#include "common/yarn/convert.h"
#include "mapreduce/am/job_files.h"
#include "mapreduce/am/job_master.h"

namespace tusker::mapreduce {
namespace {

// How long a container waits for a task beside its data before it takes one from afar.
constexpr Duration kLocalityWait = std::chrono::milliseconds(300);

}  // namespace

// The task for a container that asks; nullopt when there is none for it now.
std::optional<TaskId> JobMaster::choose(const Held& held) {
  if (held.first && model_.pending().contains(held.meant_for)) return held.meant_for;
  if (!options_.container_reuse && !held.first) return std::nullopt;
  if (held.meant_for.is_map) {
    const bool patient = env_.clock.now() - held.idle_since < kLocalityWait;
    auto map = model_.choose_map(held.node.host, held.rack, racks_, patient ? Locality::kNode : Locality::kAny, spoken_for_);
    if (map || !reduces_in_map_containers()) return map;
  }
  if (!reduces_allowed()) return std::nullopt;
  auto reduce = model_.choose_reduce(held.node.host, spoken_for_);
  // This one is here; a container that is still on its way will find something else, or end.
  return reduce ? reduce : model_.choose_reduce(held.node.host, {});
}

void JobMaster::assign(Held& held, TaskId task) {
  const Place place{.container = yarn::from_proto(held.container.id()),
                    .host = held.node.host,
                    .rack = held.rack,
                    .shuffle_port = held.shuffle_port,
                    .memory_mb = yarn::from_proto(held.container.resource()).memory_mb,
                    .vcores = yarn::from_proto(held.container.resource()).vcores};
  const Locality near = task.is_map ? model_.locality(task.number, place.host, place.rack, racks_) : Locality::kAny;
  take_back(task);
  unasked_.erase(task);
  const Attempt& attempt = model_.start(task, place, near, env_.clock.now());
  held.attempt = attempt.id;
  held.phase = Phase::kBusy;
  held.for_map = task.is_map;
  settle(held);
  LOG_INFO("{} runs in {} on {}", attempt.id, place.container.to_string(), place.host);
}

TaskProto JobMaster::task_proto(const Held& held) const {
  const TaskId task = model_.find(held.attempt)->task;
  TaskProto proto;
  proto.set_attempt_id(held.attempt);
  proto.set_is_map(task.is_map);
  proto.set_number(task.number);
  proto.set_maps(model_.maps());
  proto.set_reduces(model_.reduces());
  proto.set_application_attempt(yarn::from_proto(held.container.id()).attempt.attempt);
  if (task.is_map) *proto.mutable_split() = to_proto(model_.split(task.number));
  return proto;
}

GetTaskResponseProto JobMaster::get_task(const GetTaskRequestProto& request) {
  GetTaskResponseProto response;
  auto id = yarn::parse_container_id(request.container_id());
  auto found = id ? containers_.find(*id) : containers_.end();
  if (found == containers_.end() || over() || stopping_) return response;
  Held& held = found->second;
  if (held.phase == Phase::kBusy && held.process == request.process() && model_.find(held.attempt) != nullptr) {
    // It has not heard the answer to its first call.
    *response.mutable_task() = task_proto(held);
    return response;
  }
  if (held.phase != Phase::kIdle) {
    // What ran before in this container has come to its end, one way or the other.
    if (!held.attempt.empty() && held.attempt == request.failed_attempt()) end_attempt_of(held, request.diagnostics(), false);
    end_attempt_of(held, "the task's process ended without a word", false);
    held.phase = Phase::kIdle;
    held.idle_since = env_.clock.now();
    changed();
    if (over()) return response;
  }
  // The port came with the answer to the launch, which the container may have overtaken.
  if (held.shuffle_port == 0 && model_.reduces() > 0 && held.meant_for.is_map) {
    response.set_wait(true);
    return response;
  }
  auto task = choose(held);
  if (task) {
    assign(held, *task);
    held.process = request.process();
    *response.mutable_task() = task_proto(held);
    changed();
    return response;
  }
  settle(held);
  const bool patient = env_.clock.now() - held.idle_since < kLocalityWait;
  const bool more = held.meant_for.is_map && model_.pending().lower_bound({true, 0}) != model_.pending().end();
  response.set_wait(options_.container_reuse && patient && more);
  return response;
}

StatusUpdateResponseProto JobMaster::status_update(const StatusUpdateRequestProto& request) {
  StatusUpdateResponseProto response;
  response.set_found(model_.sign_of_life(request.attempt_id(), request.progress(), request.signs_of_life(), env_.clock.now()));
  for (const std::string& map : request.fetch_failures()) {
    LOG_WARN("{} cannot fetch the output of {}", request.attempt_id(), map);
    model_.report_fetch_failure(map, env_.clock.now());
  }
  if (request.fetch_failures_size() > 0) {
    changed();
  } else {
    progress_.notify_all();
  }
  return response;
}

bool JobMaster::may_commit(const std::string& attempt) { return !stopping_ && model_.may_commit(attempt); }

bool JobMaster::done(const std::string& attempt, Counters counters) {
  Held* held = container_of(attempt);
  if (!model_.succeed(attempt, std::move(counters), env_.clock.now())) return model_.succeeded(attempt);
  if (held != nullptr) held->attempt.clear();
  changed();
  return true;
}

void JobMaster::failed(const std::string& attempt, const std::string& diagnostics) {
  Held* held = container_of(attempt);
  if (held != nullptr) end_attempt_of(*held, diagnostics, false);
  changed();
}

MapEventsResponseProto JobMaster::map_events(const MapEventsRequestProto& request) {
  constexpr size_t kEventsMax = 10'000;
  MapEventsResponseProto response;
  response.set_found(model_.find(request.attempt_id()) != nullptr);
  const auto& events = model_.events();
  for (auto i = static_cast<size_t>(std::max(0, request.from()));
       i < events.size() && response.events_size() < static_cast<int>(kEventsMax); ++i) {
    MapEventProto* event = response.add_events();
    event->set_map(events[i].map);
    event->set_attempt_id(events[i].attempt);
    event->set_host(events[i].host);
    event->set_shuffle_port(events[i].shuffle_port);
    event->set_lost(events[i].lost);
  }
  return response;
}

JobReportResponseProto JobMaster::report() const {
  JobReportResponseProto response;
  response.set_state(state_);
  response.set_map_progress(model_.map_progress());
  response.set_reduce_progress(model_.reduce_progress());
  for (const std::string& failure : model_.failures()) response.add_failures(failure);
  if (state_ != JOB_RUNNING) {
    response.set_diagnostics(diagnostics_);
    *response.mutable_counters() = to_proto(final_counters_);
  }
  return response;
}

void JobMaster::finish(JobStateProto state, Counters counters, std::string diagnostics) {
  state_ = state;
  final_counters_ = std::move(counters);
  diagnostics_ = std::move(diagnostics);
  progress_.notify_all();
}

}  // namespace tusker::mapreduce
