#pragma once

#include <list>
#include <memory>

#include "common/async/task.h"
#include "common/env/clock.h"

namespace tusker {

// "Something changed": tasks of one strand wait, any of that strand wakes them all. Check the condition, then wait, with no co_await in
// between. Belongs to that strand; must outlive its waiters.
class Notify {
 public:
  explicit Notify(Clock& clock) : clock_(clock) {}
  Notify(const Notify&) = delete;
  Notify& operator=(const Notify&) = delete;

  // True when woken, false when the deadline passed.
  Task<bool> wait(Deadline deadline);
  void notify_all();
  bool has_waiters() const { return !waiters_.empty(); }

 private:
  Clock& clock_;
  std::list<Timer*> waiters_;
};

}  // namespace tusker
