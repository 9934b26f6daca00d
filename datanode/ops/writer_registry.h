#pragma once

#include <functional>
#include <memory>
#include <unordered_map>
#include <vector>

#include "common/async/task.h"
#include "common/base/ids.h"
#include "common/base/mutex.h"
#include "common/base/result.h"
#include "common/env/clock.h"

namespace tusker::datanode {

// Who is writing which replica: at most one at a time, and a later one makes the former stop first (ReplicaInPipeline.stopWriter).
// Owned by the server; any thread.
class WriterRegistry {
 public:
  // The right to write a block, held until it is destroyed. Must not outlive the registry.
  class Registration {
   public:
    Registration(WriterRegistry& registry, BlockId id) : registry_(registry), id_(id) {}
    ~Registration() { registry_.release(id_); }
    Registration(const Registration&) = delete;
    Registration& operator=(const Registration&) = delete;

   private:
    WriterRegistry& registry_;
    BlockId id_;
  };

  explicit WriterRegistry(Clock& clock) : clock_(clock) {}

  // Interrupts a present writer, waits for its end and registers the caller. `interrupt` may be called on any thread, more than once, until
  // the registration ends; it must make the writer end soon. kIo when others keep getting the block until `deadline`.
  Task<Result<std::unique_ptr<Registration>>> take_over(BlockId id, std::function<void()> interrupt, Deadline deadline);
  // Interrupts a present writer and waits for its end. kIo when it hasn't ended by `deadline`.
  Task<Result<void>> stop_writer(BlockId id, Deadline deadline);
  size_t size() const;

 private:
  struct Waiter {
    Executor executor;
    std::unique_ptr<Timer> timer;
    bool ended = false;  // both on the executor
  };
  struct Writer {
    std::function<void()> interrupt;
    std::vector<std::shared_ptr<Waiter>> waiting;
  };
  void release(BlockId id);

  Clock& clock_;
  mutable Mutex mutex_;
  std::unordered_map<BlockId, Writer> writers_ TUSKER_GUARDED_BY(mutex_);
};

}  // namespace tusker::datanode
