#pragma once

#include <chrono>
#include <memory>

#include "common/async/task.h"

namespace tusker {

using Duration = std::chrono::nanoseconds;
// A point on the monotonic clock; its zero means nothing.
struct TimePoint {
  Duration since_zero{};
  friend constexpr auto operator<=>(TimePoint, TimePoint) = default;
  constexpr TimePoint operator+(Duration d) const { return TimePoint{since_zero + d}; }
  constexpr Duration operator-(TimePoint other) const { return since_zero - other.since_zero; }
};
// When to give up. kNever waits without bound and is only for waits that something else bounds.
using Deadline = TimePoint;
inline constexpr Deadline kNever{Duration::max()};

// One wait at a time that ends at a moment or when cancelled. Belongs to the strand that waits.
class Timer {
 public:
  virtual ~Timer() = default;
  // Returns true when `at` has come, false when cancel() came first. Ends early too if the waiting task is cancelled.
  virtual Task<bool> wait_until(Deadline at) = 0;
  virtual void cancel() = 0;
};

// The only source of time. Any thread may ask it.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual TimePoint now() const = 0;
  // Milliseconds since 1970, as Hadoop's messages carry them.
  virtual int64_t wall_ms() const = 0;
  virtual std::unique_ptr<Timer> make_timer(Executor executor) = 0;

  Deadline after(Duration d) const { return now() + d; }
  // Sleeps on the executor of the calling task.
  Task<void> sleep_for(Duration d);
};

}  // namespace tusker
