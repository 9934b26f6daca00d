#include "common/log/log.h"
#include "namenode/background/loops.h"

namespace tusker::namenode {
namespace {

constexpr size_t kInodesPerPiece = 500;
constexpr size_t kRootsPerRound = 100;

// One transaction's share of clearing deleted directories: up to kInodesPerPiece inodes. What it doesn't reach stays on the list of doomed
// roots or joins it, so that a crash at any point loses nothing. No name comes or goes below a directory that is cut off but by this, so
// the children are read as they were last committed; only an open file may have changed since.
class Piece {
 public:
  Piece(Transaction& tx, const View& committed) : tx_(tx), committed_(committed) {}

  bool has_room() const { return left_ > 0; }
  // Clears `directory`'s children after the name `after`, and what is below them. Returns the name to go on after; nullopt when all are
  // gone, and the directory's own rows with them.
  Result<std::optional<std::string>> clear(InodeId directory, const std::string& after) {
    std::vector<InodeId> below;
    std::optional<std::string> reached;
    TRY_VOID(committed_.children(directory, after, [&](Inode child) -> Result<bool> {
      if (child.is_directory()) {
        delete_inode_rows(tx_, child);
        below.push_back(child.id);
      } else {
        TRY_VOID(clear_file(child));
      }
      tx_.drop_child(directory, child.name);
      if (--left_ == 0) reached = child.name;
      return left_ > 0;
    }));
    for (const InodeId each : below) {
      std::optional<std::string> rest = "";
      if (has_room()) {
        TRY(rest, clear(each, ""));
      }
      if (rest) tx_.put(kDoomedFamily, id_key(each), "");
    }
    if (!reached) tx_.remove(kUsageFamily, id_key(directory));
    return reached;
  }

 private:
  Result<void> clear_file(const Inode& file) {
    if (!file.under_construction) return delete_file_rows(tx_, file);
    TRY(const auto newest, tx_.find_child(file.parent, file.name));
    return delete_file_rows(tx_, newest ? *newest : file);
  }

  Transaction& tx_;
  const View& committed_;
  size_t left_ = kInodesPerPiece;
};

}  // namespace

// Clears roots from the back of the list, the first of them after the name `after`; takes those that are done off it.
Result<void> Loops::clear_piece(Transaction& tx, std::vector<InodeId>& roots, std::string& after) {
  const ReadView committed = ns_.view(kv::Tier::kAll);
  Piece piece(tx, committed);
  while (!roots.empty() && piece.has_room()) {
    TRY(auto rest, piece.clear(roots.back(), after));
    after = rest.value_or("");
    if (rest) break;
    tx.remove(kDoomedFamily, id_key(roots.back()));
    roots.pop_back();
  }
  return {};
}

Task<void> Loops::clear_deleted() {
  for (;;) {
    auto roots = co_await run_on(ns_.env().disk_pool, [this]() -> Result<std::vector<InodeId>> {
      std::vector<InodeId> found;
      TRY_VOID(ReadView(ns_.engine(), kv::Tier::kAll)
                   .scan(kDoomedFamily, "", "", [&found](std::string_view key, std::string_view) -> Result<bool> {
                     found.push_back(id_from<InodeId>(key));
                     return found.size() < kRootsPerRound;
                   }));
      return found;
    });
    if (!roots || roots->empty()) co_return;
    std::string after;
    while (!roots->empty()) {
      using Rest = std::pair<std::vector<InodeId>, std::string>;
      auto rest = co_await ns_.mutate(
          [this, left = *roots, from = after](Transaction& tx) mutable -> Result<Rest> {
            TRY_VOID(clear_piece(tx, left, from));
            return Rest{std::move(left), std::move(from)};
          },
          false);
      if (!rest) {
        LOG_ERROR("clearing deleted inode {}: {}", roots->back().value, rest.error().to_string());
        co_return;
      }
      *roots = std::move(rest->first);
      after = std::move(rest->second);
    }
  }
}

}  // namespace tusker::namenode
