#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "mapreduce/task/segment.h"
#include "mapreduce/task/task_report.h"

namespace tusker::mapreduce {

// Merges sorted segments into one sorted run with a loser tree: one comparison a level and record, mostly of eight bytes of the keys that
// stand in the tree itself. Equal keys come in the order of the segments. One thread at a time.
//
// A merge can be long: with a report it gives a sign of life now and then, and ends with kCancelled when the task shall end.
class MergeQueue {
 public:
  // Positions each segment on its first record. Any number of segments, also none. `report` may be null; it must outlive the queue.
  static Result<MergeQueue> create(std::vector<std::unique_ptr<Segment>> segments, TaskReport* report = nullptr);

  bool empty() const { return nodes_.empty() || nodes_[winner_].ended; }
  // The smallest record; valid until advance().
  const shuffle::Record& record() const { return segments_[winner_]->record(); }
  Result<void> advance();

 private:
  struct Node {
    uint64_t prefix = 0;
    bool ended = false;
  };
  static constexpr uint32_t kRecordsPerLook = 4096;
  Result<void> look() const;
  Result<void> step(size_t segment);
  bool before(size_t a, size_t b) const;
  void build();

  std::vector<std::unique_ptr<Segment>> segments_;
  std::vector<Node> nodes_;       // what stands at the front of each segment
  std::vector<uint32_t> losers_;  // losers_[i]: who lost at inner node i; losers_[0] unused
  size_t winner_ = 0;
  TaskReport* report_ = nullptr;
  uint32_t steps_ = 0;
};

}  // namespace tusker::mapreduce
