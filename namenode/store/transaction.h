#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "namenode/store/edit_log.h"
#include "namenode/store/overlay.h"
#include "namenode/store/view.h"

namespace tusker::namenode {

// One operation's changes, over what is pending. Lives on the core while the operation decides; either all of it joins the commit group
// or none. Reads see its own writes. Row functions keep `child`, `inode`, `usage`, `lease`, `block` and `doomed` consistent with each
// other.
class Transaction final : public View {
 public:
  Transaction(kv::Engine& engine, const Overlay& overlay, const Counters& counters, int64_t now_ms)
      : engine_(engine), overlay_(overlay), counters_(counters), now_ms_(now_ms) {}

  Result<std::optional<std::string>> row(Family family, std::string_view key) const override;
  Result<void> scan(Family family, std::string_view lower, std::string_view upper, const RowFn& fn) const override;
  void put(Family family, std::string key, std::string value);
  void remove(Family family, std::string key);

  int64_t now_ms() const { return now_ms_; }
  const Counters& counters() const { return counters_; }
  InodeId next_inode() { return counters_.last_inode = counters_.last_inode.next(); }
  BlockId next_block() {
    ++counters_.blocks;
    return counters_.last_block = counters_.last_block.next();
  }
  void block_deleted() { --counters_.blocks; }
  GenerationStamp next_generation() { return counters_.last_generation = counters_.last_generation.next(); }
  StorageId next_storage() { return counters_.last_storage = counters_.last_storage.next(); }

  // Namespace rows. `path` is the chain from the root to the parent, for the usage of every directory on it.
  void put_inode(const Inode& inode) { put(kInodeFamily, id_key(inode.id), encode(inode)); }
  void put_block(const BlockInfo& block) { put(kBlockFamily, id_key(block.id), encode(block)); }
  Result<void> add_usage(InodeId directory, const Usage& delta);  // to it and every ancestor
  // Links a new inode below its parent and updates the parent's mtime, count of children and usage.
  Result<void> link(Inode& parent, const Inode& child, const Usage& usage);
  // Takes it out of its parent; the inode's own rows stay.
  Result<void> unlink(Inode& parent, const Inode& child, const Usage& usage);
  void open_lease(const Inode& file) { put(kLeaseFamily, lease_key(file.writer.client_name, file.id), ""); }
  void close_lease(const Inode& file) { remove(kLeaseFamily, lease_key(file.writer.client_name, file.id)); }

  // Gives the operation its transaction id and row in the edit log.
  void log(const Edit& edit);
  bool has_edits() const { return edits_ > 0; }

  // What is to be taken back in memory if the operation fails after all; run by roll_back(), the last first.
  void on_failure(std::move_only_function<void()> undo) { undo_.push_back(std::move(undo)); }
  void roll_back() {
    for (auto it = undo_.rbegin(); it != undo_.rend(); ++it) (*it)();
    undo_.clear();
  }

  // The changes as a batch, in key order by family; the transaction is spent.
  kv::Batch take(Counters& counters);
  const std::map<std::pair<Family, std::string>, std::optional<std::string>>& changes() const { return changes_; }

 private:
  kv::Engine& engine_;
  const Overlay& overlay_;
  Counters counters_;
  int64_t now_ms_;
  size_t edits_ = 0;
  std::vector<std::move_only_function<void()>> undo_;
  std::map<std::pair<Family, std::string>, std::optional<std::string>> changes_;
};

}  // namespace tusker::namenode
