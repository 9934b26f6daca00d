#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "namenode/model/block.h"

namespace tusker::namenode {

// One storage directory of a DataNode (DatanodeStorageInfo).
struct Storage {
  StorageId id;
  std::string uuid;
  bool failed = false;
  int64_t capacity = 0;
  int64_t dfs_used = 0;
  int64_t remaining = 0;
  int64_t block_pool_used = 0;
  int64_t non_dfs_used = 0;
  bool reported = false;  // a full report came since this server knows the node as live
};

// Blocks that a node was chosen for lately, so that its space isn't promised twice. What never came (a writer that died) is forgotten after
// ten to twenty minutes (DatanodeDescriptor.rollBlocksScheduled).
class ScheduledBlocks {
 public:
  int64_t count() const { return recent_ + older_; }
  void add() { ++recent_; }
  void remove() {
    if (older_ > 0) {
      --older_;
    } else if (recent_ > 0) {
      --recent_;
    }
  }
  void roll(int64_t now_ms) {
    if (now_ms - rolled_ms_ < kRollMs) return;
    older_ = now_ms - rolled_ms_ < 2 * kRollMs ? recent_ : 0;
    recent_ = 0;
    rolled_ms_ = now_ms;
  }

 private:
  static constexpr int64_t kRollMs = 600'000;
  int64_t recent_ = 0;
  int64_t older_ = 0;
  int64_t rolled_ms_ = 0;
};

// A DataNode as the NameNode knows it (DatanodeDescriptor). Times are milliseconds of the monotonic clock.
struct Datanode {
  std::string uuid;
  std::string ip;
  std::string host_name;
  uint32_t xfer_port = 0;
  uint32_t info_port = 0;
  uint32_t info_secure_port = 0;
  uint32_t ipc_port = 0;
  std::string software_version;
  std::string rack;
  std::vector<Storage> storages;
  bool registered = false;  // since this server started
  bool alive = false;
  int64_t last_heartbeat_ms = 0;
  int64_t last_heartbeat_wall_ms = 0;
  int64_t last_block_report_ms = 0;  // monotonic; 0: none
  int64_t last_block_report_wall_ms = 0;
  uint32_t xceivers = 0;
  uint32_t xmits = 0;
  uint32_t failed_volumes = 0;
  int64_t blocks = 0;  // replicas that it last reported
  ScheduledBlocks scheduled;
  int64_t balancer_bandwidth = 0;  // bytes a second, to be told with its next heartbeat; 0: nothing is to be told

  std::string xfer_address() const { return ip + ":" + std::to_string(xfer_port); }
  int64_t capacity() const { return sum(&Storage::capacity); }
  int64_t remaining() const { return sum(&Storage::remaining); }
  int64_t dfs_used() const { return sum(&Storage::dfs_used); }
  int64_t non_dfs_used() const { return sum(&Storage::non_dfs_used); }
  int64_t block_pool_used() const { return sum(&Storage::block_pool_used); }

 private:
  int64_t sum(int64_t Storage::* field) const {
    int64_t total = 0;
    for (const auto& s : storages) total += s.*field;
    return total;
  }
};

// All DataNodes at one moment; immutable, shared with the network threads.
struct ClusterView {
  std::vector<std::shared_ptr<const Datanode>> nodes;
  std::map<StorageId, std::pair<size_t, size_t>> storages;  // → index of node, index of its storage

  // nullptr when there is no such storage.
  const Datanode* node_of(StorageId id) const {
    const auto it = storages.find(id);
    return it == storages.end() ? nullptr : nodes[it->second.first].get();
  }
  const Storage* storage(StorageId id) const {
    const auto it = storages.find(id);
    return it == storages.end() ? nullptr : &nodes[it->second.first]->storages[it->second.second];
  }
  bool is_live(StorageId id) const {
    const Datanode* node = node_of(id);
    const Storage* s = storage(id);
    return node != nullptr && node->alive && !s->failed;
  }
};

}  // namespace tusker::namenode
