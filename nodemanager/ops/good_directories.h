#pragma once

#include <string>
#include <utility>
#include <vector>

#include "common/base/mutex.h"

namespace tusker::nodemanager {

// The local and log directories that can be written now (LocalDirsHandlerService): a disk that breaks is left out of what new containers
// get. All are good until the first check. Owned by the server; any thread.
class GoodDirectories {
 public:
  GoodDirectories(std::vector<std::string> local, std::vector<std::string> log) : local_(std::move(local)), log_(std::move(log)) {}

  void set(std::vector<std::string> local, std::vector<std::string> log) {
    MutexLock lock(mutex_);
    local_ = std::move(local);
    log_ = std::move(log);
  }
  std::vector<std::string> local() const {
    MutexLock lock(mutex_);
    return local_;
  }
  std::vector<std::string> log() const {
    MutexLock lock(mutex_);
    return log_;
  }

 private:
  mutable Mutex mutex_;
  std::vector<std::string> local_ TUSKER_GUARDED_BY(mutex_);
  std::vector<std::string> log_ TUSKER_GUARDED_BY(mutex_);
};

}  // namespace tusker::nodemanager
