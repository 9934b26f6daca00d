#pragma once

#include <functional>
#include <memory>
#include <unordered_map>
#include <vector>

#include "common/async/one_shot.h"
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
  // Interrupts a present writer and waits for its end.
  Task<void> stop_writer(BlockId id);
  size_t size() const;

 private:
  struct Writer {
    std::function<void()> interrupt;
    std::vector<OneShot<bool>> waiting;
  };
  void release(BlockId id);

  Clock& clock_;
  mutable Mutex mutex_;
  std::unordered_map<BlockId, Writer> writers_ TUSKER_GUARDED_BY(mutex_);
};

}  // namespace tusker::datanode
