#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "common/base/mutex.h"
#include "common/config/config.h"
#include "namenode/ops/namesystem.h"

namespace tusker::namenode {

// Changes of properties while the NameNode runs (ReconfigurableBase): what its files say now, compared with what it began with, of those
// properties that can change. Any thread.
class Reconfiguration {
 public:
  // `reload` reads the files again; blocks. `conf` is what the NameNode began with.
  Reconfiguration(Namesystem& ns, const config::Config& conf, std::function<Result<config::Config>()> reload)
      : ns_(ns), conf_(conf), reload_(std::move(reload)) {}

  struct Change {
    std::string name;
    std::string old_value;
    std::string new_value;
    std::string error;  // empty when it took effect
  };
  struct Status {
    int64_t start_ms = 0;  // wall clock; 0: nothing was ever asked
    std::optional<int64_t> end_ms;
    std::vector<Change> changes;
  };

  static std::vector<std::string> properties();
  // Begins one, and ends it before it returns. kIo while another runs.
  Task<Result<void>> start();
  Status status() const;
  // What the files say now, for others that read them again.
  Result<config::Config> reload() const { return reload_ ? reload_() : Result<config::Config>(conf_); }

 private:
  // The properties that differ, and what becomes of each; takes over those that are fine.
  Result<std::vector<Change>> apply(const config::Config& fresh, Settings& settings) const;

  Namesystem& ns_;
  config::Config conf_;  // changes with what took effect
  std::function<Result<config::Config>()> reload_;
  mutable Mutex mutex_;
  Status status_ TUSKER_GUARDED_BY(mutex_);
};

}  // namespace tusker::namenode
