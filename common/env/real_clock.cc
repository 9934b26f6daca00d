#include "common/env/real_clock.h"

#include <boost/asio/steady_timer.hpp>

namespace tusker {
namespace {

class RealTimer final : public Timer {
 public:
  explicit RealTimer(Executor executor) : timer_(std::move(executor)) {}
  Task<bool> wait_until(Deadline at) override {
    if (at == kNever) {
      timer_.expires_at(asio::steady_timer::time_point::max());
    } else {
      timer_.expires_at(asio::steady_timer::time_point(at.since_zero));
    }
    auto [ec] = co_await timer_.async_wait(asio::as_tuple(asio::use_awaitable));
    co_return !ec;
  }
  void cancel() override { timer_.cancel(); }

 private:
  asio::steady_timer timer_;
};

}  // namespace

TimePoint RealClock::now() const { return TimePoint{std::chrono::steady_clock::now().time_since_epoch()}; }

int64_t RealClock::wall_ms() const {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}

std::unique_ptr<Timer> RealClock::make_timer(Executor executor) { return std::make_unique<RealTimer>(std::move(executor)); }

}  // namespace tusker
