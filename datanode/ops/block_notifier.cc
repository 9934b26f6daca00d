#include "datanode/ops/block_notifier.h"

#include <utility>

namespace tusker::datanode {
namespace {

constexpr size_t kBadBlocksMax = 1000;

}  // namespace

void BlockNotifier::notify(const std::string& storage_uuid, BlockEvent event) {
  bool urgent = false;
  {
    MutexLock lock(mutex_);
    pending_.add(storage_uuid, std::move(event));
    urgent = pending_.urgent();
  }
  if (urgent && wake_) wake_();
}

void BlockNotifier::report_bad(hadoop::hdfs::LocatedBlockProto block) {
  {
    MutexLock lock(mutex_);
    if (bad_.size() >= kBadBlocksMax) return;
    bad_.push_back(std::move(block));
  }
  if (wake_) wake_();
}

void BlockNotifier::trigger(bool full) {
  {
    MutexLock lock(mutex_);
    triggered_ = true;
    full_requested_ = full_requested_ || full;
  }
  if (wake_) wake_();
}

bool BlockNotifier::take_full_request() {
  MutexLock lock(mutex_);
  return std::exchange(full_requested_, false);
}

bool BlockNotifier::urgent() const {
  MutexLock lock(mutex_);
  return triggered_ || pending_.urgent() || !bad_.empty();
}

bool BlockNotifier::empty() const {
  MutexLock lock(mutex_);
  return pending_.empty() && bad_.empty();
}

PendingReports::ByStorage BlockNotifier::take() {
  MutexLock lock(mutex_);
  triggered_ = false;
  return pending_.take();
}

void BlockNotifier::restore(PendingReports::ByStorage events) {
  MutexLock lock(mutex_);
  pending_.restore(std::move(events));
}

std::vector<hadoop::hdfs::LocatedBlockProto> BlockNotifier::take_bad() {
  MutexLock lock(mutex_);
  return std::exchange(bad_, {});
}

void BlockNotifier::restore_bad(std::vector<hadoop::hdfs::LocatedBlockProto> blocks) {
  MutexLock lock(mutex_);
  for (auto& block : blocks) {
    if (bad_.size() < kBadBlocksMax) bad_.push_back(std::move(block));
  }
}

}  // namespace tusker::datanode
