#include "namenode/store/committer.h"

#include <boost/asio/post.hpp>
#include <thread>

namespace tusker::namenode {

Committer::Committer(kv::Engine& engine, Executor core, const Counters& counters, std::function<void(const Status&)> on_failure)
    : engine_(engine),
      core_(std::move(core)),
      counters_(counters),
      on_failure_(std::move(on_failure)),
      committed_(engine),
      overlay_(engine, committed_),
      counters_row_(encode(counters)) {}

void Committer::add(Transaction& transaction, Counters& counters, bool durable, Waiter waiter) {
  transaction.commit(counters);
  durable_ = durable_ || durable;
  waiters_.push_back(std::move(waiter));
  if (scheduled_ || failed_) return;
  scheduled_ = true;
  asio::post(core_, [this] {
    // Whoever waits for a core has its turn: on a busy machine more operations come, and share the commit's cost.
    std::this_thread::yield();
    asio::post(core_, [this] { commit(); });
  });
}

void Committer::after_pending(Waiter waiter) {
  if (waiters_.empty()) {
    waiter();
  } else {
    waiters_.push_back(std::move(waiter));
  }
}

void Committer::commit() {
  if (auto written = write(); !written) {
    failed_ = true;
    on_failure_(written.error());
    return;
  }
  scheduled_ = false;
  durable_ = false;
  for (auto& waiter : std::exchange(waiters_, {})) waiter();
}

Result<void> Committer::write() {
  TRY(kv::Batch batch, overlay_.batch(number_ + 1, counters_.last_tx));
  // One row for all counters: every logged operation moves at least the transaction id.
  if (std::string row = encode(counters_); row != counters_row_) {
    batch.put(kMetaFamily, std::string(kCountersKey), row);
    counters_row_ = std::move(row);
  }
  overlay_.begin(++number_);
  TRY_VOID(engine_.write(batch, durable_));
  overlay_.committed(number_);
  return {};
}

}  // namespace tusker::namenode
