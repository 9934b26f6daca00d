#include "common/log/log.h"
#include "namenode/background/loops.h"

namespace tusker::namenode {
namespace {

constexpr size_t kInodesPerPiece = 500;

// Clears up to kInodesPerPiece children of `root`; true when the root itself is gone. A directory among them becomes a doomed root of its
// own, so the walk needs no stack and a crash at any point loses nothing.
Result<bool> clear_piece(Transaction& tx, InodeId root) {
  std::vector<Inode> children;
  TRY_VOID(tx.children(root, "", [&](Inode child) -> Result<bool> {
    children.push_back(std::move(child));
    return children.size() < kInodesPerPiece;
  }));
  for (const auto& child : children) {
    if (child.is_directory()) {
      tx.put(kDoomedFamily, id_key(child.id), "");
      delete_inode_rows(tx, child);
    } else {
      TRY_VOID(delete_file_rows(tx, child));
    }
    tx.drop_child(root, child.name);
  }
  if (children.size() >= kInodesPerPiece) return false;
  tx.remove(kUsageFamily, id_key(root));
  tx.remove(kDoomedFamily, id_key(root));
  return true;
}

}  // namespace

Task<bool> Loops::clear_one(InodeId root) {
  auto done = co_await ns_.mutate([root](Transaction& tx) { return clear_piece(tx, root); }, false);
  if (!done) LOG_ERROR("clearing deleted inode {}: {}", root.value, done.error().to_string());
  co_return done.value_or(true);
}

Task<void> Loops::clear_deleted() {
  for (;;) {
    auto roots = co_await run_on(ns_.env().disk_pool, [this]() -> Result<std::vector<InodeId>> {
      std::vector<InodeId> found;
      TRY_VOID(ReadView(ns_.engine(), kv::Tier::kAll)
                   .scan(kDoomedFamily, "", "", [&found](std::string_view key, std::string_view) -> Result<bool> {
                     found.push_back(id_from<InodeId>(key));
                     return found.size() < 100;
                   }));
      return found;
    });
    if (!roots || roots->empty()) co_return;
    for (const InodeId root : *roots) {
      while (!co_await clear_one(root)) {
      }
    }
  }
}

}  // namespace tusker::namenode
