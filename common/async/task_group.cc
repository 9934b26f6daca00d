#include "common/async/task_group.h"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/system/system_error.hpp>
#include <list>
#include <optional>

#include "common/async/one_shot.h"
#include "common/base/check.h"
#include "common/base/mutex.h"
#include "common/log/log.h"

namespace tusker {
namespace {

struct Running {
  Executor executor;
  asio::cancellation_signal signal;
};

bool is_cancellation(const std::exception_ptr& thrown) {
  try {
    std::rethrow_exception(thrown);
  } catch (const boost::system::system_error& e) {
    return e.code() == asio::error::operation_aborted;
  } catch (...) {
    return false;
  }
}

std::string describe(const std::exception_ptr& thrown) {
  try {
    std::rethrow_exception(thrown);
  } catch (const std::exception& e) {
    return e.what();
  } catch (...) {
    return "an exception of unknown type";
  }
}

}  // namespace

struct TaskGroup::State {
  std::string name;
  mutable Mutex mutex;
  std::list<std::shared_ptr<Running>> running TUSKER_GUARDED_BY(mutex);
  bool stopping TUSKER_GUARDED_BY(mutex) = false;
  std::optional<OneShot<bool>> emptied TUSKER_GUARDED_BY(mutex);
};

TaskGroup::TaskGroup(std::string name) : state_(std::make_shared<State>()) { state_->name = std::move(name); }

TaskGroup::~TaskGroup() { CHECK_INVARIANT(size() == 0); }

size_t TaskGroup::size() const {
  MutexLock lock(state_->mutex);
  return state_->running.size();
}

bool TaskGroup::stopping() const {
  MutexLock lock(state_->mutex);
  return state_->stopping;
}

void TaskGroup::spawn(Executor executor, Task<void> task) {
  auto running = std::make_shared<Running>(executor);
  std::list<std::shared_ptr<Running>>::iterator at;
  {
    MutexLock lock(state_->mutex);
    if (state_->stopping) return;
    at = state_->running.insert(state_->running.end(), running);
  }
  auto done = [state = state_, running, at](const std::exception_ptr& thrown) {
    if (thrown && !is_cancellation(thrown)) LOG_ERROR("task of {} ended by {}", state->name, describe(thrown));
    std::optional<OneShot<bool>> emptied;
    {
      MutexLock lock(state->mutex);
      state->running.erase(at);
      if (state->running.empty()) emptied = state->emptied;
    }
    if (emptied) emptied->set(true);
  };
  // Posted, so that the task starts on its strand after spawn() returned, and the slot is touched on that strand alone.
  asio::post(executor, [state = state_, executor, task = std::move(task), running, done = std::move(done)]() mutable {
    asio::co_spawn(executor, std::move(task), asio::bind_cancellation_slot(running->signal.slot(), std::move(done)));
    // stop() may have cancelled before there was anything bound to hear it.
    bool stopping;
    {
      MutexLock lock(state->mutex);
      stopping = state->stopping;
    }
    if (stopping) running->signal.emit(asio::cancellation_type::terminal);
  });
}

Task<void> TaskGroup::stop() {
  OneShot<bool> emptied;
  std::list<std::shared_ptr<Running>> to_cancel;
  {
    MutexLock lock(state_->mutex);
    state_->stopping = true;
    if (state_->running.empty()) co_return;
    state_->emptied = emptied;
    to_cancel = state_->running;
  }
  for (auto& running : to_cancel) {
    asio::post(running->executor, [running] { running->signal.emit(asio::cancellation_type::terminal); });
  }
  co_await emptied.wait();
}

}  // namespace tusker
