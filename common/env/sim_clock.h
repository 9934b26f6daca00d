#pragma once

#include <map>

#include "common/env/clock.h"

namespace tusker {

class SimTimer;

// Virtual time: stands still while tasks run, jumps to the next timer when none can.
class SimClock final : public Clock {
 public:
  TimePoint now() const override { return now_; }
  int64_t wall_ms() const override;
  std::unique_ptr<Timer> make_timer(Executor executor) override;

  // Goes to the earliest timer and fires it. False when there is none.
  bool advance();

 private:
  friend class SimTimer;
  using Pending = std::multimap<Duration, SimTimer*>;
  TimePoint now_{std::chrono::seconds(1)};
  Pending pending_;
};

}  // namespace tusker
