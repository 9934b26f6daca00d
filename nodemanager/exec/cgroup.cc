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

Cgroups Cgroups::probe(Disk& disk, bool wanted, const std::string& mount, const std::string& hierarchy) {
  Cgroups groups(disk);
  groups.root_ = mount + hierarchy;
  auto why_not = [&]() -> Result<void> {
    if (!wanted) return error(StatusCode::kUnsupportedOperation, "yarn.nodemanager.linux-container-executor.cgroups.v2.enabled is false");
    TRY(std::string controllers, read_small(disk, mount + "/cgroup.controllers"));
    if (controllers.find("memory") == std::string::npos)
      return error(StatusCode::kUnsupportedOperation, mount + " has no memory controller");
    TRY_VOID(groups.write(mount + "/cgroup.subtree_control", "+memory +cpu"));
    TRY_VOID(disk.make_directories(groups.root_));
    return groups.write(groups.root_ + "/cgroup.subtree_control", "+memory +cpu");
  }();
  if (!why_not) groups.reason_ = why_not.error().message();
  return groups;
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
  if (!disk_->exists(group)) return;
  static_cast<void>(write(group + "/cgroup.kill", "1"));
  // Fails while a process is still dying; an empty group costs next to nothing.
  static_cast<void>(disk_->remove(group));
}

}  // namespace tusker::nodemanager
