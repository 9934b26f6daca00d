#include "mapreduce/shuffle/fetch_schedule.h"

#include <algorithm>

namespace tusker::mapreduce {
namespace {

// Hadoop's first pause is 10 s; a node that restarts, or a map that runs again, is there sooner.
constexpr Duration kFirstPause = std::chrono::milliseconds(250);
constexpr Duration kPauseMax = std::chrono::seconds(10);

Duration pause_after(int failures) { return std::min(kPauseMax, kFirstPause * (1 << std::min(failures - 1, 10))); }

}  // namespace

FetchSchedule::FetchSchedule(int32_t maps) : done_(static_cast<size_t>(maps), false), remaining_(maps) {}

void FetchSchedule::add(int32_t map, const std::string& attempt, const Endpoint& host) {
  if (map < 0 || static_cast<size_t>(map) >= done_.size() || done_[static_cast<size_t>(map)]) return;
  if (auto old = known_.find(map); old != known_.end()) hosts_[old->second.second].outputs.erase(map);
  known_[map] = {attempt, host};
  hosts_[host].outputs[map] = attempt;
}

void FetchSchedule::lose(int32_t map, const std::string& attempt) {
  auto known = known_.find(map);
  if (known == known_.end() || known->second.first != attempt) return;
  hosts_[known->second.second].outputs.erase(map);
  known_.erase(known);
}

void FetchSchedule::skip(int32_t map) {
  if (map < 0 || static_cast<size_t>(map) >= done_.size() || done_[static_cast<size_t>(map)]) return;
  done_[static_cast<size_t>(map)] = true;
  --remaining_;
}

std::optional<FetchSchedule::Batch> FetchSchedule::take(TimePoint now, size_t most) {
  Host* best = nullptr;
  Batch batch;
  for (auto& [endpoint, host] : hosts_) {
    if (host.busy || host.outputs.empty() || host.not_before > now) continue;
    if (best != nullptr && best->outputs.size() >= host.outputs.size()) continue;
    best = &host;
    batch.host = endpoint;
  }
  if (best == nullptr) return std::nullopt;
  best->busy = true;
  while (!best->outputs.empty() && batch.outputs.size() < most) {
    auto output = best->outputs.begin();
    batch.outputs.push_back({output->first, output->second});
    best->outputs.erase(output);
  }
  return batch;
}

bool FetchSchedule::finish(const Output& output) {
  const auto at = static_cast<size_t>(output.map);
  if (done_[at]) return false;
  done_[at] = true;
  --remaining_;
  return true;
}

void FetchSchedule::give_back(const Batch& batch, const std::vector<Output>& blamed, TimePoint now) {
  Host& host = hosts_[batch.host];
  host.busy = false;
  const bool some_came =
      std::ranges::any_of(batch.outputs, [this](const Output& output) { return done_[static_cast<size_t>(output.map)]; });
  host.failures = blamed.empty() ? 0 : some_came ? 1 : host.failures + 1;
  if (!blamed.empty()) host.not_before = now + pause_after(host.failures);
  for (const Output& output : blamed) ++failures_[output.attempt];
  for (const Output& output : batch.outputs) {
    if (done_[static_cast<size_t>(output.map)]) continue;
    // Unless it was lost or replaced meanwhile.
    auto known = known_.find(output.map);
    if (known != known_.end() && known->second.first == output.attempt) host.outputs[output.map] = output.attempt;
  }
}

int FetchSchedule::failures_of(const std::string& attempt) const {
  auto found = failures_.find(attempt);
  return found == failures_.end() ? 0 : found->second;
}

TimePoint FetchSchedule::next_try() const {
  TimePoint next = kNever;
  for (const auto& [endpoint, host] : hosts_) {
    if (!host.busy && !host.outputs.empty()) next = std::min(next, host.not_before);
  }
  return next;
}

}  // namespace tusker::mapreduce
