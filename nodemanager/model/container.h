#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/yarn_ids.h"

namespace tusker::nodemanager {

// The states of a container on its node (NodeManager's ContainerState), those that differ for us.
enum class ContainerState : uint8_t {
  kLocalizing,  // its files are on their way
  kLaunching,   // its process is being started
  kRunning,
  kDone,
};
std::string_view name_of(ContainerState state);

// A container on this node. Pure: the runner moves it along, a kill is noted and carried out by the runner's owner.
class Container {
 public:
  Container(yarn::ContainerId id, std::string user, yarn::Resource resource)
      : id(std::move(id)), user(std::move(user)), resource(resource) {}

  const yarn::ContainerId id;
  const std::string user;
  const yarn::Resource resource;
  int32_t priority = 0;
  int64_t allocation_request_id = -1;
  int64_t created_ms = 0;  // by the ResourceManager
  int64_t started_ms = 0;  // here
  int64_t finished_ms = 0;
  std::vector<std::string> local_roots;  // directories of the node that it works with, in which
  std::vector<std::string> log_roots;
  std::string work_directory;
  std::string log_directory;
  int64_t process = -1;       // its number at the launcher; -1: none
  bool end_reported = false;  // the ResourceManager has heard of its end

  ContainerState state() const { return state_; }
  bool done() const { return state_ == ContainerState::kDone; }
  bool running() const { return state_ == ContainerState::kRunning; }
  int32_t exit_status() const { return exit_status_; }
  const std::string& diagnostics() const { return diagnostics_; }

  void launching() { state_ = ContainerState::kLaunching; }
  void started() { state_ = ContainerState::kRunning; }

  // Asks for its end; the first reason counts. True when it was running or about to: its process must be killed. A container that hasn't
  // begun is done at once.
  bool kill(int32_t reason, std::string_view text, int64_t now_ms);
  bool kill_asked() const { return kill_reason_ != 0; }

  // The process has ended. A kill by us counts for more than what the signal left. `text` is said to the operator.
  void ended(int32_t process_exit, std::string_view text, int64_t now_ms);
  // It never ran: localization or launch failed.
  void failed(int32_t exit_status, std::string_view text, int64_t now_ms);

  // Appends one stamped entry, and cuts the oldest away beyond the limit.
  void add_diagnostics(std::string_view text, int64_t now_ms);
  void set_diagnostics_bytes_max(size_t bytes) { diagnostics_bytes_max_ = bytes; }

 private:
  void finish(int32_t exit_status, int64_t now_ms);

  ContainerState state_ = ContainerState::kLocalizing;
  int32_t exit_status_ = yarn::exit_status::kInvalid;
  int32_t kill_reason_ = 0;
  std::string diagnostics_;
  size_t diagnostics_bytes_max_ = 10'000;
};

}  // namespace tusker::nodemanager
