#pragma once

#include <memory>
#include <string>

#include "common/async/task.h"

namespace tusker {

// Owns the tasks that touch one object's state: nothing runs detached. spawn() from any thread; stop() closes the gate, cancels every
// task and waits for all to end. The object calls stop() before it dies; the destructor checks that no task is left.
class TaskGroup {
 public:
  explicit TaskGroup(std::string name);
  ~TaskGroup();
  TaskGroup(const TaskGroup&) = delete;
  TaskGroup& operator=(const TaskGroup&) = delete;

  // Starts `task` on `executor` (a strand: cancellation is delivered there). After stop() the task is dropped unstarted. An exception other
  // than cancellation that leaves the task is a fault of ours: it is logged and ends that task alone.
  void spawn(Executor executor, Task<void> task);
  size_t size() const;
  bool stopping() const;
  Task<void> stop();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace tusker
