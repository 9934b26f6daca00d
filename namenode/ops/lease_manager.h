#pragma once

#include <map>
#include <string>

#include "common/base/ids.h"
#include "common/base/mutex.h"

namespace tusker::namenode {

inline constexpr int64_t kLeaseSoftLimitMs = 60'000;      // HdfsConstants.LEASE_SOFTLIMIT_PERIOD
inline constexpr int64_t kBlockRecoveryRetryMs = 90'000;  // a recovery is tried again after this
inline constexpr std::string_view kInternalLeaseHolder = "HDFS_NameNode";

// When each lease holder was last heard of, and when each block's recovery was last started. The leases themselves are rows of the store;
// after a restart every holder counts as heard of at start-up. Any thread; one entry for each client that
// said a word within the hard limit.
class LeaseManager {
 public:
  void start(int64_t now_ms) { start_ms_ = now_ms; }
  void renew(const std::string& holder, int64_t now_ms) {
    MutexLock lock(mutex_);
    renewed_[holder] = now_ms;
  }
  int64_t idle_ms(const std::string& holder, int64_t now_ms) const {
    MutexLock lock(mutex_);
    const auto it = renewed_.find(holder);
    return now_ms - (it == renewed_.end() ? start_ms_ : it->second);
  }
  // Forgets what is older than the hard limit: such a holder counts as expired all the same, such a recovery as never begun.
  void drop_old(int64_t now_ms, int64_t hard_limit_ms) {
    MutexLock lock(mutex_);
    const auto is_old = [&](const auto& entry) { return now_ms - entry.second > hard_limit_ms; };
    std::erase_if(renewed_, is_old);
    std::erase_if(recoveries_, is_old);
  }
  // True, and the time is noted, if no recovery of this block was started lately.
  bool begin_recovery(BlockId block, int64_t now_ms) {
    MutexLock lock(mutex_);
    const auto it = recoveries_.find(block);
    if (it != recoveries_.end() && now_ms - it->second < kBlockRecoveryRetryMs) return false;
    recoveries_[block] = now_ms;
    return true;
  }
  void end_recovery(BlockId block) {
    MutexLock lock(mutex_);
    recoveries_.erase(block);
  }

 private:
  mutable Mutex mutex_;
  int64_t start_ms_ = 0;
  std::map<std::string, int64_t> renewed_ TUSKER_GUARDED_BY(mutex_);
  std::map<BlockId, int64_t> recoveries_ TUSKER_GUARDED_BY(mutex_);
};

}  // namespace tusker::namenode
