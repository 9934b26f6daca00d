#pragma once

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <functional>
#include <memory>
#include <optional>

#include "common/async/task.h"
#include "common/base/mutex.h"

namespace tusker {

// A value that is set once, on any thread, and waited for once, on any strand. The wait isn't cancellable: whoever holds the setter must
// set it in bounded time. Copies share the one value.
template <class T>
class OneShot {
 public:
  OneShot() : state_(std::make_shared<State>()) {}

  void set(T value) {
    std::move_only_function<void()> wake;
    {
      MutexLock lock(state_->mutex);
      state_->value.emplace(std::move(value));
      wake = std::move(state_->waiter);
    }
    if (wake) wake();
  }

  Task<T> wait() {
    auto state = state_;
    co_await asio::async_initiate<const asio::use_awaitable_t<>, void()>(
        [state](auto handler) {
          auto home = asio::prefer(asio::get_associated_executor(handler), asio::execution::outstanding_work.tracked);
          std::move_only_function<void()> wake = [home, handler = std::move(handler)]() mutable {
            asio::post(home, std::move(handler));
          };
          {
            MutexLock lock(state->mutex);
            if (!state->value) {
              state->waiter = std::move(wake);
              return;
            }
          }
          wake();
        },
        asio::use_awaitable);
    MutexLock lock(state->mutex);
    co_return std::move(*state->value);
  }

 private:
  struct State {
    Mutex mutex;
    std::optional<T> value TUSKER_GUARDED_BY(mutex);
    std::move_only_function<void()> waiter TUSKER_GUARDED_BY(mutex);
  };
  std::shared_ptr<State> state_;
};

}  // namespace tusker
