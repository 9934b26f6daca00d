#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "common/base/mutex.h"
#include "datanode/model/block.h"

namespace tusker::datanode {

// Numbered as reports carry them (HdfsServerConstants.ReplicaState).
enum class ReplicaState : uint8_t {
  kFinalized = 0,
  kRbw = 1,        // replica being written
  kRwr = 2,        // replica waiting to be recovered: it was being written when the DataNode stopped
  kRur = 3,        // replica under recovery
  kTemporary = 4,  // being copied from another DataNode; nobody reads or reports it
};
std::string_view name_of(ReplicaState state);

// How far a replica that grows has come. Shared by its writer, which moves it on, and its readers. Any thread.
class ReplicaProgress {
 public:
  // Bytes in the file, and the checksum over those after the last full run: always a pair that fits together, so that a reader can
  // serve the end of a replica while its last run is being rewritten.
  struct OnDisk {
    int64_t bytes = 0;
    uint32_t last_checksum = 0;
  };

  ReplicaProgress() : acked_(0) {}
  ReplicaProgress(OnDisk on_disk, int64_t acked) : acked_(acked), on_disk_(on_disk) {}
  // Bytes that the whole pipeline has acknowledged: what readers may see.
  int64_t acked() const { return acked_.load(std::memory_order_acquire); }
  void set_acked(int64_t bytes) { acked_.store(bytes, std::memory_order_release); }
  OnDisk on_disk() const;
  void set_on_disk(OnDisk on_disk);

 private:
  std::atomic<int64_t> acked_;
  mutable Mutex mutex_;
  OnDisk on_disk_ TUSKER_GUARDED_BY(mutex_);
};

// What is known of a replica while it isn't at rest.
struct ReplicaActivity {
  std::shared_ptr<ReplicaProgress> progress;   // RBW, TEMPORARY
  std::optional<GenerationStamp> recovery_id;  // RUR
  ReplicaState before_recovery = ReplicaState::kFinalized;
};

// One replica of this DataNode (org.apache.hadoop.hdfs.server.datanode.ReplicaInfo). Small, as there may be millions: what only few have
// stands in `activity`.
struct Replica {
  BlockId id;
  GenerationStamp generation_stamp;
  int64_t bytes = 0;  // of a growing replica the bytes received so far stand in its progress
  ReplicaState state = ReplicaState::kFinalized;
  uint16_t volume = 0;
  std::shared_ptr<ReplicaActivity> activity;

  Block block() const { return {id, generation_stamp, bytes_on_disk()}; }
  int64_t bytes_on_disk() const;
  // What a reader may see: the acknowledged bytes of a growing replica; nothing (-1) of a temporary one or one under recovery from such.
  int64_t visible_bytes() const;
};

// "FinalizedReplica, blk_1_1001, FINALIZED", for messages.
std::string describe(const Replica& replica);

}  // namespace tusker::datanode
