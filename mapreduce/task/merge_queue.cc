#include "mapreduce/task/merge_queue.h"

#include "mapreduce/task/key_index.h"

namespace tusker::mapreduce {

Result<MergeQueue> MergeQueue::create(std::vector<std::unique_ptr<Segment>> segments, TaskReport* report) {
  MergeQueue queue;
  queue.report_ = report;
  queue.segments_ = std::move(segments);
  queue.nodes_.resize(queue.segments_.size());
  for (size_t i = 0; i < queue.segments_.size(); ++i) TRY_VOID(queue.step(i));
  queue.build();
  return queue;
}

Result<void> MergeQueue::step(size_t segment) {
  TRY(bool more, segments_[segment]->next());
  nodes_[segment].ended = !more;
  if (more) nodes_[segment].prefix = key_prefix(segments_[segment]->record().key);
  return {};
}

bool MergeQueue::before(size_t a, size_t b) const {
  if (nodes_[a].ended || nodes_[b].ended) return nodes_[a].ended == nodes_[b].ended ? a < b : nodes_[b].ended;
  if (nodes_[a].prefix != nodes_[b].prefix) return nodes_[a].prefix < nodes_[b].prefix;
  const int order = segments_[a]->record().key.compare(segments_[b]->record().key);
  return order != 0 ? order < 0 : a < b;
}

// Plays the whole tournament. Leaves are n .. 2n-1, inner nodes 1 .. n-1, node i over 2i and 2i+1.
void MergeQueue::build() {
  const size_t n = segments_.size();
  losers_.assign(n, 0);
  if (n == 0) return;
  std::vector<uint32_t> winners(2 * n);
  for (size_t i = 0; i < n; ++i) winners[n + i] = static_cast<uint32_t>(i);
  for (size_t i = n - 1; i > 0; --i) {
    const uint32_t a = winners[2 * i];
    const uint32_t b = winners[2 * i + 1];
    const bool first = before(a, b);
    winners[i] = first ? a : b;
    losers_[i] = first ? b : a;
  }
  winner_ = n == 1 ? 0 : winners[1];
}

Result<void> MergeQueue::look() const {
  if (report_ == nullptr) return {};
  report_->alive();
  return report_->killed() ? Result<void>(error(StatusCode::kCancelled, "the attempt was killed")) : Result<void>();
}

Result<void> MergeQueue::advance() {
  if (++steps_ % kRecordsPerLook == 0) TRY_VOID(look());
  TRY_VOID(step(winner_));
  size_t rising = winner_;
  for (size_t node = (segments_.size() + rising) / 2; node > 0; node /= 2) {
    if (before(losers_[node], rising)) {
      const size_t loser = rising;
      rising = losers_[node];
      losers_[node] = static_cast<uint32_t>(loser);
    }
  }
  winner_ = rising;
  return {};
}

}  // namespace tusker::mapreduce
