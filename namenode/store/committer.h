#pragma once

#include <functional>
#include <string>
#include <vector>

#include "common/env/env.h"
#include "common/kv/engine.h"
#include "namenode/store/overlay.h"
#include "namenode/store/transaction.h"

namespace tusker::namenode {

// Group commit: what the core decides in one go is written as one batch and synced once. A commit stands in the core's queue behind all
// operations that came before it, and blocks the core while it writes; what comes meanwhile forms the next group. Belongs to the core
// strand. Bounded by the calls that wait, and those by the RPC server's call queue.
class Committer {
 public:
  using Waiter = std::move_only_function<void()>;

  // `on_failure` is called when a group can't be written: nothing may be acknowledged any more.
  Committer(kv::Engine& engine, Executor core, const Counters& counters, std::function<void(const Status&)> on_failure);

  Overlay& overlay() { return overlay_; }
  Committed& committed() { return committed_; }  // any thread
  // Adds a transaction's changes to the pending group; `waiter` runs on the core when they are in the store (and synced, if `durable`).
  void add(Transaction& transaction, Counters& counters, bool durable, Waiter waiter);
  // Runs `waiter` when all that is decided so far is in the store: for answers that were read from pending rows.
  void after_pending(Waiter waiter);

 private:
  void commit();
  Result<void> write();

  kv::Engine& engine_;
  Executor core_;
  const Counters& counters_;
  std::function<void(const Status&)> on_failure_;
  Committed committed_;
  Overlay overlay_;
  std::string counters_row_;  // as last written
  std::vector<Waiter> waiters_;
  bool durable_ = false;  // the pending group's
  bool scheduled_ = false;
  bool failed_ = false;
  uint64_t number_ = 0;  // of the last commit
};

}  // namespace tusker::namenode
