#include "common/log/log.h"
#include "namenode/background/loops.h"

namespace tusker::namenode {
namespace {

constexpr int64_t kRecountMs = 5000;

}  // namespace

// Blocks with at least one good replica on a DataNode that has registered since the start, and how many complete ones there are: a block
// that is being written has none yet and holds nothing up.
Task<Result<Loops::SafeCount>> Loops::count_safe_blocks() {
  const auto cluster = ns_.cluster_view();
  co_return co_await run_on(ns_.env().disk_pool, [this, cluster]() -> Result<SafeCount> {
    SafeCount count;
    const ReadView view(ns_.engine(), kv::Tier::kAll);
    TRY_VOID(view.scan(kBlockFamily, "", "", [&count](std::string_view key, std::string_view value) -> Result<bool> {
      TRY(const BlockInfo block, decode_block(id_from<BlockId>(key), value));
      count.complete += block.is_complete() ? 1 : 0;
      return true;
    }));
    BlockId last(-1);
    TRY_VOID(view.scan(kReplicaFamily, "", "", [&](std::string_view key, std::string_view value) -> Result<bool> {
      const auto id = id_from<BlockId>(key);
      if (id == last) return true;
      const StorageId storage = storage_from(key, 8);
      if (!cluster->is_live(storage) || !cluster->node_of(storage)->registered) return true;
      TRY(const Replica replica, decode_replica(storage, value));
      TRY(const auto block, view.block(id));
      if (block && block->is_complete() && replica.is_good(*block)) {
        ++count.safe;
        last = id;
      }
      return true;
    }));
    return count;
  });
}

Task<void> Loops::check_safe_mode() {
  if (ns_.safe_mode().state() != SafeMode::State::kStartup) co_return;
  struct Seen {
    int64_t total = 0;
    bool everyone_back = true;
    std::set<std::string> registered;
  };
  const Seen seen = co_await ns_.on_core([this] {
    Seen out;
    out.total = ns_.counters().blocks;
    for (const auto& [uuid, node] : ns_.cluster().nodes()) {
      if (node.registered) out.registered.insert(uuid);
      out.everyone_back = out.everyone_back && node.registered;
    }
    return out;
  });
  bool safe = seen.total == 0 || (seen.everyone_back && !seen.registered.empty());
  const double threshold = ns_.settings().safemode_threshold;
  const bool recount = seen.registered != safe_mode_registered_ || ns_.now_ms() >= safe_mode_recount_ms_;
  if (!safe && recount) {
    // Somebody is missing: what those who are back hold decides. Counted again when another one came, and now and then.
    const int64_t started_ms = ns_.now_ms();
    auto count = co_await count_safe_blocks();
    if (!count) {
      LOG_ERROR("counting the blocks that are safe: {}", count.error().to_string());
    } else {
      safe_mode_registered_ = seen.registered;
      ns_.safe_mode().report(count->safe, count->complete, threshold);
      safe = static_cast<double>(count->safe) >= threshold * static_cast<double>(count->complete);
    }
    safe_mode_recount_ms_ = ns_.now_ms() + std::max(kRecountMs, 10 * (ns_.now_ms() - started_ms));
  }
  if (!safe) co_return;
  const bool left = co_await ns_.on_core([this] {
    if (ns_.safe_mode().state() != SafeMode::State::kStartup) return false;  // an operator was quicker
    ns_.safe_mode().leave();
    return true;
  });
  if (left) LOG_INFO("STATE* Leaving safe mode: {} blocks, {} datanodes", seen.total, seen.registered.size());
}

Task<void> Loops::check_resources() {
  const std::string& directory = ns_.settings().name_directory;
  const auto space = co_await run_on(ns_.env().disk_pool, [this, directory] { return ns_.env().disk.space(directory); });
  if (!space) {
    LOG_ERROR("asking for the room on the disk of {}: {}", directory, space.error().to_string());
    co_return;
  }
  if (space->available >= ns_.settings().disk_reserved_bytes || ns_.safe_mode().state() == SafeMode::State::kLowResources) co_return;
  LOG_WARN("{} bytes are left on the disk of {}, less than dfs.namenode.resource.du.reserved={}: entering safe mode", space->available,
           directory, ns_.settings().disk_reserved_bytes);
  co_await ns_.on_core([this] {
    ns_.safe_mode().enter(SafeMode::State::kLowResources);
    return true;
  });
}

}  // namespace tusker::namenode
