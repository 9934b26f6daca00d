#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace tusker::mapreduce {

// Nodes on which too much has failed, and on which the job wants no more containers (the blacklist in RMContainerRequestor). When more than
// a share of the cluster is on it the fault is likely the job's own, and the list isn't followed. Pure; one strand.
class HostBlacklist {
 public:
  struct Options {
    bool enabled = true;
    int64_t failures_max = 3;      // of attempts on one host
    int64_t ignored_percent = 33;  // of the cluster's nodes: beyond it the list isn't followed; -1: always
  };
  explicit HostBlacklist(Options options) : options_(options) {}

  void attempt_failed(const std::string& host);
  // It doesn't answer.
  void unreachable(const std::string& host);
  // The node is new, or well again.
  void forgive(const std::string& host);
  void set_cluster_nodes(int32_t nodes) { nodes_ = nodes; }
  bool lists(const std::string& host) const { return followed() && listed_.contains(host); }

  // What the ResourceManager has to be told since the last call; `afresh`: it knows nothing.
  struct Changes {
    std::vector<std::string> additions;
    std::vector<std::string> removals;
  };
  Changes take_changes(bool afresh);

 private:
  bool followed() const;

  Options options_;
  std::map<std::string, int64_t> failures_;
  std::set<std::string> listed_;
  std::set<std::string> told_;
  int32_t nodes_ = 0;
};

}  // namespace tusker::mapreduce
