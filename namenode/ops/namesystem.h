#pragma once

#include <atomic>
#include <boost/asio/post.hpp>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "common/async/one_shot.h"
#include "common/async/run_on.h"
#include "common/env/env.h"
#include "common/rpc/call_context.h"
#include "namenode/config.h"
#include "namenode/model/permission.h"
#include "namenode/ops/cluster.h"
#include "namenode/ops/lease_manager.h"
#include "namenode/ops/redundancy_queue.h"
#include "namenode/ops/safe_mode.h"
#include "namenode/store/committer.h"
#include "namenode/store/transaction.h"

namespace tusker::namenode {

// How the blocks are, as the status calls tell it.
struct BlockHealth {
  int64_t total = 0;
  int64_t low_redundancy = 0;  // waiting for copies, or copies under way
  int64_t pending_reconstruction = 0;
  int64_t missing = 0;
  int64_t corrupt = 0;
  int64_t pending_deletion = 0;
  int64_t in_future = 0;  // reported, but never given out by this namespace
};

// Everything an operation gets besides its arguments and the rows.
struct OpContext {
  Caller caller;
  std::string client_ip;
  RpcIds ids;
  std::shared_ptr<const ClusterView> cluster;
  InodeId checked_removal;  // the directory whose subtree the caller may delete, as was seen a moment ago
};

// The NameNode's heart (FSNamesystem): the store, the one writer with its group commit, the cluster of DataNodes, safe mode.
// Owned by NameNodeServer. `core` is the strand that owns cluster, redundancy, safe mode and the pending rows; mutate() takes an operation
// there, read() serves from a snapshot on the calling thread. Operations are plain functions in ops/.
class Namesystem {
 public:
  // The core runs on `core_pool`: a thread of its own, so that no long read or look-up keeps the one writer waiting.
  Namesystem(Env& env, kv::Engine& engine, Settings settings, Identity identity, Counters counters, const Executor& core_pool);

  Env& env() { return env_; }
  kv::Engine& engine() { return engine_; }
  // Stays valid: settings that were replaced are kept.
  const Settings& settings() const { return *settings_.load(std::memory_order_acquire); }
  // Core only.
  void replace_settings(Settings settings);
  const Identity& identity() const { return identity_; }
  Executor core() const { return core_; }
  int64_t now_ms() const { return env_.clock.now().since_zero / std::chrono::milliseconds(1); }  // monotonic

  // Core only.
  Cluster& cluster() { return cluster_; }
  RedundancyQueue& redundancy() { return redundancy_; }
  const Counters& counters() const { return counters_; }
  Committer& committer() { return committer_; }

  // Any thread.
  std::shared_ptr<const ClusterView> cluster_view() const { return cluster_view_.load(); }
  SafeMode& safe_mode() { return safe_mode_; }
  LeaseManager& leases() { return leases_; }
  BlockHealth block_health() const;  // as of the last publish_health()
  // Core only; called after each round of the redundancy monitor.
  void publish_health();
  TxId last_tx() const { return TxId(published_tx_.load(std::memory_order_relaxed)); }
  // Publishes the cluster for readers; core only.
  void publish_cluster();
  // Figures changed, not membership: published at most every 100 ms.
  void touch_cluster();
  // Replicas that incremental reports told of lately, come or gone: a full report made earlier can't know better. `report_ms` (monotonic)
  // is when the full report came in. Core only; bounded.
  void note_recent(StorageId storage, BlockId block);
  bool is_recent(StorageId storage, BlockId block, int64_t report_ms) const;
  // A reported block that this namespace hasn't given out yet: the store is older than the DataNodes (a backup?). Core only; bounded.
  void note_future(BlockId block);
  // Leaves safe mode, unless blocks of the future would be lost by that and it isn't forced (BlockManagerSafeMode.leaveSafeMode). Core
  // only.
  void leave_safe_mode(bool force);
  // Storages that came, went or sent their first full report: the heartbeat monitor has their blocks looked at. Core only; at most as many
  // as there are storages.
  std::set<StorageId>& storages_to_check() { return storages_to_check_; }
  // Called once, when nothing can be written any more.
  std::function<void(const Status&)> on_store_failure;

  // Runs `fn(Transaction&)` on the core; if it succeeds, answers when its changes are durable. An error, and a success without changes,
  // waits for what it may have read from pending rows. Result<R> of fn is passed on.
  template <class Fn>
  auto mutate(Fn fn, bool durable = true) -> Task<std::invoke_result_t<Fn&, Transaction&>> {
    using R = std::invoke_result_t<Fn&, Transaction&>;
    OneShot<R> outcome;
    submit(std::move(fn), [outcome](R result) mutable { outcome.set(std::move(result)); }, durable);
    co_return co_await outcome.wait();
  }

  // The same without a task: `done(Result<R>)` is called on the core.
  template <class Fn, class Done>
  void submit(Fn fn, Done done, bool durable = true) {
    asio::post(core_, [this, fn = std::move(fn), done = std::move(done), durable]() mutable {
      Transaction transaction(committer_.overlay(), counters_, env_.clock.wall_ms());
      auto result = fn(transaction);
      const bool succeeded = result.has_value();
      finish(transaction, succeeded, durable, [done = std::move(done), result = std::move(result)]() mutable { done(std::move(result)); });
    });
  }

  // As mutate, for a change that nobody waits for.
  template <class Fn>
  void mutate_later(Fn fn) {
    asio::post(core_, [this, fn = std::move(fn)]() mutable {
      Transaction transaction(committer_.overlay(), counters_, env_.clock.wall_ms());
      const auto result = fn(transaction);
      finish(transaction, result.has_value(), true, [] {});
    });
  }

  // As mutate, once for a client id and call id: a repeated call gets the first answer (RetryCache), also after a restart.
  Task<Result<std::string>> mutate_once(rpc::CallContext call, std::function<Result<std::string>(Transaction&)> fn);
  // What mutate_once() and its like without a task run on the core.
  Result<std::string> once(Transaction& transaction, const std::string& client_id, int32_t call_id,
                           const std::function<Result<std::string>(Transaction&)>& fn);

  // Runs `fn(const View&)` against what is durable: from memory on this thread, and if that can't tell, on the disk pool.
  template <class Fn>
  auto read(Fn fn) -> Task<std::invoke_result_t<Fn&, const View&>> {
    using R = std::invoke_result_t<Fn&, const View&>;
    R result = fn(static_cast<const View&>(view(kv::Tier::kCached)));
    if (result || result.error().code() != StatusCode::kWouldBlock) co_return result;
    co_return co_await run_on(env_.disk_pool,
                              [this, fn = std::move(fn)]() mutable { return fn(static_cast<const View&>(view(kv::Tier::kAll))); });
  }

  // What is durable, at this moment. Any thread; with kCached it never waits for the disk.
  ReadView view(kv::Tier tier) { return ReadView(engine_, tier, committer_.committed()); }

  // Waits until the core has nothing to do and everything decided is written: before the store closes.
  Task<void> drain();

  // Runs `fn()` on the core without a transaction: for the cluster's state.
  template <class Fn>
  auto on_core(Fn fn) -> Task<std::invoke_result_t<Fn&>> {
    return run_on(core_, std::move(fn));
  }

 private:
  void finish(Transaction& transaction, bool succeeded, bool durable, Committer::Waiter waiter);

  Env& env_;
  kv::Engine& engine_;
  std::vector<std::unique_ptr<const Settings>> settings_given_;  // one more for each reconfiguration by an operator
  std::atomic<const Settings*> settings_;
  const Identity identity_;
  Executor core_;
  Counters counters_;
  std::atomic<int64_t> published_tx_;
  Committer committer_;
  Cluster cluster_;
  RedundancyQueue redundancy_;
  std::set<StorageId> storages_to_check_;
  std::map<std::pair<StorageId, BlockId>, int64_t> recent_;
  std::set<BlockId> future_;
  int64_t cluster_published_ms_ = 0;
  SafeMode safe_mode_;
  LeaseManager leases_;
  std::atomic<std::shared_ptr<const ClusterView>> cluster_view_;
  std::atomic<std::shared_ptr<const BlockHealth>> health_;
};

}  // namespace tusker::namenode
