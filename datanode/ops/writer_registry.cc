#include "datanode/ops/writer_registry.h"

#include <fmt/format.h>
#include <boost/asio/post.hpp>

namespace tusker::datanode {

Task<Result<std::unique_ptr<WriterRegistry::Registration>>> WriterRegistry::take_over(BlockId id, std::function<void()> interrupt,
                                                                                      Deadline deadline) {
  for (;;) {
    {
      MutexLock lock(mutex_);
      if (writers_.try_emplace(id, Writer{interrupt, {}}).second) break;
    }
    CO_TRY_VOID(co_await stop_writer(id, deadline));
  }
  co_return std::make_unique<Registration>(*this, id);
}

Task<Result<void>> WriterRegistry::stop_writer(BlockId id, Deadline deadline) {
  auto waiter = std::make_shared<Waiter>(co_await asio::this_coro::executor);
  waiter->timer = clock_.make_timer(waiter->executor);
  std::function<void()> interrupt;
  {
    MutexLock lock(mutex_);
    const auto at = writers_.find(id);
    if (at == writers_.end()) co_return Result<void>();
    at->second.waiting.push_back(waiter);
    interrupt = at->second.interrupt;
  }
  interrupt();
  // The end is posted to this strand, so it can't come between the question and the wait.
  while (!waiter->ended) {
    if (clock_.now() >= deadline) {
      co_return error(StatusCode::kIo, fmt::format("Join on the writer of blk_{} timed out", id.value));
    }
    static_cast<void>(co_await waiter->timer->wait_until(deadline));
  }
  co_return Result<void>();
}

void WriterRegistry::release(BlockId id) {
  std::vector<std::shared_ptr<Waiter>> waiting;
  {
    MutexLock lock(mutex_);
    const auto at = writers_.find(id);
    if (at == writers_.end()) return;
    waiting = std::move(at->second.waiting);
    writers_.erase(at);
  }
  for (auto& waiter : waiting) {
    asio::post(waiter->executor, [waiter] {
      waiter->ended = true;
      waiter->timer->cancel();
    });
  }
}

size_t WriterRegistry::size() const {
  MutexLock lock(mutex_);
  return writers_.size();
}

}  // namespace tusker::datanode
