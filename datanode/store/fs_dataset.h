#pragma once

#include <array>
#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "common/base/mutex.h"
#include "common/env/clock.h"
#include "datanode/model/replica_map.h"
#include "datanode/model/storage.h"
#include "datanode/store/replica_reader.h"
#include "datanode/store/replica_writer.h"
#include "datanode/store/volume.h"

namespace tusker::datanode {

// What a writer of a new replica may ask of its place.
struct Placement {
  StorageType type = StorageType::kDisk;
  std::string storage_uuid;  // preferred; may be empty
  int64_t expected_bytes = 0;
};

// All replicas of this DataNode, on all its volumes, of one block pool (FsDatasetImpl). Owned by the server. Every call blocks: make it on
// the disk pool. Thread-safe: the replicas are divided among shards by block id, and an operation holds its shard's lock while it renames
// files, so that what the map says and what lies on disk are one. Writers of a replica must have stopped before another takes it
// over (WriterRegistry).
// Errors in Hadoop's words: kReplicaNotFound, kRecoveryInProgress, kIo.
class FsDataset {
 public:
  struct Options {
    std::vector<StorageLocation> locations;
    int64_t reserved_bytes = 0;
    int64_t failed_volumes_tolerated = 0;
    bool sync_on_close = true;
  };
  // Opens and locks the volumes. kIo if more fail than are tolerated.
  static Result<std::unique_ptr<FsDataset>> open(Disk& disk, Random& random, Options options);

  // Formats or checks the volumes for this namespace, then finds their replicas. Once, before any replica is used. A volume that can't be
  // used counts as failed; an error when too many have.
  Result<void> attach(const NamespaceInfo& info);
  bool attached() const { return attached_.load(std::memory_order_acquire); }
  const std::string& datanode_uuid() const { return datanode_uuid_; }
  const NamespaceInfo& namespace_info() const { return info_; }
  const std::vector<std::unique_ptr<Volume>>& volumes() const { return volumes_; }
  int64_t failed_volumes() const { return failed_volumes_.load(std::memory_order_relaxed); }
  // More volumes have failed than dfs.datanode.failed.volumes.tolerated allows, or all.
  bool too_many_failed() const;

  struct LostReplica {
    std::string storage_uuid;
    Block block;
  };
  // Looks, after an error of a disk, whether the volumes still work; one that doesn't is given up, and its replicas, which are returned,
  // are no more. Does nothing soon after the last time.
  std::vector<LostReplica> check_volumes(TimePoint now);

  // --- reading ---
  // kReplicaNotFound, or kIo when the replica's generation stamp is older than asked for; kFileNotFound without its data file, kCorruption
  // when the meta file is damaged. Without a meta file the reader has no checksums.
  Result<ReplicaReader> open_for_read(Block block);
  Result<Replica> find(BlockId id) const;
  // The bytes that a reader may see (getReplicaVisibleLength).
  Result<int64_t> visible_bytes(Block block) const;

  // --- writing: fs_dataset_write.cc ---
  // Whether the calls below would refuse a request for its state or stamp: asked before a present writer is stopped for it.
  Result<void> may_create_rbw(Block block, GenerationStamp replace_below) const;
  Result<void> may_create_temporary(Block block, bool is_transfer) const;
  Result<void> may_recover_rbw(Block block, GenerationStamp new_stamp) const;
  Result<void> may_append(Block block, GenerationStamp new_stamp, bool recovery) const;
  // A new replica in rbw/. One that is there gives way if it is older than `replace_below`.
  Result<std::unique_ptr<ReplicaWriter>> create_rbw(Block block, transfer::DataChecksum checksum, Placement placement,
                                                    GenerationStamp replace_below);
  // A replica in tmp/, to be copied from another DataNode. An older one that is being written gives way; with `is_transfer`, for a client's
  // pipeline, any older one.
  Result<std::unique_ptr<ReplicaWriter>> create_temporary(Block block, transfer::DataChecksum checksum, Placement placement,
                                                          bool is_transfer);
  // A pipeline failed: the replica is cut to what was acknowledged and gets the new stamp.
  Result<std::unique_ptr<ReplicaWriter>> recover_rbw(Block block, GenerationStamp new_stamp, int64_t bytes_min, int64_t bytes_max);
  // Opens a finalized replica of `block.bytes` bytes again. With `recovery`, also one that a failed append left in rbw/.
  Result<std::unique_ptr<ReplicaWriter>> append(Block block, GenerationStamp new_stamp, bool recovery);
  // All bytes are there; only the end of the pipeline failed. Returns the storage's uuid.
  Result<std::string> recover_close(Block block, GenerationStamp new_stamp);
  // Moves the writer's replica into finalized/, durably if sync_on_close. The writer has synced its files. Returns the replica.
  Result<Replica> finalize(const ReplicaWriter& writer);
  Result<void> convert_temporary_to_rbw(const ReplicaWriter& writer);
  // Drops a temporary replica whose copy failed.
  void abandon_temporary(const ReplicaWriter& writer);
  bool sync_on_close() const { return options_.sync_on_close; }

  // --- recovery and deletion: fs_dataset_recovery.cc ---
  struct RecoveryInfo {
    ReplicaState original_state;
    Block block;
  };
  // Whether init_recovery would refuse for stamps or a recovery under way: asked before the writer is stopped.
  Result<void> may_recover(Block block, GenerationStamp recovery_id) const;
  // nullopt when there is no such replica (initReplicaRecovery).
  Result<std::optional<RecoveryInfo>> init_recovery(Block block, GenerationStamp recovery_id);
  // Cuts, stamps and finalizes a replica under recovery; with `new_id` other than the block's, a copy under that id.
  struct Updated {
    std::string storage_uuid;
    Block block;
  };
  Result<Updated> update_under_recovery(Block block, GenerationStamp recovery_id, BlockId new_id, int64_t new_bytes);
  // Deletes a replica with its files; the storage's uuid. kReplicaNotFound also when it has another stamp.
  Result<std::string> invalidate(Block block);

  // --- reports ---
  // Of the volumes that work.
  std::vector<StorageUsage> usage();
  // What usage() gave last. Doesn't block.
  std::vector<StorageUsage> last_usage() const;
  // Every replica that full reports carry, of one volume, in the order of block ids.
  std::vector<Replica> report(uint16_t volume) const;
  // Doesn't block.
  int64_t replica_count() const { return replica_count_.load(std::memory_order_relaxed); }

 private:
  struct Shard {
    mutable Mutex mutex;
    ReplicaMap replicas TUSKER_GUARDED_BY(mutex);
  };
  static constexpr size_t kShards = 64;

  FsDataset(Disk& disk, Random& random, Options options) : disk_(disk), random_(random), options_(std::move(options)) {}
  Shard& shard(BlockId id) { return shards_[static_cast<uint64_t>(id.value) % kShards]; }
  const Shard& shard(BlockId id) const { return shards_[static_cast<uint64_t>(id.value) % kShards]; }
  Volume& volume_of(const Replica& replica) const { return *volumes_[replica.volume]; }
  Result<uint16_t> choose_volume(const Placement& placement);
  Result<void> attach_volume(uint16_t index);
  void drop_replicas(uint16_t volume, std::vector<LostReplica>& lost);
  void put(ReplicaMap& replicas, Replica replica);
  void drop(ReplicaMap& replicas, BlockId id);
  void adopt(Replica replica);
  void remove_files(const Replica& replica);

  Result<std::unique_ptr<ReplicaWriter>> create(Block block, transfer::DataChecksum checksum, const Placement& placement,
                                                ReplicaState state, ReplicaMap& replicas);
  Result<std::unique_ptr<ReplicaWriter>> reopen(Replica& replica, int64_t reserved_bytes);
  Result<void> restamp(Replica& replica, GenerationStamp stamp);
  Result<void> move_to_rbw(Replica& replica, GenerationStamp stamp);
  Result<void> move_to_finalized(Replica& replica, GenerationStamp stamp, int64_t bytes);
  Result<void> check_owner(const Replica* replica, const ReplicaWriter& writer) const;
  Result<Updated> update_locked(Block block, GenerationStamp recovery_id, BlockId new_id, int64_t new_bytes, uint16_t& volume_index);
  Result<Updated> copy_under_recovery(const Replica& replica, GenerationStamp recovery_id, BlockId new_id, int64_t new_bytes);

  Disk& disk_;
  Random& random_;
  Options options_;
  std::string datanode_uuid_;
  NamespaceInfo info_;
  std::atomic<bool> attached_{false};
  std::atomic<int64_t> failed_volumes_{0};
  std::atomic<int64_t> next_check_ns_{0};  // of the volumes
  std::atomic<int64_t> replica_count_{0};
  std::vector<std::unique_ptr<Volume>> volumes_;
  std::atomic<size_t> next_volume_{0};
  std::array<Shard, kShards> shards_;
  mutable Mutex usage_mutex_;
  std::vector<StorageUsage> last_usage_ TUSKER_GUARDED_BY(usage_mutex_);
};

}  // namespace tusker::datanode
