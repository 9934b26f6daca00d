#pragma once

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "common/base/result.h"
#include "namenode/model/block.h"

namespace tusker::namenode {

// Blocks that need attention (LowRedundancyBlocks, PendingReconstructionBlocks): a set, the most endangered first, and those for which
// copies are under way. One that can't be helped now waits until all others had their turn, so that it hides none. Belongs to the core. At
// most kBlocksMax wait; beyond that overflowed() asks for a scan of all blocks later.
class RedundancyQueue {
 public:
  static constexpr size_t kBlocksMax = 200'000;
  // Live replicas decide: 0 for a single one, 1 for a third or less of what is expected, 2 for the rest, 3 for badly spread.
  static constexpr size_t kLevels = 4;

  void add(BlockId block, size_t level) {
    remove(block);
    if (size() >= kBlocksMax) {
      overflowed_ = true;
      return;
    }
    queues_[level].insert(block);
  }
  void remove(BlockId block) {
    for (auto& queue : queues_) queue.erase(block);
    for (auto& queue : waiting_) queue.erase(block);
  }
  // Leaves it out of the current round, if it is queued.
  void postpone(BlockId block) {
    for (size_t i = 0; i < kLevels; ++i) {
      if (queues_[i].erase(block) > 0) waiting_[i].insert(block);
    }
  }
  // The most endangered block of the current round; none when the round is over, and the next call begins another.
  std::optional<BlockId> pop() {
    for (auto& queue : queues_) {
      if (queue.empty()) continue;
      const BlockId block = *queue.begin();
      queue.erase(queue.begin());
      return block;
    }
    std::swap(queues_, waiting_);
    return std::nullopt;
  }
  bool contains(BlockId block) const {
    const auto has = [block](const auto& queue) { return queue.contains(block); };
    return std::ranges::any_of(queues_, has) || std::ranges::any_of(waiting_, has);
  }
  // Those of all levels, the most endangered first.
  std::vector<BlockId> queued() const {
    std::vector<BlockId> out;
    for (size_t i = 0; i < kLevels; ++i) {
      out.insert(out.end(), queues_[i].begin(), queues_[i].end());
      out.insert(out.end(), waiting_[i].begin(), waiting_[i].end());
    }
    return out;
  }
  size_t size() const {
    size_t total = 0;
    for (const auto& queue : queues_) total += queue.size();
    for (const auto& queue : waiting_) total += queue.size();
    return total;
  }
  // Complete blocks without a live good replica; bad says that there are replicas, all corrupt. Known as far as blocks were checked.
  void note_missing(BlockId block, bool missing, bool corrupt) {
    if (!missing) {
      missing_.erase(block);
    } else if (missing_.size() < kBlocksMax) {
      missing_[block] = corrupt;
    }
  }
  // Asks `exists` of some of the missing blocks, in turn: of a deleted file's nobody says anything any more.
  template <class Exists>
  Result<void> sweep_missing(size_t count, const Exists& exists) {
    auto it = missing_.upper_bound(swept_);
    for (; count > 0 && it != missing_.end(); --count) {
      swept_ = it->first;
      TRY(const bool there, exists(it->first));
      it = there ? std::next(it) : missing_.erase(it);
    }
    if (it == missing_.end()) swept_ = BlockId(INT64_MIN);
    return {};
  }
  const std::map<BlockId, bool>& missing() const { return missing_; }
  bool take_overflowed() { return std::exchange(overflowed_, false); }

  // Copies under way: how many replicas are awaited, until when.
  struct Pending {
    int copies = 0;
    int64_t until_ms = 0;
  };
  std::map<BlockId, Pending>& pending() { return pending_; }

 private:
  std::array<std::set<BlockId>, kLevels> queues_;
  std::array<std::set<BlockId>, kLevels> waiting_;
  std::map<BlockId, Pending> pending_;
  std::map<BlockId, bool> missing_;
  BlockId swept_{INT64_MIN};
  bool overflowed_ = false;
};

}  // namespace tusker::namenode
