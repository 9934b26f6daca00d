#include "nodemanager/model/container.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <ctime>

namespace tusker::nodemanager {

std::string_view name_of(ContainerState state) {
  switch (state) {
    case ContainerState::kLocalizing:
      return "LOCALIZING";
    case ContainerState::kLaunching:
      return "SCHEDULED";
    case ContainerState::kRunning:
      return "RUNNING";
    case ContainerState::kDone:
      return "DONE";
  }
  return "";
}

bool Container::kill(int32_t reason, std::string_view text, int64_t now_ms) {
  if (done()) return false;
  if (!kill_asked()) {
    kill_reason_ = reason;
    add_diagnostics(text, now_ms);
  }
  if (state_ == ContainerState::kLocalizing) {
    finish(kill_reason_, now_ms);
    return false;
  }
  return true;
}

void Container::ended(int32_t process_exit, std::string_view text, int64_t now_ms) {
  if (done()) return;
  if (kill_asked()) {
    add_diagnostics(fmt::format("Container killed on request. Exit code is {}", process_exit), now_ms);
    finish(kill_reason_, now_ms);
    return;
  }
  if (process_exit != 0) add_diagnostics(text, now_ms);
  finish(process_exit, now_ms);
}

void Container::failed(int32_t exit_status, std::string_view text, int64_t now_ms) {
  if (done()) return;
  add_diagnostics(text, now_ms);
  finish(kill_asked() ? kill_reason_ : exit_status, now_ms);
}

void Container::finish(int32_t exit_status, int64_t now_ms) {
  state_ = ContainerState::kDone;
  exit_status_ = exit_status;
  finished_ms = now_ms;
}

void Container::add_diagnostics(std::string_view text, int64_t now_ms) {
  std::time_t seconds = now_ms / 1000;
  std::tm parts{};
  localtime_r(&seconds, &parts);
  diagnostics_ += fmt::format("[{:%Y-%m-%d %H:%M:%S}.{:03}]{}\n", parts, now_ms % 1000, text);
  if (diagnostics_.size() > diagnostics_bytes_max_) diagnostics_.erase(0, diagnostics_.size() - diagnostics_bytes_max_);
}

}  // namespace tusker::nodemanager
