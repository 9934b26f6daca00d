#include "common/env/clock.h"

namespace tusker {

Task<void> Clock::sleep_for(Duration d) {
  auto timer = make_timer(co_await asio::this_coro::executor);
  co_await timer->wait_until(after(d));
}

}  // namespace tusker
