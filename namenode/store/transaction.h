#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "namenode/store/edit_log.h"
#include "namenode/store/overlay.h"
#include "namenode/store/view.h"

namespace tusker::namenode {

// One operation's changes, over what is pending. Lives on the core while the operation decides; either all of it joins the commit group
// or none. Reads see its own writes. Functions of the namespace keep `child`, `inode`, `usage`, `lease`, `block` and `doomed` consistent
// with each other.
class Transaction final : public View {
 public:
  Transaction(Overlay& overlay, const Counters& counters, int64_t now_ms) : overlay_(overlay), counters_(counters), now_ms_(now_ms) {}

  Result<std::optional<std::string>> row(Family family, std::string_view key) const override;
  Result<void> scan(Family family, std::string_view lower, std::string_view upper, const RowFn& fn) const override;
  Result<InodePtr> find_child(InodeId parent, std::string_view name) const override;
  Result<Usage> usage(InodeId directory) const override;
  // Rows of all families but `child`, which link(), unlink(), put_inode() and drop_child() change.
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

  // Sets an inode's extended attributes and whether it has any; its own row is the caller's to put.
  void set_xattrs(Inode& inode, const XAttrs& attributes);
  // An inode that stands where it says it does.
  void put_inode(const Inode& inode) { changes_.inodes.insert_or_assign({inode.parent, inode.name}, std::make_shared<const Inode>(inode)); }
  void put_block(const BlockInfo& block) { put(kBlockFamily, id_key(block.id), encode(block)); }
  // To a directory's usage and that of all above it; `delta` is as this directory counts it.
  Result<void> add_usage(InodeId directory, const Usage& delta) {
    usage_deltas_.emplace_back(directory, delta);
    return {};
  }
  // Links a new inode below its parent and updates the parent's mtime, count of children and usage. `usage` is as the parent counts it.
  Result<void> link(Inode& parent, const Inode& child, const Usage& usage);
  // Takes it out of its parent; a directory's children and usage stay, and lead nowhere from here on.
  Result<void> unlink(Inode& parent, const Inode& child, const Usage& usage);
  // A child of a directory that is itself unlinked.
  void drop_child(InodeId parent, std::string name) { changes_.inodes.insert_or_assign({parent, std::move(name)}, nullptr); }
  void open_lease(const Inode& file) { put(kLeaseFamily, lease_key(file.writer.client_name, file.id), ""); }
  void close_lease(const Inode& file) { remove(kLeaseFamily, lease_key(file.writer.client_name, file.id)); }

  // Remembers the answer to a client's call, so that the repeated call gets it until `expiry_ms` (wall).
  void remember_answer(std::string key, int64_t expiry_ms, std::string_view answer);
  // Gives the operation its transaction id and place in the edit log.
  void log(const Edit& edit);

  // What is to be taken back in memory if the operation fails after all; run by roll_back(), the last first.
  void on_failure(std::move_only_function<void()> undo) { undo_.push_back(std::move(undo)); }
  void roll_back() {
    for (auto it = undo_.rbegin(); it != undo_.rend(); ++it) (*it)();
    undo_.clear();
  }

  // What has been changed until now stays, even though the operation ends in an error (parents made for a name that can't be).
  void keep_on_failure() { kept_on_failure_ = true; }
  bool is_kept_on_failure() const { return kept_on_failure_; }

  bool has_changes() const { return !changes_.empty() || !usage_deltas_.empty(); }
  // Gives the changes to the pending group; the transaction is spent.
  void commit(Counters& counters);

 private:
  Overlay& overlay_;
  Counters counters_;
  int64_t now_ms_;
  bool kept_on_failure_ = false;
  std::vector<std::move_only_function<void()>> undo_;
  Changes changes_;
  Overlay::UsageDeltas usage_deltas_;
};

}  // namespace tusker::namenode
