#pragma once

#include <future>
#include <memory>
#include <utility>

#include "common/async/task_group.h"
#include "common/base/result.h"

namespace tusker::mapreduce {

namespace detail {
template <class T>
Task<void> deliver(std::shared_ptr<std::promise<Result<T>>> promise, Task<Result<T>> task) {
  promise->set_value(co_await std::move(task));
}
}  // namespace detail

// Starts `task` on a strand and gives what it will return. A task that is cancelled leaves a broken promise; see wait_for.
template <class T>
std::future<Result<T>> start_task(TaskGroup& tasks, Executor strand, Task<Result<T>> task) {
  auto promise = std::make_shared<std::promise<Result<T>>>();
  auto future = promise->get_future();
  tasks.spawn(std::move(strand), detail::deliver<T>(std::move(promise), std::move(task)));
  return future;
}

// Blocks until the task has ended. kCancelled when it was told to stop.
template <class T>
Result<T> wait_for(std::future<Result<T>> future) {
  try {
    return future.get();
  } catch (const std::future_error&) {
    return error(StatusCode::kCancelled, "the file system was closed");
  }
}

// Runs a coroutine from a thread that may block. Never from a network thread, which would wait for itself.
template <class T>
Result<T> block_on(TaskGroup& tasks, Executor strand, Task<Result<T>> task) {
  return wait_for(start_task(tasks, std::move(strand), std::move(task)));
}

}  // namespace tusker::mapreduce
