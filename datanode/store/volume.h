#pragma once

#include <array>
#include <atomic>
#include <memory>
#include <string>

#include "common/env/disk.h"
#include "common/env/random.h"
#include "datanode/model/replica.h"
#include "datanode/model/storage.h"

namespace tusker::datanode {

// "blk_<id>" and "blk_<id>_<stamp>.meta".
std::string data_file_name(BlockId id);
std::string meta_file_name(BlockId id, GenerationStamp stamp);

// One directory of dfs.datanode.data.dir, in Hadoop's layout, and its block pool (FsVolumeImpl, BlockPoolSlice). Owned by FsDataset.
// Calls block, on the disk pool; thread-safe once attached.
class Volume {
 public:
  // Makes the directory if missing, locks it (in_use.lock) and reads who it belongs to. kIo when another process has it.
  static Result<std::unique_ptr<Volume>> open(Disk& disk, StorageLocation location, int64_t reserved_bytes);

  // The DataNode's uuid that this volume was formatted for; empty for a new one.
  const std::string& datanode_uuid() const { return datanode_uuid_; }
  // Formats a new volume for this namespace, or checks that it is the one that it holds. Empties tmp/. kIo "Incompatible clusterIDs…".
  Result<void> attach(const NamespaceInfo& info, const std::string& datanode_uuid, Random& random);

  const std::string& storage_uuid() const { return storage_uuid_; }
  StorageType type() const { return location_.type; }
  const std::string& path() const { return location_.path; }
  Disk& disk() { return disk_; }

  // Folders of the block pool.
  std::string finalized_root() const { return pool_ + "/current/finalized"; }
  std::string finalized_folder(BlockId id) const;
  std::string rbw_folder() const { return pool_ + "/current/rbw"; }
  std::string tmp_folder() const { return pool_ + "/tmp"; }
  // Where a replica's files lie.
  std::string folder_of(const Replica& replica) const;
  std::string data_path(const Replica& replica) const { return folder_of(replica) + "/" + data_file_name(replica.id); }
  std::string meta_path(const Replica& replica) const {
    return folder_of(replica) + "/" + meta_file_name(replica.id, replica.generation_stamp);
  }

  // The folder for a finalized block, made durably when it is missing.
  Result<std::string> make_finalized_folder(BlockId id);

  // Bytes of replicas on this volume, with their meta files.
  void add_used(int64_t bytes) { used_.fetch_add(bytes, std::memory_order_relaxed); }
  // Bytes promised to replicas being written.
  void add_reserved(int64_t bytes) { reserved_for_replicas_.fetch_add(bytes, std::memory_order_relaxed); }
  StorageUsage usage() const;

  // Writes to the medium and reads back, without a new descriptor or new space: neither many open files nor a full disk makes it fail.
  Result<void> probe();
  // A volume that failed is left alone from then on. True for who says so first.
  bool set_failed() { return !failed_.exchange(true, std::memory_order_acq_rel); }
  bool failed() const { return failed_.load(std::memory_order_acquire); }

 private:
  Volume(Disk& disk, StorageLocation location, int64_t reserved_bytes, std::unique_ptr<FileLock> lock)
      : disk_(disk), location_(std::move(location)), reserved_bytes_(reserved_bytes), lock_(std::move(lock)) {}
  Result<void> format(const NamespaceInfo& info, const std::string& datanode_uuid, Random& random);
  Result<void> check_version(const NamespaceInfo& info);
  Result<void> attach_pool(const NamespaceInfo& info);
  std::string version_path() const { return location_.path + "/current/VERSION"; }

  Disk& disk_;
  StorageLocation location_;
  int64_t reserved_bytes_;
  std::unique_ptr<FileLock> lock_;
  std::string storage_uuid_;
  std::string datanode_uuid_;
  std::string cluster_id_;
  std::string pool_;  // <path>/current/BP-…
  std::unique_ptr<File> probe_;
  std::atomic<bool> failed_{false};
  std::atomic<int64_t> used_{0};
  std::atomic<int64_t> reserved_for_replicas_{0};
  std::array<std::atomic<bool>, 1024> folder_known_{};
};

}  // namespace tusker::datanode
