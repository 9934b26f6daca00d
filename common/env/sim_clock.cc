#include "common/env/sim_clock.h"

#include <boost/asio/steady_timer.hpp>
#include <optional>

namespace tusker {

// Waits on an Asio timer that never expires; the clock or a cancel ends the wait.
class SimTimer final : public Timer {
 public:
  SimTimer(SimClock& clock, Executor executor) : clock_(clock), wake_(std::move(executor)) {}
  ~SimTimer() override { forget(); }

  Task<bool> wait_until(Deadline at) override {
    expired_ = false;
    wake_.expires_at(asio::steady_timer::time_point::max());
    if (at != kNever) place_ = clock_.pending_.emplace(std::max(at, clock_.now()).since_zero, this);
    static_cast<void>(co_await wake_.async_wait(asio::as_tuple(asio::use_awaitable)));
    forget();
    co_return expired_;
  }
  void cancel() override { wake_.cancel(); }
  void fire() {
    place_.reset();  // the clock took it out
    expired_ = true;
    wake_.cancel();
  }

 private:
  void forget() {
    if (place_) clock_.pending_.erase(*std::exchange(place_, std::nullopt));
  }
  SimClock& clock_;
  asio::steady_timer wake_;
  std::optional<SimClock::Pending::iterator> place_;
  bool expired_ = false;
};

int64_t SimClock::wall_ms() const {
  constexpr int64_t kStartMs = 1'800'000'000'000;
  return kStartMs + now_.since_zero / std::chrono::milliseconds(1);
}

std::unique_ptr<Timer> SimClock::make_timer(Executor executor) { return std::make_unique<SimTimer>(*this, std::move(executor)); }

bool SimClock::advance() {
  if (pending_.empty()) return false;
  const auto first = pending_.begin();
  now_.since_zero = std::max(now_.since_zero, first->first);
  SimTimer* timer = first->second;
  pending_.erase(first);
  timer->fire();
  return true;
}

}  // namespace tusker
