#pragma once

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/execution/outstanding_work.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/prefer.hpp>
#include <boost/system/system_error.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "common/async/task.h"
#include "common/base/mutex.h"

namespace tusker {

// A value that is set once, on any thread, and waited for once, on any strand. Whoever holds the setter sets it in bounded time; a
// cancelled wait unwinds at once. Copies share the one value.
template <class T>
class OneShot {
 public:
  OneShot() : state_(std::make_shared<State>()) {}

  void set(T value) {
    {
      MutexLock lock(state_->mutex);
      state_->value.emplace(std::move(value));
    }
    state_->wake();
  }

  Task<T> wait() {
    auto state = state_;
    co_await asio::async_initiate<const asio::use_awaitable_t<>, void()>(
        [state](auto handler) {
          auto home = asio::prefer(asio::get_associated_executor(handler), asio::execution::outstanding_work.tracked);
          // Stays in the slot until the task's next wait; by then there is no waiter and it does nothing.
          if (auto slot = asio::get_associated_cancellation_slot(handler); slot.is_connected()) {
            slot.assign([state](asio::cancellation_type) { state->wake(); });
          }
          std::move_only_function<void()> wake = [home, handler = std::move(handler)]() mutable { asio::post(home, std::move(handler)); };
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
    co_return state->take();
  }

 private:
  struct State {
    Mutex mutex;
    std::optional<T> value TUSKER_GUARDED_BY(mutex);
    std::move_only_function<void()> waiter TUSKER_GUARDED_BY(mutex);

    void wake() {
      std::move_only_function<void()> wake;
      {
        MutexLock lock(mutex);
        wake = std::exchange(waiter, nullptr);
      }
      if (wake) wake();
    }
    T take() {
      MutexLock lock(mutex);
      if (!value) throw boost::system::system_error(asio::error::operation_aborted);  // woken by cancellation
      return std::move(*value);
    }
  };
  std::shared_ptr<State> state_;
};

}  // namespace tusker
