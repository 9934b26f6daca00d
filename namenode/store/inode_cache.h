#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <string_view>
#include <unordered_set>

#include "common/base/mutex.h"
#include "namenode/model/inode.h"

namespace tusker::namenode {

using InodePtr = std::shared_ptr<const Inode>;

// Inodes by parent and name, decoded, so that walking a path costs no look-up in the store. Any thread; one of them is the writer.
//
// An entry knows the commit since which it holds, and the writer brings every changed entry up to date before it publishes a commit. So a
// reader of commit n may use an entry of commit <= n: had a commit between them changed it, the entry would be younger. What a reader found
// in the store itself is taken in only while no later commit has begun.
//
// Two generations a shard bound the memory: what is used moves to the young one; when that is full it becomes the old one, and the former
// old one is forgotten.
class InodeCache {
 public:
  explicit InodeCache(size_t bytes_max) : generation_bytes_max_(bytes_max / 2 / kShards) {}

  // Null when it isn't known here for that commit.
  InodePtr find(InodeId parent, std::string_view name, uint64_t commit);
  // A reader of `commit` found it in the store.
  void offer(const InodePtr& inode, uint64_t commit);

  // The writer: before it touches the entries that `commit` changes, then one call for each of them.
  void begin(uint64_t commit) { begun_.store(commit); }
  void set(const InodePtr& inode, uint64_t commit);
  void erase(InodeId parent, std::string_view name);

 private:
  static constexpr size_t kShards = 16;
  static constexpr size_t kEntryOverhead = 100;  // of the set's node, its bucket, the shared count

  struct Place {
    InodeId parent;
    std::string_view name;
  };
  struct Entry {
    mutable InodePtr inode;
    mutable uint64_t since = 0;
  };
  static Place place_of(const Place& place) { return place; }
  static Place place_of(const Entry& entry) { return {entry.inode->parent, entry.inode->name}; }
  static size_t hash_of(const Place& place);
  struct Hash {
    using is_transparent = void;
    size_t operator()(const auto& key) const { return hash_of(place_of(key)); }
  };
  struct Equal {
    using is_transparent = void;
    bool operator()(const auto& a, const auto& b) const {
      const Place x = place_of(a);
      const Place y = place_of(b);
      return x.parent == y.parent && x.name == y.name;
    }
  };
  using Table = std::unordered_set<Entry, Hash, Equal>;

  struct Shard {
    Mutex mutex;
    size_t young_bytes TUSKER_GUARDED_BY(mutex) = 0;
    Table young TUSKER_GUARDED_BY(mutex);
    Table old TUSKER_GUARDED_BY(mutex);
  };
  Shard& shard_of(const Place& place) { return shards_[(hash_of(place) >> 40) % kShards]; }
  void put(Shard& shard, const InodePtr& inode, uint64_t commit) TUSKER_REQUIRES(shard.mutex);
  void make_room(Shard& shard, size_t bytes) TUSKER_REQUIRES(shard.mutex);

  const size_t generation_bytes_max_;
  std::atomic<uint64_t> begun_{0};
  std::array<Shard, kShards> shards_;
};

}  // namespace tusker::namenode
