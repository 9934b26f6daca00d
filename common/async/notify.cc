#include "common/async/notify.h"

namespace tusker {

Task<bool> Notify::wait(Deadline deadline) {
  auto timer = clock_.make_timer(co_await asio::this_coro::executor);
  struct Registration {  // unregisters also when the wait is unwound by cancellation
    std::list<Timer*>& list;
    std::list<Timer*>::iterator at;
    ~Registration() { list.erase(at); }
  } registration{waiters_, waiters_.insert(waiters_.end(), timer.get())};
  const bool expired = co_await timer->wait_until(deadline);
  co_return !expired;
}

void Notify::notify_all() {
  for (Timer* timer : waiters_) timer->cancel();
}

}  // namespace tusker
