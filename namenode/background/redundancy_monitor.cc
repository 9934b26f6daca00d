#include <algorithm>

#include "common/log/log.h"
#include "namenode/background/loops.h"
#include "namenode/model/placement.h"

namespace tusker::namenode {
namespace {

constexpr size_t kWorkMultiplier = 2;  // dfs.namenode.replication.work.multiplier.per.iteration
constexpr size_t kSweepPiece = 1000;   // missing blocks that one turn asks after
constexpr size_t kFailuresPerOrder =
    4;  // how many blocks that can't be helped one turn looks at, so that it holds the core for a moment only

// What copying one block needs, seen on the core.
struct Plan {
  std::vector<StorageId> sources;
  std::vector<StorageId> occupied;
  int wanted = 0;
};

Result<std::optional<Plan>> plan_copy(Namesystem& ns, Transaction& tx, const BlockInfo& block, const ClusterView& view) {
  TRY(const auto file, tx.inode(block.file));
  if (!file || !block.is_complete()) return std::nullopt;
  TRY(const auto replicas, tx.replicas(block.id));
  Plan plan;
  for (const auto& r : replicas) {
    if (!view.is_live(r.storage)) continue;
    plan.occupied.push_back(r.storage);
    if (r.is_good(block)) plan.sources.push_back(r.storage);
  }
  const auto pending = ns.redundancy().pending().find(block.id);
  const int under_way = pending == ns.redundancy().pending().end() ? 0 : pending->second.copies;
  plan.wanted = file->replication - static_cast<int>(plan.sources.size()) - under_way;
  if (plan.wanted <= 0 && under_way == 0 && !racks_satisfied(view, plan.sources, file->replication)) plan.wanted = 1;
  if (plan.sources.empty() || plan.wanted <= 0) return std::nullopt;
  return plan;
}

// Targets that have no order to delete this very block: the copy would go with it.
Result<std::vector<StorageId>> choose_clean_targets(const View& rows, BlockId id, const ClusterView& view, PlacementRequest& request,
                                                    const std::function<uint64_t(uint64_t)>& below) {
  constexpr int kTries = 4;
  for (int i = 0; i < kTries; ++i) {
    auto targets = choose_targets(view, request, below);
    bool clean = true;
    for (const StorageId target : targets) {
      TRY(const auto order, rows.row(kInvalidateFamily, storage_key(target, id)));
      if (!order) continue;
      clean = false;
      request.excluded_uuids.push_back(view.node_of(target)->uuid);
    }
    if (clean) return targets;
  }
  return std::vector<StorageId>();
}

// Orders the copies of one block; true if something was ordered.
Result<bool> order_copy(Namesystem& ns, Transaction& tx, BlockId id, const ClusterView& view) {
  TRY(const auto block, tx.block(id));
  if (!block) return false;
  TRY(const auto plan, plan_copy(ns, tx, *block, view));
  if (!plan) return false;
  const auto below = [&ns](uint64_t bound) { return ns.env().random.below(bound); };
  PlacementRequest request;
  request.replicas = plan->wanted;
  request.block_bytes = block->bytes;
  request.existing = plan->occupied;
  TRY(const auto targets, choose_clean_targets(tx, id, view, request, below));
  if (targets.empty()) return false;
  // The source with the least to do, so that a dead node's blocks come from everywhere.
  std::vector<StorageId> sources = plan->sources;
  for (size_t i = sources.size(); i > 1; --i) std::swap(sources[i - 1], sources[below(i)]);
  const auto busy = [&view](StorageId s) { return view.node_of(s)->xmits; };
  const StorageId source = *std::ranges::min_element(sources, [&busy](StorageId a, StorageId b) { return busy(a) < busy(b); });
  if (!ns.cluster().add_transfer(source, TransferWork{*block, targets})) return false;
  auto& pending = ns.redundancy().pending()[id];
  pending.copies += static_cast<int>(targets.size());
  pending.until_ms = ns.now_ms() + ns.settings().reconstruction_timeout_ms;
  return true;
}

}  // namespace

Task<void> Loops::copy_blocks() {
  if (ns_.safe_mode().on()) co_return;
  if (std::exchange(rescan_wanted_, false)) co_await recheck_all();
  auto result = co_await ns_.mutate(
      [this](Transaction& tx) -> Result<void> {
        const auto view = ns_.cluster_view();
        auto& queue = ns_.redundancy();
        std::vector<BlockId> again;
        std::erase_if(queue.pending(), [this, &again](const auto& entry) {
          if (entry.second.until_ms > ns_.now_ms()) return false;
          again.push_back(entry.first);
          return true;
        });
        for (const BlockId block : again) queue.add(block, 2);
        const auto alive = std::ranges::count_if(view->nodes, [](const auto& node) { return node->alive; });
        // Enough to keep every node's streams busy until the next turn.
        const size_t budget = static_cast<size_t>(alive) *
                              std::max<size_t>(kWorkMultiplier, static_cast<size_t>(ns_.settings().redundancy_interval_ms / 500));
        std::vector<BlockId> not_now;
        for (size_t ordered = 0; ordered < budget && not_now.size() < kFailuresPerOrder * budget;) {
          const auto block = queue.pop();
          if (!block) break;
          TRY(const bool done, order_copy(ns_, tx, *block, *view));
          if (done) {
            ++ordered;
          } else {
            not_now.push_back(*block);
          }
        }
        // What couldn't be ordered (no free node, already under way) is looked at again, after the others, rather than forgotten.
        for (const BlockId id : not_now) {
          TRY(const auto block, tx.block(id));
          if (!block || queue.pending().contains(id)) continue;
          TRY(const auto file, tx.inode(block->file));
          if (file) TRY_VOID(check_redundancy(ns_, tx, *block, file->replication));
          queue.postpone(id);
        }
        TRY_VOID(queue.sweep_missing(kSweepPiece, [&tx](BlockId id) -> Result<bool> {
          TRY(const auto block, tx.row(kBlockFamily, id_key(id)));
          return block.has_value();
        }));
        rescan_wanted_ = rescan_wanted_ || (queue.size() == 0 && queue.take_overflowed());
        ns_.publish_health();
        return {};
      },
      false);
  if (!result) LOG_ERROR("ordering copies of blocks: {}", result.error().to_string());
}

}  // namespace tusker::namenode
