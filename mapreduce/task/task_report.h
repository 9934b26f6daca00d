#pragma once

#include <atomic>
#include <cstdint>
#include <string>

#include "common/base/mutex.h"

namespace tusker::mapreduce {

// What a running task tells of itself while it works: written by its own thread, read by whoever reports to the ApplicationMaster.
class TaskReport {
 public:
  // Between 0 and 1.
  void set_progress(float value) {
    progress_.store(value, std::memory_order_relaxed);
    alive();
  }
  float progress() const { return progress_.load(std::memory_order_relaxed); }
  // A sign of life; the number of such signs so far.
  void alive() { signs_.fetch_add(1, std::memory_order_relaxed); }
  int64_t signs_of_life() const { return signs_.load(std::memory_order_relaxed); }

  void set_status(std::string text) {
    alive();
    MutexLock lock(mutex_);
    status_ = std::move(text);
  }
  std::string status() const {
    MutexLock lock(mutex_);
    return status_;
  }
  // Where the task is in its input, for whoever finds its process dead: a place that outlives the process, or null.
  void set_position_cell(std::atomic<int64_t>* cell) { position_ = cell; }
  void set_position(int64_t record) {
    if (position_ != nullptr) position_->store(record, std::memory_order_relaxed);
  }
  // The task shall end with an error soon.
  void kill() { killed_.store(true, std::memory_order_relaxed); }
  bool killed() const { return killed_.load(std::memory_order_relaxed); }

 private:
  std::atomic<float> progress_{0};
  std::atomic<int64_t> signs_{0};
  std::atomic<bool> killed_{false};
  std::atomic<int64_t>* position_ = nullptr;
  mutable Mutex mutex_;
  std::string status_ TUSKER_GUARDED_BY(mutex_);
};

}  // namespace tusker::mapreduce
