#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "common/env/clock.h"
#include "common/env/network.h"

namespace tusker::mapreduce {

// Which outputs a reduce still needs, from where, and when to try a host again
// (org.apache.hadoop.mapreduce.task.reduce.ShuffleSchedulerImpl). Pure; one strand. A host is fetched from by one at a time; one that
// failed is left alone for a while that grows.
class FetchSchedule {
 public:
  explicit FetchSchedule(int32_t maps);

  struct Output {
    int32_t map;
    std::string attempt;
  };
  struct Batch {
    Endpoint host;
    std::vector<Output> outputs;
  };

  // A map's output is there: replaces what was known of that map, unless it has been fetched already.
  void add(int32_t map, const std::string& attempt, const Endpoint& host);
  // It is gone; another will come.
  void lose(int32_t map, const std::string& attempt);
  // It will never come: the job goes on without it.
  void skip(int32_t map);
  // Up to `most` outputs of a host that nobody fetches from at present; nullopt when there is none right now.
  std::optional<Batch> take(TimePoint now, size_t most);
  // This output was fetched, by this attempt of its map. False when the map had been fetched before.
  bool finish(const Output& output);
  // The batch ended; what of it isn't finished waits for another try. `blamed`: outputs that couldn't be had; the host is then left alone
  // for a while.
  void give_back(const Batch& batch, const std::vector<Output>& blamed, TimePoint now);
  int failures_of(const std::string& attempt) const;

  bool complete() const { return remaining_ == 0; }
  int32_t remaining() const { return remaining_; }
  // When a punished host may be tried next; kNever when none is waiting.
  TimePoint next_try() const;

 private:
  struct Host {
    std::map<int32_t, std::string> outputs;  // wanted and not under way
    bool busy = false;
    int failures = 0;  // in a row
    TimePoint not_before{};
  };
  std::vector<bool> done_;
  int32_t remaining_;
  std::map<Endpoint, Host> hosts_;
  std::map<int32_t, std::pair<std::string, Endpoint>> known_;  // the newest attempt of each map
  std::map<std::string, int> failures_;
};

}  // namespace tusker::mapreduce
