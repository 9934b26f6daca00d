#include "namenode/store/committer.h"

#include <boost/asio/post.hpp>

namespace tusker::namenode {

Committer::Committer(kv::Engine& engine, Executor write_pool, Executor core, std::function<void(const Status&)> on_failure)
    : engine_(engine), write_pool_(std::move(write_pool)), core_(std::move(core)), on_failure_(std::move(on_failure)) {}

void Committer::add(Transaction& transaction, Counters& counters, bool durable, Waiter waiter) {
  kv::Batch batch = transaction.take(counters);
  for (const auto& [key, value] : transaction.changes()) overlay_.set(key.first, key.second, value, pending_.number);
  for (auto& change : batch.changes) merge(std::move(change));
  pending_.durable = pending_.durable || durable;
  pending_.waiters.push_back(std::move(waiter));
  if (!busy_) start();
}

// Operations of one group change the same rows, a common directory's counts above all: only the last value is written.
void Committer::merge(kv::Batch::Change change) {
  kv::Batch& batch = pending_.batch;
  std::string place;
  place.reserve(change.key.size() + 1);
  place.push_back(static_cast<char>(change.family));
  place += change.key;
  const auto [it, is_new] = pending_.places.try_emplace(std::move(place), batch.changes.size());
  batch.bytes += change.key.size() + change.value.size();
  if (is_new) {
    batch.changes.push_back(std::move(change));
    return;
  }
  auto& earlier = batch.changes[it->second];
  batch.bytes -= earlier.key.size() + earlier.value.size();
  earlier = std::move(change);
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
    Result<void> written = engine_.write(writing_.batch, writing_.durable);
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
