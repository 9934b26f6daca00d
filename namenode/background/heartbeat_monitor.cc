#include "common/log/log.h"
#include "namenode/background/loops.h"

namespace tusker::namenode {
namespace {

constexpr size_t kRecheckPiece = 500;
constexpr size_t kScanPiece = 10'000;

}  // namespace

Task<void> Loops::check_heartbeats() {
  co_await bury_silent_nodes();
  struct ToCheck {
    StorageId storage;
    bool gone;
  };
  std::vector<ToCheck> to_check;
  to_check = co_await ns_.on_core([this] {
    std::set<StorageId> changed = std::exchange(ns_.storages_to_check(), {});
    for (auto& [uuid, node] : ns_.cluster().nodes()) {
      const auto [it, fresh] = was_alive_.try_emplace(uuid, node.alive);
      if (!fresh && it->second != node.alive) {
        for (const auto& storage : node.storages) changed.insert(storage.id);
      }
      it->second = node.alive;
    }
    std::vector<ToCheck> out;
    for (const StorageId id : changed) out.push_back({id, !ns_.cluster().is_live(id)});
    return out;
  });
  for (const auto& [storage, gone] : to_check) {
    if (gone) co_await forget_deletions(storage);
    co_await recheck_storage(storage);
  }
}

// That a node is dead is remembered, so that a restart doesn't take it for alive again.
Task<void> Loops::bury_silent_nodes() {
  auto done = co_await ns_.mutate(
      [this](Transaction& tx) -> Result<void> {
        bool any = false;
        for (auto& [uuid, node] : ns_.cluster().nodes()) {
          if (!node.alive || ns_.now_ms() - node.last_heartbeat_ms <= ns_.settings().heartbeat_expiry_ms()) continue;
          node.alive = false;
          node.registered = false;
          any = true;
          ns_.cluster().drop_work(uuid);
          tx.put(kDatanodeFamily, uuid, encode(node));
          LOG_WARN("lost heartbeat from {} ({}), removing it from the live datanodes", node.xfer_address(), uuid);
        }
        if (any) ns_.publish_cluster();
        return {};
      },
      false);
  if (!done) LOG_ERROR("burying silent datanodes: {}", done.error().to_string());
}

Task<void> Loops::recheck(std::vector<BlockId> blocks) {
  // Shared with the core, which may still run a piece when this task is cancelled.
  const auto all = std::make_shared<const std::vector<BlockId>>(std::move(blocks));
  for (size_t at = 0; at < all->size(); at += kRecheckPiece) {
    auto result = co_await ns_.mutate(
        [this, all, at](Transaction& tx) -> Result<void> {
          for (size_t i = at; i < std::min(at + kRecheckPiece, all->size()); ++i) {
            TRY(const auto block, tx.block((*all)[i]));
            if (!block) continue;
            TRY(const auto file, tx.inode(block->file));
            if (file) TRY_VOID(check_redundancy(ns_, tx, *block, file->replication));
          }
          return {};
        },
        false);
    if (!result) LOG_ERROR("checking the redundancy of blocks: {}", result.error().to_string());
  }
}

// What was ordered deleted on a storage that is gone is judged anew if it comes back: until then others may have gone for good.
Task<void> Loops::forget_deletions(StorageId storage) {
  const std::string prefix = storage_prefix(storage);
  const std::string end = prefix_end(prefix);
  std::string from = prefix;
  for (bool more = true; more;) {
    auto last = co_await ns_.mutate(
        [from, end](Transaction& tx) -> Result<std::string> {
          std::vector<std::string> keys;
          TRY_VOID(tx.scan(kInvalidateFamily, from, end, [&keys](std::string_view key, std::string_view) -> Result<bool> {
            keys.emplace_back(key);
            return keys.size() < kRecheckPiece;
          }));
          for (const auto& key : keys) {
            TRY(const auto block, tx.row(kBlockFamily, key.substr(4)));
            if (block) tx.remove(kInvalidateFamily, key);
          }
          return keys.size() < kRecheckPiece ? std::string() : keys.back();
        },
        false);
    if (!last) LOG_ERROR("forgetting the deletions of storage {}: {}", storage.value, last.error().to_string());
    more = last && !last->empty();
    if (more) from = *last + '\0';
  }
}

Task<void> Loops::recheck_storage(StorageId storage) {
  std::string from = storage_prefix(storage);
  const std::string end = prefix_end(from);
  for (;;) {
    auto piece = co_await run_on(ns_.env().disk_pool, [this, from, end]() -> Result<std::vector<BlockId>> {
      std::vector<BlockId> blocks;
      TRY_VOID(ReadView(ns_.engine(), kv::Tier::kAll)
                   .scan(kStorageFamily, from, end, [&blocks](std::string_view key, std::string_view) -> Result<bool> {
                     blocks.push_back(id_from<BlockId>(key, 4));
                     return blocks.size() < kScanPiece;
                   }));
      return blocks;
    });
    if (!piece) {
      LOG_ERROR("scanning the blocks of storage {}: {}", storage.value, piece.error().to_string());
      co_return;
    }
    if (piece->empty()) co_return;
    from = storage_key(storage, piece->back()).append(1, '\0');
    co_await recheck(*std::move(piece));
  }
}

Task<void> Loops::recheck_all() {
  std::string from;
  for (;;) {
    auto piece = co_await run_on(ns_.env().disk_pool, [this, from]() -> Result<std::vector<BlockId>> {
      std::vector<BlockId> blocks;
      TRY_VOID(ReadView(ns_.engine(), kv::Tier::kAll)
                   .scan(kBlockFamily, from, "", [&blocks](std::string_view key, std::string_view) -> Result<bool> {
                     blocks.push_back(id_from<BlockId>(key));
                     return blocks.size() < kScanPiece;
                   }));
      return blocks;
    });
    if (!piece) {
      LOG_ERROR("scanning all blocks: {}", piece.error().to_string());
      co_return;
    }
    if (piece->empty()) co_return;
    from = id_key(piece->back()).append(1, '\0');
    co_await recheck(*std::move(piece));
  }
}

}  // namespace tusker::namenode
