#pragma once

#include <functional>
#include <string>
#include <unordered_map>
#include <vector>

#include "common/env/env.h"
#include "common/kv/engine.h"
#include "namenode/store/overlay.h"
#include "namenode/store/transaction.h"

namespace tusker::namenode {

// Group commit: changes that are decided while one group is being written form the next group, written as one batch and synced once.
// Belongs to the core strand; writes run on `write_pool`. Bounded by the calls that wait, and those by the RPC server's call queue.
class Committer {
 public:
  using Waiter = std::move_only_function<void()>;

  // `on_failure` is called when a group can't be written: nothing may be acknowledged any more.
  Committer(kv::Engine& engine, Executor write_pool, Executor core, std::function<void(const Status&)> on_failure);

  const Overlay& overlay() const { return overlay_; }
  // Adds a transaction's changes to the pending group; `waiter` runs on the core when they are in the store (and synced, if `durable`).
  void add(Transaction& transaction, Counters& counters, bool durable, Waiter waiter);
  // Runs `waiter` when all that is decided so far is in the store: for answers that were read from pending rows.
  void after_pending(Waiter waiter);
  int64_t groups_written() const { return static_cast<int64_t>(written_); }

 private:
  struct Group {
    uint64_t number = 0;
    kv::Batch batch;                                 // of each row the newest value alone
    std::unordered_map<std::string, size_t> places;  // family and key of a row → its place in the batch
    bool durable = false;
    std::vector<Waiter> waiters;
  };
  void merge(kv::Batch::Change change);
  void start();
  void finish(const Result<void>& written);

  kv::Engine& engine_;
  Executor write_pool_;
  Executor core_;
  std::function<void(const Status&)> on_failure_;
  Overlay overlay_;
  Group pending_{.number = 1};
  Group writing_;
  bool busy_ = false;
  bool failed_ = false;
  uint64_t written_ = 0;
};

}  // namespace tusker::namenode
