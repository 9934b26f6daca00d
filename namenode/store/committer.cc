#include "namenode/store/committer.h"

#include <boost/asio/post.hpp>

namespace tusker::namenode {

Committer::Committer(kv::Engine& engine, Executor write_pool, Executor core, std::function<void(const Status&)> on_failure)
    : engine_(engine), write_pool_(std::move(write_pool)), core_(std::move(core)), on_failure_(std::move(on_failure)) {}

void Committer::add(Transaction& transaction, Counters& counters, bool durable, Waiter waiter) {
  kv::Batch batch = transaction.take(counters);
  for (const auto& [key, value] : transaction.changes()) overlay_.set(key.first, key.second, value, pending_.number);
  pending_.batch.bytes += batch.bytes;
  std::ranges::move(batch.changes, std::back_inserter(pending_.batch.changes));
  pending_.durable = pending_.durable || durable;
  pending_.waiters.push_back(std::move(waiter));
  if (!busy_) start();
}

void Committer::after_pending(Waiter waiter) {
  if (!pending_.waiters.empty()) {
    pending_.waiters.push_back(std::move(waiter));
  } else if (busy_) {
    writing_.waiters.push_back(std::move(waiter));
  } else {
    waiter();
  }
}

void Committer::start() {
  if (failed_) return;
  busy_ = true;
  const uint64_t next = pending_.number + 1;
  writing_ = std::exchange(pending_, Group{.number = next});
  asio::post(write_pool_, [this] {
    // writing_.batch is only touched here until finish() is posted.
    Result<void> written = engine_.write(writing_.batch, writing_.durable);  // a copy: finish() needs the keys
    asio::post(core_, [this, written = std::move(written)] { finish(written); });
  });
}

void Committer::finish(const Result<void>& written) {
  if (!written) {
    failed_ = true;
    on_failure_(written.error());
    return;
  }
  overlay_.forget(writing_.batch, writing_.number);
  auto waiters = std::move(writing_.waiters);
  writing_ = Group{};
  busy_ = false;
  ++written_;
  if (!pending_.waiters.empty()) start();
  for (auto& waiter : waiters) waiter();
}

}  // namespace tusker::namenode
