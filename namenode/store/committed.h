#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

#include "common/kv/engine.h"
#include "namenode/store/inode_cache.h"

namespace tusker::namenode {

// One commit of the writer: its number and the store as it was then.
struct Commit {
  uint64_t number = 0;
  std::unique_ptr<kv::Snapshot> snapshot;
};

// What readers share: the last commit and the inodes known of it. The writer changes it, any thread reads.
class Committed {
 public:
  explicit Committed(kv::Engine& engine, size_t cache_bytes_max = kCacheBytes) : engine_(engine), inodes_(cache_bytes_max) { publish(0); }

  std::shared_ptr<const Commit> newest() const { return newest_.load(); }
  InodeCache& inodes() { return inodes_; }
  // The writer's last step: from here on readers see commit `number`.
  void publish(uint64_t number) { newest_.store(std::make_shared<const Commit>(number, engine_.snapshot())); }

 private:
  static constexpr size_t kCacheBytes = 64 << 20;
  kv::Engine& engine_;
  InodeCache inodes_;
  std::atomic<std::shared_ptr<const Commit>> newest_;
};

}  // namespace tusker::namenode
