#include "namenode/store/transaction.h"

namespace tusker::namenode {

Result<std::optional<std::string>> Transaction::row(Family family, std::string_view key) const {
  if (const auto* own = changes_.find_row(family, key)) return *own;
  return overlay_.row(family, key);
}

Result<InodePtr> Transaction::find_child(InodeId parent, std::string_view name) const {
  if (const InodePtr* own = changes_.find_inode(parent, name)) return *own;
  return overlay_.find_child(parent, name);
}

Result<Usage> Transaction::usage(InodeId directory) const {
  TRY_VOID(overlay_.fold_usage());
  TRY(Usage sum, View::usage(directory));
  for (const auto& [below, delta] : usage_deltas_) {
    Usage change = delta;
    for (InodeId at = below;;) {
      if (at == directory) sum += change;
      if (at == kRootInode || at == directory) break;
      TRY(const auto inode_here, find_inode(at));
      if (!inode_here) break;
      if (inode_here->storage_policy != 0) change = change.seen_from_above(inode_here->storage_policy);
      at = inode_here->parent;
    }
  }
  return sum;
}

// Merges three sorted sources; the transaction's own rows win over pending ones, those over the engine's.
Result<void> Transaction::scan(Family family, std::string_view lower, std::string_view upper, const RowFn& fn) const {
  auto changed = overlay_.pending().range(family, lower, upper);
  for (auto& [key, value] : changes_.range(family, lower, upper)) changed.insert_or_assign(key, value);
  const auto iterator = overlay_.engine().iterate(family, lower, upper);
  auto at = changed.begin();
  for (;;) {
    if (!iterator->valid()) TRY_VOID(iterator->status());
    if (!iterator->valid() && at == changed.end()) return {};
    const bool from_store = at == changed.end() || (iterator->valid() && iterator->key() < at->first);
    if (from_store) {
      TRY(const bool more, fn(iterator->key(), iterator->value()));
      if (!more) return {};
      iterator->next();
      continue;
    }
    if (iterator->valid() && iterator->key() == at->first) iterator->next();
    if (at->second) {
      TRY(const bool more, fn(at->first, *at->second));
      if (!more) return {};
    }
    ++at;
  }
}

void Transaction::put(Family family, std::string key, std::string value) { changes_.rows[{family, std::move(key)}] = std::move(value); }

void Transaction::remove(Family family, std::string key) { changes_.rows[{family, std::move(key)}] = std::nullopt; }

void Transaction::set_xattrs(Inode& inode, const XAttrs& attributes) {
  inode.has_xattrs = !attributes.empty();
  if (inode.has_xattrs) {
    put(kXAttrFamily, id_key(inode.id), encode(attributes));
  } else {
    remove(kXAttrFamily, id_key(inode.id));
  }
}

Result<void> Transaction::link(Inode& parent, const Inode& child, const Usage& usage) {
  put_inode(child);
  put(kInodeFamily, id_key(child.id), child_key(parent.id, child.name));
  ++parent.children;
  parent.mtime_ms = now_ms_;
  put_inode(parent);
  return add_usage(parent.id, usage);
}

Result<void> Transaction::unlink(Inode& parent, const Inode& child, const Usage& usage) {
  // Deltas from below belong to those above too: while the way up is still there.
  if (child.is_directory()) TRY_VOID(overlay_.fold_usage());
  changes_.inodes.insert_or_assign({parent.id, child.name}, nullptr);
  remove(kInodeFamily, id_key(child.id));
  --parent.children;
  parent.mtime_ms = now_ms_;
  put_inode(parent);
  return add_usage(parent.id, -usage);
}

void Transaction::remember_answer(std::string key, int64_t expiry_ms, std::string_view answer) {
  std::string row;
  append_be<int64_t>(row, expiry_ms);
  changes_.retry_keys.push_back(key);
  changes_.retry_expiry_ms = expiry_ms;
  put(kRetryFamily, std::move(key), row.append(answer));
}

void Transaction::log(const Edit& edit) {
  counters_.last_tx = counters_.last_tx.next();
  changes_.edits.push_back(edit.bytes());
}

void Transaction::commit(Counters& counters) {
  counters = counters_;
  overlay_.add(std::move(changes_), usage_deltas_);
}

}  // namespace tusker::namenode
