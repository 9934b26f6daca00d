#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>

#include "tests/simulation/sim_cluster.h"

namespace tusker::tests {

// What one client knows for sure: the content of each of its files after every acknowledged operation. A call that ended without an answer
// leaves a name in doubt; nothing is claimed of it until it was read or removed for certain.
class Workload {
 public:
  Workload(SimCluster& cluster, int number);

  // Operations at random intervals until the virtual time `until`.
  Task<void> run(TimePoint until);
  // After everything is mended: each acknowledged file can be read and is what was written; each acknowledged removal holds.
  Task<void> verify();
  Task<void> stop() { return fs_->stop(); }

  int acknowledged() const { return acknowledged_; }
  int failed() const { return failed_; }

 private:
  Task<void> write_one();
  Task<void> read_one();
  Task<void> remove_one();
  Task<void> rename_one();
  Task<void> set_replication_of_one();
  Task<Result<void>> write_file(std::string path, std::string content);
  Task<Result<std::string>> read_file(std::string path);
  std::optional<std::string> pick();
  std::string fresh_name();

  Env& env_;
  std::string folder_;
  std::unique_ptr<client::FileSystem> fs_;
  std::map<std::string, std::string> known_;  // path → content, acknowledged
  std::set<std::string> gone_;                // acknowledged removals
  int next_ = 0;
  int acknowledged_ = 0;
  int failed_ = 0;
};

}  // namespace tusker::tests
