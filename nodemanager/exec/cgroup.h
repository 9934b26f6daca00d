#pragma once

#include <string>
#include <vector>

#include "common/base/mutex.h"
#include "common/base/yarn_ids.h"
#include "common/env/disk.h"

namespace tusker::nodemanager {

// Groups of cgroup v2, one for each container, where the machine lets us make them (CGroupsV2HandlerImpl): memory.max and cpu.weight are
// set, and the end of a container kills what is left in its group. Calls block: on the disk pool.
class Cgroups {
 public:
  // Makes `hierarchy` ("/hadoop-yarn") below this process's own group, which systemd delegates to it, with the controllers that are wanted;
  // this process and its launcher move into a group `daemon` beside it. When that can't be done, the object does nothing, and reason() says
  // why.
  Cgroups(Disk& disk, bool wanted, const std::string& mount, const std::string& hierarchy);

  bool usable() const { return reason_.empty(); }
  const std::string& reason() const { return reason_; }

  // Makes a container's group and returns its cgroup.procs file; "" when groups aren't usable.
  Result<std::string> create(const std::string& container, const yarn::Resource& resource);
  // Kills what is in the group and removes it; no error if there is none.
  void remove(const std::string& container);

 private:
  Result<void> prepare(bool wanted, const std::string& mount, const std::string& hierarchy);
  Result<void> write(const std::string& path, const std::string& value);

  Disk* disk_;
  std::string root_;
  std::string reason_;
  Mutex mutex_;
  std::vector<std::string> leftover_ TUSKER_GUARDED_BY(mutex_);  // groups whose removal failed
};

}  // namespace tusker::nodemanager
