#include "datanode/ops/writer_registry.h"

#include <fmt/format.h>

namespace tusker::datanode {

Task<Result<std::unique_ptr<WriterRegistry::Registration>>> WriterRegistry::take_over(BlockId id, std::function<void()> interrupt,
                                                                                      Deadline deadline) {
  for (;;) {
    {
      MutexLock lock(mutex_);
      if (writers_.try_emplace(id, Writer{interrupt, {}}).second) break;
    }
    if (clock_.now() > deadline) {
      co_return error(StatusCode::kIo, fmt::format("Join on the writer of blk_{} timed out", id.value));
    }
    co_await stop_writer(id);
  }
  co_return std::make_unique<Registration>(*this, id);
}

Task<void> WriterRegistry::stop_writer(BlockId id) {
  OneShot<bool> ended;
  std::function<void()> interrupt;
  {
    MutexLock lock(mutex_);
    const auto at = writers_.find(id);
    if (at == writers_.end()) co_return;
    at->second.waiting.push_back(ended);
    interrupt = at->second.interrupt;
  }
  interrupt();
  co_await ended.wait();
}

void WriterRegistry::release(BlockId id) {
  std::vector<OneShot<bool>> waiting;
  {
    MutexLock lock(mutex_);
    const auto at = writers_.find(id);
    if (at == writers_.end()) return;
    waiting = std::move(at->second.waiting);
    writers_.erase(at);
  }
  for (auto& one : waiting) one.set(true);
}

size_t WriterRegistry::size() const {
  MutexLock lock(mutex_);
  return writers_.size();
}

}  // namespace tusker::datanode
