#include "namenode/store/transaction.h"

#include "common/base/check.h"

namespace tusker::namenode {

Result<std::optional<std::string>> Transaction::row(Family family, std::string_view key) const {
  if (const auto it = changes_.find({family, std::string(key)}); it != changes_.end()) return it->second;
  const auto& table = overlay_.table(family);
  if (const auto it = table.find(key); it != table.end()) return it->second.value;
  if (!Overlay::is_cached(family)) return engine_.get(family, key);
  if (const std::string* known = overlay_.committed().find(family, key)) return *known;
  TRY(auto found, engine_.get(family, key));
  if (found) overlay_.committed().put(family, key, *found);
  return found;
}

// Merges three sorted sources; the transaction's own rows win over pending ones, those over the engine's.
Result<void> Transaction::scan(Family family, std::string_view lower, std::string_view upper, const RowFn& fn) const {
  const auto iterator = engine_.iterate(family, lower, upper);
  const auto& table = overlay_.table(family);
  auto pending = table.lower_bound(lower);
  const auto pending_end = upper.empty() ? table.end() : table.lower_bound(upper);
  auto own = changes_.lower_bound({family, std::string(lower)});
  const auto own_end = changes_.lower_bound(upper.empty() ? std::pair(static_cast<Family>(family + 1), std::string())
                                                          : std::pair(family, std::string(upper)));
  for (;;) {
    std::optional<std::string_view> least;
    const auto consider = [&least](std::string_view key) {
      if (!least || key < *least) least = key;
    };
    if (iterator->valid()) consider(iterator->key());
    if (pending != pending_end) consider(pending->first);
    if (own != own_end) consider(own->first.second);
    if (!least) return iterator->status();
    const std::string key(*least);
    std::optional<std::string> value;
    if (iterator->valid() && iterator->key() == key) {
      value = std::string(iterator->value());
      iterator->next();
    }
    if (pending != pending_end && pending->first == key) value = (pending++)->second.value;
    if (own != own_end && own->first.second == key) value = (own++)->second;
    if (!value) continue;
    TRY(const bool more, fn(key, *value));
    if (!more) return {};
  }
}

void Transaction::put(Family family, std::string key, std::string value) { changes_[{family, std::move(key)}] = std::move(value); }
void Transaction::remove(Family family, std::string key) { changes_[{family, std::move(key)}] = std::nullopt; }

Result<void> Transaction::add_usage(InodeId directory, const Usage& delta) {
  for (InodeId at = directory;;) {
    TRY(Usage usage_here, usage(at));
    usage_here += delta;
    put(kUsageFamily, id_key(at), encode(usage_here));
    if (at == kRootInode) return {};
    TRY(const auto found, inode(at));
    if (!found) return error(StatusCode::kCorruption, "an inode without a row is an ancestor");
    at = found->parent;
  }
}

Result<void> Transaction::link(Inode& parent, const Inode& child, const Usage& usage) {
  put_inode(child);
  put(kChildFamily, child_key(parent.id, child.name), id_key(child.id));
  ++parent.children;
  parent.mtime_ms = now_ms_;
  put_inode(parent);
  return add_usage(parent.id, usage);
}

Result<void> Transaction::unlink(Inode& parent, const Inode& child, const Usage& usage) {
  remove(kChildFamily, child_key(parent.id, child.name));
  --parent.children;
  parent.mtime_ms = now_ms_;
  put_inode(parent);
  return add_usage(parent.id, -usage);
}

void Transaction::log(const Edit& edit) {
  counters_.last_tx = counters_.last_tx.next();
  put(kEditFamily, id_key(counters_.last_tx), edit.bytes());
  ++edits_;
}

kv::Batch Transaction::take(Counters& counters) {
  // One row for all counters; every logged operation moves at least the transaction id.
  if (encode(counters_) != encode(counters)) put(kMetaFamily, std::string(kCountersKey), encode(counters_));
  counters = counters_;
  kv::Batch batch;
  for (auto& [key, value] : changes_) {
    if (value) {
      batch.put(key.first, key.second, *value);
    } else {
      batch.remove(key.first, key.second);
    }
  }
  return batch;
}

}  // namespace tusker::namenode
