#include "mapreduce/task/task_host.h"

#include <fmt/format.h>

namespace tusker::mapreduce {
namespace {

std::string_view view(tusker_bytes bytes) { return {bytes.data, static_cast<size_t>(bytes.size)}; }
tusker_bytes bytes(std::string_view text) { return {text.data(), text.size()}; }

}  // namespace

TaskHost::TaskHost(const config::Config& config, Counters& counters, TaskReport& report)
    : config_(config), counters_(counters), report_(report) {
  table_ = {.abi_major = TUSKER_JOB_ABI_MAJOR,
            .abi_minor = TUSKER_JOB_ABI_MINOR,
            .struct_size = sizeof table_,
            .self = this,
            .fail = &on_fail,
            .config_get = &on_config_get,
            .emit = &on_emit,
            .next_value = &on_next_value,
            .counter = &on_counter,
            .status = &on_status,
            .progress = &on_progress};
}

Status TaskHost::failure(std::string_view what) const {
  if (host_failure_) return *host_failure_;
  return {StatusCode::kIo, fmt::format("{} failed: {}", what, job_failure_.value_or("the job's library gave no reason"))};
}

Result<void> TaskHost::check(int returned, std::string_view what) const {
  if (returned == 0 && !host_failure_) return {};
  return error(failure(what));
}

void TaskHost::on_fail(void* self, tusker_bytes message) {
  if (!of(self).job_failure_) of(self).job_failure_ = std::string(view(message));
}

int TaskHost::on_config_get(void* self, tusker_bytes key, tusker_bytes* value) {
  TaskHost& host = of(self);
  auto known = host.looked_up_.find(view(key));
  if (known == host.looked_up_.end()) {
    auto found = host.config_.find(view(key));
    if (!found) return 0;
    known = host.looked_up_.emplace(view(key), *std::move(found)).first;
  }
  *value = bytes(known->second);
  return 1;
}

int TaskHost::on_emit(void* self, tusker_bytes key, tusker_bytes value) {
  TaskHost& host = of(self);
  auto written = host.sink_->write(view(key), view(value));
  if (++host.emits_ % kEmitsPerLook == 0) {
    host.report_.alive();
    if (written && host.report_.killed()) written = error(StatusCode::kCancelled, "the attempt was killed");
  }
  if (written) return 0;
  if (!host.host_failure_) host.host_failure_ = std::move(written).error();
  return -1;
}

int TaskHost::on_next_value(void* self, tusker_bytes* value) {
  TaskHost& host = of(self);
  if (host.values_ == nullptr) return 0;
  auto next = host.values_->next_value();
  if (!next) {
    if (!host.host_failure_) host.host_failure_ = std::move(next).error();
    return -1;
  }
  if (!*next) return 0;
  *value = bytes(**next);
  return 1;
}

int64_t* TaskHost::on_counter(void* self, tusker_bytes group, tusker_bytes name) {
  return &of(self).counters_.cell(view(group), view(name));
}

void TaskHost::on_status(void* self, tusker_bytes text) { of(self).report_.set_status(std::string(view(text).substr(0, 1000))); }

void TaskHost::on_progress(void* self) { of(self).report_.alive(); }

}  // namespace tusker::mapreduce
