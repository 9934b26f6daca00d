#include "nodemanager/exec/cgroup.h"

#include <fmt/format.h>

#include <algorithm>

namespace tusker::nodemanager {
namespace {

constexpr int32_t kWeightForCore = 100;
constexpr int32_t kWeightMax = 10'000;

Result<std::string> read_small(Disk& disk, const std::string& path) {
  TRY(auto file, disk.open(path, OpenMode::kRead));
  std::string bytes(4096, '\0');
  TRY(size_t length, file->read_at(0, MutableBytes(bytes)));
  bytes.resize(length);
  return bytes;
}

}  // namespace

Result<void> Cgroups::write(const std::string& path, const std::string& value) {
  TRY(auto file, disk_->open(path, OpenMode::kReadWrite));
  return file->write_at(0, value);
}

Cgroups::Cgroups(Disk& disk, bool wanted, const std::string& mount, const std::string& hierarchy) : disk_(&disk) {
  auto ready = prepare(wanted, mount, hierarchy);
  if (!ready) reason_ = ready.error().message();
}

// A group below which others have limits may hold no process itself, so this one and its launcher move into a leaf beside the containers'.
Result<void> Cgroups::prepare(bool wanted, const std::string& mount, const std::string& hierarchy) {
  if (!wanted) return error(StatusCode::kUnsupportedOperation, "yarn.nodemanager.linux-container-executor.cgroups.v2.enabled is false");
  // What systemd delegated to us: "0::/system.slice/tusker-nodemanager.service".
  TRY(std::string own, read_small(*disk_, "/proc/self/cgroup"));
  const size_t begin = own.find("0::/");
  if (begin == std::string::npos) return error(StatusCode::kUnsupportedOperation, "this process is in no group of cgroup v2");
  own = own.substr(begin + 3, own.find('\n', begin) - begin - 3);
  const std::string base = own == "/" ? mount : mount + own;
  root_ = base + hierarchy;
  TRY(std::string controllers, read_small(*disk_, base + "/cgroup.controllers"));
  if (controllers.find("memory") == std::string::npos) {
    return error(StatusCode::kUnsupportedOperation, base + " has no memory controller");
  }
  TRY_VOID(disk_->make_directories(root_));
  if (base != mount) {
    TRY_VOID(disk_->make_directories(base + "/daemon"));
    TRY(std::string processes, read_small(*disk_, base + "/cgroup.procs"));
    for (size_t at = 0; at < processes.size();) {
      const size_t end = std::min(processes.find('\n', at), processes.size());
      // One that has ended meanwhile needs no move.
      if (end > at) static_cast<void>(write(base + "/daemon/cgroup.procs", processes.substr(at, end - at)));
      at = end + 1;
    }
  }
  TRY_VOID(write(base + "/cgroup.subtree_control", "+memory +cpu"));
  return write(root_ + "/cgroup.subtree_control", "+memory +cpu");
}

Result<std::string> Cgroups::create(const std::string& container, const yarn::Resource& resource) {
  if (!usable()) return "";
  const std::string group = root_ + "/" + container;
  TRY_VOID(disk_->make_directories(group));
  TRY_VOID(write(group + "/memory.max", fmt::format("{}M", resource.memory_mb)));
  TRY_VOID(write(group + "/cpu.weight", std::to_string(std::clamp(resource.vcores * kWeightForCore, 1, kWeightMax))));
  return group + "/cgroup.procs";
}

void Cgroups::remove(const std::string& container) {
  if (!usable()) return;
  const std::string group = root_ + "/" + container;
  MutexLock lock(mutex_);
  if (!disk_->exists(group)) return;
  static_cast<void>(write(group + "/cgroup.kill", "1"));
  // Fails while a process is still dying: then the next removal tries it again.
  leftover_.push_back(group);
  std::erase_if(leftover_, [this](const std::string& left) { return disk_->remove(left).has_value() || !disk_->exists(left); });
}

}  // namespace tusker::nodemanager
