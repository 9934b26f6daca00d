#include "namenode/store/overlay.h"

#include <algorithm>
#include <iterator>

#include "namenode/store/edit_log.h"
#include "namenode/store/view.h"

namespace tusker::namenode {

Result<std::optional<std::string>> Overlay::row(Family family, std::string_view key) {
  if (const auto* changed = pending_.find_row(family, key)) return *changed;
  if (!is_cached(family)) return engine_.get(family, key);
  if (const std::string* known = rows_.find(family, key)) return *known;
  TRY(auto found, engine_.get(family, key));
  if (found) rows_.put(family, key, *found);
  return found;
}

Result<InodePtr> Overlay::find_child(InodeId parent, std::string_view name) {
  if (const InodePtr* changed = pending_.find_inode(parent, name)) return *changed;
  const uint64_t commit = committed_.newest()->number;
  if (auto known = committed_.inodes().find(parent, name, commit)) return known;
  TRY(auto found, read_child(engine_, kv::Tier::kAll, nullptr, parent, name));
  if (found) committed_.inodes().offer(found, commit);
  return found;
}

Result<void> Overlay::fold_usage() {
  if (deltas_.empty()) return {};
  // 1. the sum for every directory on the way up
  std::unordered_map<int64_t, Usage> sums;
  for (const auto& [directory, delta] : deltas_) {
    if (delta == Usage{}) continue;  // renamed within it
    Usage change = delta;
    for (InodeId at(directory);;) {
      sums[at.value] += change;
      if (at == kRootInode) break;
      TRY(const auto place, row(kInodeFamily, id_key(at)));
      if (!place) break;  // cut off: its usage left those above with it
      const auto parent = id_from<InodeId>(*place);
      if (change.unspecified() != Stored{}) {
        TRY(const auto inode, find_child(parent, std::string_view(*place).substr(8)));
        if (inode && inode->storage_policy != 0) change = change.seen_from_above(inode->storage_policy);
      }
      at = parent;
    }
  }
  // 2. all rows, then their changes: it fails as a whole or not at all
  std::vector<std::pair<std::string, std::string>> changed;
  for (const auto& [directory, sum] : sums) {
    if (sum == Usage{}) continue;  // moved from one place below it to another
    std::string key = id_key(InodeId(directory));
    TRY(const auto known, row(kUsageFamily, key));
    Usage usage;
    if (known) {
      TRY(usage, decode_usage(*known));
    }
    usage += sum;
    changed.emplace_back(std::move(key), encode(usage));
  }
  for (auto& [key, value] : changed) {
    rows_.put(kUsageFamily, key, value);
    pending_.rows.insert_or_assign(std::pair(static_cast<Family>(kUsageFamily), std::move(key)), std::move(value));
  }
  deltas_.clear();
  return {};
}

void Overlay::remember(Family family, const std::string& key, const std::optional<std::string>& value) {
  if (!is_cached(family)) return;
  if (value && family == kBlockFamily) {
    rows_.put(family, key, *value);  // its replicas are reported next
  } else if (value) {
    rows_.refresh(family, key, *value);
  } else {
    rows_.forget(family, key);
  }
}

void Overlay::add(Changes changes, const UsageDeltas& deltas) {
  for (const auto& [key, value] : changes.rows) remember(key.first, key.second, value);
  while (!changes.rows.empty()) {
    auto added = pending_.rows.insert(changes.rows.extract(changes.rows.begin()));
    if (!added.inserted) added.position->second = std::move(added.node.mapped());
  }
  for (auto& [place, inode] : changes.inodes) pending_.inodes.insert_or_assign(place, std::move(inode));
  std::ranges::move(changes.edits, std::back_inserter(pending_.edits));
  std::ranges::move(changes.retry_keys, std::back_inserter(pending_.retry_keys));
  pending_.retry_expiry_ms = std::max(pending_.retry_expiry_ms, changes.retry_expiry_ms);
  for (const auto& [directory, delta] : deltas) deltas_[directory.value] += delta;
}

Result<kv::Batch> Overlay::batch(uint64_t number, TxId last_tx) {
  TRY_VOID(fold_usage());
  kv::Batch out;
  out.changes.reserve(pending_.rows.size() + pending_.inodes.size() + 3);
  if (!pending_.edits.empty()) {
    std::string operations;
    for (const auto& edit : pending_.edits) append_edit(operations, edit);
    out.put(kEditFamily, id_key(TxId(last_tx.value - std::ssize(pending_.edits) + 1)), std::move(operations));
  }
  if (!pending_.retry_keys.empty()) {
    std::string key;
    append_be<int64_t>(key, pending_.retry_expiry_ms);
    append_be<uint64_t>(key, number);
    std::string keys;
    for (const auto& retry : pending_.retry_keys) keys += retry;
    out.put(kRetryExpiryFamily, std::move(key), std::move(keys));
  }
  for (const auto& [place, inode] : pending_.inodes) {
    if (inode) {
      out.put(kChildFamily, child_key(place.first, place.second), encode(*inode));
    } else {
      out.remove(kChildFamily, child_key(place.first, place.second));
    }
  }
  for (auto& [key, value] : pending_.rows) {
    if (value) {
      out.put(key.first, key.second, *value);
    } else {
      out.remove(key.first, key.second);
    }
  }
  return out;
}

void Overlay::committed(uint64_t number) {
  for (const auto& [place, inode] : pending_.inodes) {
    if (inode) {
      committed_.inodes().set(inode, number);
    } else {
      committed_.inodes().erase(place.first, place.second);
    }
  }
  committed_.publish(number);
  pending_ = {};
}

}  // namespace tusker::namenode
