#include "namenode/ops/namesystem.h"

#include <boost/asio/strand.hpp>

#include "common/log/log.h"

namespace tusker::namenode {
namespace {

constexpr int64_t kRecentMs = 60'000;       // a report that comes now may have been made this long ago
constexpr int64_t kRecentKeptMs = 600'000;  // and be worked on for the rest

constexpr size_t kClientIdBytes = 16;

}  // namespace

Namesystem::Namesystem(Env& env, kv::Engine& engine, Settings settings, Identity identity, Counters counters, const Executor& core_pool)
    : env_(env),
      engine_(engine),
      identity_(std::move(identity)),
      core_(asio::make_strand(core_pool)),
      counters_(counters),
      published_tx_(counters.last_tx.value),
      committer_(engine, core_, counters_,
                 [this](const Status& why) {
                   LOG_ERROR("the namespace can't be written, stopping: {}", why.to_string());
                   if (on_store_failure) on_store_failure(why);
                 }),
      cluster_view_(std::make_shared<const ClusterView>()),
      health_(std::make_shared<const BlockHealth>(BlockHealth{.total = counters.blocks})) {
  replace_settings(std::move(settings));
}

void Namesystem::replace_settings(Settings settings) {
  settings_given_.push_back(std::make_unique<const Settings>(std::move(settings)));
  settings_.store(settings_given_.back().get(), std::memory_order_release);
}

void Namesystem::finish(Transaction& transaction, bool succeeded, bool durable, Committer::Waiter waiter) {
  const bool kept = succeeded || transaction.is_kept_on_failure();
  if (!kept) transaction.roll_back();
  if (!kept || !transaction.has_changes()) {
    committer_.after_pending(std::move(waiter));
    return;
  }
  committer_.add(transaction, counters_, durable, std::move(waiter));
  published_tx_.store(counters_.last_tx.value, std::memory_order_relaxed);
}

void Namesystem::publish_cluster() {
  cluster_view_.store(cluster_.view());
  cluster_published_ms_ = now_ms();
}

Task<void> Namesystem::drain() {
  OneShot<bool> drained;
  asio::post(core_, [this, drained]() mutable { committer_.after_pending([drained]() mutable { drained.set(true); }); });
  co_await drained.wait();
  // finish() runs the waiters last, so once more round the core and it is idle.
  co_await run_on(core_, [] { return true; });
}

BlockHealth Namesystem::block_health() const { return *health_.load(); }

void Namesystem::publish_health() {
  BlockHealth health;
  health.total = counters_.blocks;
  health.pending_reconstruction = static_cast<int64_t>(redundancy_.pending().size());
  health.low_redundancy = static_cast<int64_t>(redundancy_.size()) + health.pending_reconstruction;
  for (const auto& [block, corrupt] : redundancy_.missing()) ++(corrupt ? health.corrupt : health.missing);
  health.missing += health.corrupt;
  health.in_future = static_cast<int64_t>(future_.size());
  health_.store(std::make_shared<const BlockHealth>(health));
}

void Namesystem::touch_cluster() {
  if (now_ms() - cluster_published_ms_ >= 100) publish_cluster();
}

void Namesystem::note_recent(StorageId storage, BlockId block) {
  constexpr size_t kRecentMax = 200'000;
  if (recent_.size() >= kRecentMax) {
    for (const int64_t age_ms : {kRecentKeptMs, kRecentMs}) {
      if (recent_.size() >= kRecentMax) std::erase_if(recent_, [&](const auto& entry) { return now_ms() - entry.second > age_ms; });
    }
  }
  if (recent_.size() < kRecentMax) recent_[{storage, block}] = now_ms();
}

bool Namesystem::is_recent(StorageId storage, BlockId block, int64_t report_ms) const {
  const auto it = recent_.find({storage, block});
  return it != recent_.end() && it->second >= report_ms - kRecentMs;
}

void Namesystem::note_future(BlockId block) {
  constexpr size_t kFutureMax = 100'000;
  if (future_.size() < kFutureMax) future_.insert(block);
}

void Namesystem::leave_safe_mode(bool force) {
  if (!future_.empty() && !force) {
    LOG_ERROR(
        "Refusing to leave safe mode without a force flag: {} blocks were reported that this namespace never gave out. Use -forceExit",
        future_.size());
    return;
  }
  future_.clear();
  safe_mode_.leave();
}

Result<std::string> Namesystem::once(Transaction& transaction, const std::string& client_id, int32_t call_id,
                                     const std::function<Result<std::string>(Transaction&)>& fn) {
  if (!settings().retry_cache_enabled || client_id.size() != kClientIdBytes || call_id < 0) return fn(transaction);
  std::string key = client_id;
  append_be<int32_t>(key, call_id);
  TRY(const auto known, transaction.row(kRetryFamily, key));
  if (known && known->size() >= 8 && load_be<int64_t>(known->data()) > transaction.now_ms()) return known->substr(8);
  TRY(std::string answer, fn(transaction));
  transaction.remember_answer(std::move(key), transaction.now_ms() + settings().retry_cache_expiry_ms, answer);
  return answer;
}

Task<Result<std::string>> Namesystem::mutate_once(rpc::CallContext call, std::function<Result<std::string>(Transaction&)> fn) {
  co_return co_await mutate(
      [this, call = std::move(call), fn = std::move(fn)](Transaction& tx) { return once(tx, call.client_id, call.call_id, fn); });
}

}  // namespace tusker::namenode
