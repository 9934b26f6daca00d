#pragma once

#include <atomic>
#include <cstdint>
#include <string>

#include "common/base/mutex.h"
#include "common/base/result.h"

namespace tusker::namenode {

// Whether the namespace refuses changes, and why (BlockManagerSafeMode). Any thread.
class SafeMode {
 public:
  enum class State : uint8_t { kOff, kStartup, kManual, kLowResources };

  bool on() const { return state_.load() != State::kOff; }
  State state() const { return state_.load(); }
  void enter(State state) { state_ = state; }
  void leave() { state_ = State::kOff; }

  // What the start-up check last saw, for the tip.
  void report(int64_t safe_blocks, int64_t total_blocks, double threshold);
  // Hadoop's explanation; `host` is this server's.
  std::string tip() const;
  // kSafeMode with Hadoop's text when it is on: "`what`. Name node is in safe mode.\n…".
  Result<void> check(const std::string& what, const std::string& host) const;

 private:
  std::atomic<State> state_{State::kOff};
  mutable Mutex mutex_;
  int64_t safe_ TUSKER_GUARDED_BY(mutex_) = 0;
  int64_t total_ TUSKER_GUARDED_BY(mutex_) = 0;
  double threshold_ TUSKER_GUARDED_BY(mutex_) = 0.999;
};

}  // namespace tusker::namenode
