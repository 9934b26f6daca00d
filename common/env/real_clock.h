#pragma once

#include "common/env/clock.h"

namespace tusker {

// CLOCK_MONOTONIC and CLOCK_REALTIME; timers are Asio's.
class RealClock final : public Clock {
 public:
  TimePoint now() const override;
  int64_t wall_ms() const override;
  std::unique_ptr<Timer> make_timer(Executor executor) override;
};

}  // namespace tusker
