#pragma once

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/execution/outstanding_work.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/prefer.hpp>
#include <exception>
#include <memory>
#include <optional>
#include <type_traits>

#include "common/async/task.h"

namespace tusker {

// Runs `fn` on another executor (the disk pool, the core) and comes back to the caller's with what it returned. `fn` runs to its end even
// if the waiting task is cancelled meanwhile, so what it captures must be its own or outlive it. What `fn` throws is thrown in the waiting
// task: it ends that task, and not the process.
template <class Fn>
auto run_on(Executor where, Fn fn) -> Task<std::invoke_result_t<Fn&>> {
  using R = std::invoke_result_t<Fn&>;
  using Slot = std::conditional_t<std::is_void_v<R>, bool, std::optional<R>>;
  struct Outcome {
    Slot value{};
    std::exception_ptr thrown;
  };
  auto outcome = std::make_shared<Outcome>();
  auto work = std::make_shared<Fn>(std::move(fn));
  co_await asio::async_initiate<const asio::use_awaitable_t<>, void()>(
      [where, outcome, work](auto handler) {
        auto home = asio::prefer(asio::get_associated_executor(handler), asio::execution::outstanding_work.tracked);
        asio::post(where, [outcome, work, home, handler = std::move(handler)]() mutable {
          try {
            if constexpr (std::is_void_v<R>) {
              (*work)();
            } else {
              outcome->value.emplace((*work)());
            }
          } catch (...) {
            outcome->thrown = std::current_exception();
          }
          asio::post(home, std::move(handler));
        });
      },
      asio::use_awaitable);
  if (outcome->thrown) std::rethrow_exception(outcome->thrown);
  if constexpr (!std::is_void_v<R>) co_return std::move(*outcome->value);
}

}  // namespace tusker
