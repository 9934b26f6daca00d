#include "namenode/store/inode_cache.h"

#include <functional>
#include <utility>

namespace tusker::namenode {
namespace {

size_t bytes_of(const Inode& inode) {
  return sizeof(Inode) + inode.name.size() + inode.blocks.size() * sizeof(BlockId) + inode.writer.client_name.size();
}

}  // namespace

size_t InodeCache::hash_of(const Place& place) {
  // The multiplier spreads consecutive ids (Knuth's golden ratio).
  return (std::hash<std::string_view>()(place.name) ^ static_cast<size_t>(place.parent.value)) * 0x9e3779b97f4a7c15U;
}

InodePtr InodeCache::find(InodeId parent, std::string_view name, uint64_t commit) {
  const Place place{parent, name};
  Shard& shard = shard_of(place);
  MutexLock lock(shard.mutex);
  if (const auto it = shard.young.find(place); it != shard.young.end()) return it->since <= commit ? it->inode : nullptr;
  const auto it = shard.old.find(place);
  if (it == shard.old.end()) return nullptr;
  auto node = shard.old.extract(it);
  const Entry& entry = node.value();
  InodePtr found = entry.since <= commit ? entry.inode : nullptr;
  make_room(shard, bytes_of(*entry.inode));
  shard.young.insert(std::move(node));
  return found;
}

void InodeCache::offer(const InodePtr& inode, uint64_t commit) {
  Shard& shard = shard_of({inode->parent, inode->name});
  MutexLock lock(shard.mutex);
  // Under the lock: a writer that has begun a later commit since comes here after us, and sets the entry right.
  if (begun_.load() != commit) return;
  put(shard, inode, commit);
}

void InodeCache::set(const InodePtr& inode, uint64_t commit) {
  Shard& shard = shard_of({inode->parent, inode->name});
  MutexLock lock(shard.mutex);
  put(shard, inode, commit);
}

void InodeCache::erase(InodeId parent, std::string_view name) {
  const Place place{parent, name};
  Shard& shard = shard_of(place);
  MutexLock lock(shard.mutex);
  for (Table* table : {&shard.young, &shard.old}) {
    if (const auto it = table->find(place); it != table->end()) table->erase(it);
  }
}

void InodeCache::put(Shard& shard, const InodePtr& inode, uint64_t commit) {
  const Place place{inode->parent, inode->name};
  if (const auto it = shard.young.find(place); it != shard.young.end()) {
    it->inode = inode;  // the same place, so the same hash
    it->since = commit;
    return;
  }
  if (const auto it = shard.old.find(place); it != shard.old.end()) shard.old.erase(it);
  make_room(shard, bytes_of(*inode));
  shard.young.insert(Entry{inode, commit});
}

void InodeCache::make_room(Shard& shard, size_t bytes) {
  shard.young_bytes += bytes + kEntryOverhead;
  if (shard.young_bytes <= generation_bytes_max_) return;
  shard.old = std::exchange(shard.young, {});
  shard.young_bytes = bytes + kEntryOverhead;
}

}  // namespace tusker::namenode
