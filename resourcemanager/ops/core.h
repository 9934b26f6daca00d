#pragma once

#include <functional>
#include <type_traits>
#include <utility>

#include "common/async/run_on.h"
#include "common/base/mutex.h"
#include "common/env/env.h"
#include "resourcemanager/ops/cluster.h"
#include "resourcemanager/ops/metrics.h"

namespace tusker::resourcemanager {

// The one strand on which the cluster's state is touched. An operation runs there as a plain function; afterwards the orders that it left
// in the outbox are handed to `deliver`, which must not block. Owned by the server.
class Core {
 public:
  Core(Env& env, Cluster cluster) : env_(env), strand_(env.make_strand()), cluster_(std::move(cluster)) {}

  // Before the first run().
  void set_delivery(std::function<void(Outbox)> deliver) { deliver_ = std::move(deliver); }

  // Runs fn(Cluster&, Now) on the strand and returns what it returned, on the caller's executor. What `fn` captures by reference must
  // outlive the wait even when the caller is cancelled: capture by value, or what the server owns.
  template <class Fn>
  auto run(Fn fn) -> Task<std::invoke_result_t<Fn&, Cluster&, Now>> {
    co_return co_await run_on(strand_, [this, fn = std::move(fn)]() mutable {
      Now now{std::chrono::duration_cast<std::chrono::milliseconds>(env_.clock.now().since_zero).count(), env_.clock.wall_ms()};
      auto result = fn(cluster_, now);
      if (!cluster_.outbox.empty()) deliver_(std::exchange(cluster_.outbox, {}));
      refresh_metrics(now);
      return result;
    });
  }

  // Figures that are at most kMetricsAgeMs older than the last operation; at once when nodes came or went. Any thread.
  MetricsSnapshot metrics() {
    MutexLock lock(mutex_);
    return metrics_;
  }

  Env& env() { return env_; }

 private:
  static constexpr int64_t kMetricsAgeMs = 100;

  void refresh_metrics(Now now) {
    auto nodes = cluster_.nodes.size();
    if (nodes == measured_nodes_ && now.mono_ms - measured_mono_ms_ < kMetricsAgeMs) return;
    measured_nodes_ = nodes;
    measured_mono_ms_ = now.mono_ms;
    MetricsSnapshot fresh = measure(cluster_);
    MutexLock lock(mutex_);
    metrics_ = fresh;
  }

  Env& env_;
  Executor strand_;
  Cluster cluster_;
  size_t measured_nodes_ = 0;
  int64_t measured_mono_ms_ = 0;
  Mutex mutex_;
  MetricsSnapshot metrics_ TUSKER_GUARDED_BY(mutex_);
  std::function<void(Outbox)> deliver_ = [](Outbox) {};
};

}  // namespace tusker::resourcemanager
