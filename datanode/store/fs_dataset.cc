#include "datanode/store/fs_dataset.h"

#include <fmt/format.h>

#include <algorithm>

#include "common/log/log.h"
#include "datanode/store/volume_scan.h"

namespace tusker::datanode {

Result<std::unique_ptr<FsDataset>> FsDataset::open(Disk& disk, Random& random, Options options) {
  std::unique_ptr<FsDataset> dataset(new FsDataset(disk, random, std::move(options)));
  std::optional<Status> failure;
  for (const StorageLocation& location : dataset->options_.locations) {
    auto volume = Volume::open(disk, location, dataset->options_.reserved_bytes);
    if (!volume) {
      LOG_ERROR("volume {} can't be used: {}", location.path, volume.error().message());
      failure = std::move(volume).error();
      ++dataset->failed_volumes_;
      continue;
    }
    const std::string& uuid = (*volume)->datanode_uuid();
    if (!uuid.empty()) {
      if (!dataset->datanode_uuid_.empty() && dataset->datanode_uuid_ != uuid) {
        return error(StatusCode::kIo,
                     fmt::format("Root {} belongs to DataNode {}, others to {}", location.path, uuid, dataset->datanode_uuid_));
      }
      dataset->datanode_uuid_ = uuid;
    }
    dataset->volumes_.push_back(std::move(*volume));
  }
  const int64_t tolerated = dataset->options_.failed_volumes_tolerated;
  if (dataset->volumes_.empty() || (tolerated >= 0 && dataset->failed_volumes_ > tolerated)) {
    return error(failure ? failure->with_context("Too many failed volumes")
                         : Status(StatusCode::kIo, "No directory in dfs.datanode.data.dir"));
  }
  if (dataset->datanode_uuid_.empty()) dataset->datanode_uuid_ = random.uuid();
  return dataset;
}

Result<void> FsDataset::attach(const NamespaceInfo& info) {
  info_ = info;
  for (size_t i = 0; i < volumes_.size(); ++i) {
    TRY_VOID(volumes_[i]->attach(info, datanode_uuid_, random_));
    TRY(std::vector<Replica> found, scan_volume(*volumes_[i], static_cast<uint16_t>(i)));
    for (Replica& replica : found) adopt(std::move(replica));
  }
  attached_.store(true, std::memory_order_release);
  return {};
}

void FsDataset::adopt(Replica replica) {
  Shard& s = shard(replica.id);
  MutexLock lock(s.mutex);
  if (Replica* other = s.replicas.find(replica.id)) {
    const bool keep_other = better_duplicate(*other, replica);
    const Replica loser = keep_other ? replica : *other;
    LOG_WARN("two replicas of block {}: {} is deleted", replica.id.value, volume_of(loser).data_path(loser));
    remove_files(loser);
    if (keep_other) return;
  }
  s.replicas.put(std::move(replica));
}

void FsDataset::remove_files(const Replica& replica) {
  Volume& volume = volume_of(replica);
  int64_t freed = 0;
  for (const std::string& path : {volume.data_path(replica), volume.meta_path(replica)}) {
    if (const auto info = disk_.stat(path)) freed += info->size;
    if (const auto removed = disk_.remove(path); !removed && removed.error().code() != StatusCode::kFileNotFound) {
      LOG_WARN("{}", removed.error().message());
    }
  }
  volume.add_used(-freed);
}

Result<uint16_t> FsDataset::choose_volume(const Placement& placement) {
  for (size_t i = 0; i < volumes_.size(); ++i) {
    if (volumes_[i]->storage_uuid() == placement.storage_uuid && volumes_[i]->usage().remaining >= placement.expected_bytes) {
      return static_cast<uint16_t>(i);
    }
  }
  const size_t start = next_volume_.fetch_add(1);
  for (const bool any_type : {false, true}) {
    for (size_t step = 0; step < volumes_.size(); ++step) {
      const size_t i = (start + step) % volumes_.size();
      if (!any_type && volumes_[i]->type() != placement.type) continue;
      if (volumes_[i]->usage().remaining >= placement.expected_bytes) return static_cast<uint16_t>(i);
    }
  }
  return error(StatusCode::kIo, fmt::format("Out of space: no volume has {} bytes left", placement.expected_bytes));
}

Result<Replica> FsDataset::find(BlockId id) const {
  const Shard& s = shard(id);
  MutexLock lock(s.mutex);
  const Replica* replica = s.replicas.find(id);
  if (replica == nullptr)
    return error(StatusCode::kReplicaNotFound, fmt::format("Replica not found for {}:blk_{}", info_.block_pool_id, id.value));
  return *replica;
}

Result<int64_t> FsDataset::visible_bytes(Block block) const {
  TRY(const Replica replica, find(block.id));
  if (replica.generation_stamp < block.generation_stamp) {
    return error(StatusCode::kIo, fmt::format("replica.getGenerationStamp() < block.getGenerationStamp(), block={}, replica={}",
                                              block.name(), describe(replica)));
  }
  return replica.visible_bytes();
}

Result<ReplicaReader> FsDataset::open_for_read(Block block) {
  Shard& s = shard(block.id);
  MutexLock lock(s.mutex);
  const Replica* replica = s.replicas.find(block.id);
  if (replica == nullptr || replica->visible_bytes() < 0) {
    return error(StatusCode::kReplicaNotFound,
                 fmt::format("Replica not found for {}:{}. The block may have been removed recently by the balancer or by intentionally "
                             "reducing the replication factor.",
                             info_.block_pool_id, block.name()));
  }
  if (replica->generation_stamp < block.generation_stamp) {
    return error(StatusCode::kIo, fmt::format("Replica gen stamp < block genstamp, block={}:{}, replica={}", info_.block_pool_id,
                                              block.name(), describe(*replica)));
  }
  Volume& volume = volume_of(*replica);
  ReplicaFiles files;
  TRY(files.data, disk_.open(volume.data_path(*replica), OpenMode::kRead));
  std::optional<transfer::DataChecksum> checksum;
  uint32_t last = 0;
  int64_t bytes = replica->bytes;
  if (auto meta = disk_.open(volume.meta_path(*replica), OpenMode::kRead)) {
    TRY(checksum, read_meta_header(**meta));
    files.meta = std::move(*meta);
  }
  if (replica->activity && replica->activity->progress) {
    const auto on_disk = replica->activity->progress->on_disk();
    bytes = on_disk.bytes;
    last = on_disk.last_checksum;
  } else if (checksum && checksum->size() > 0 && bytes % checksum->bytes_per_checksum() != 0) {
    char sum[4];
    TRY(const size_t got,
        files.meta->read_at(transfer::kMetaHeaderBytes + 4 * (bytes / checksum->bytes_per_checksum()), MutableBytes(sum)));
    if (got == sizeof sum) last = load_be<uint32_t>(sum);
  }
  return ReplicaReader(*replica, bytes, std::move(files), checksum, last);
}

std::vector<StorageUsage> FsDataset::usage() const {
  std::vector<StorageUsage> out;
  for (const auto& volume : volumes_) out.push_back(volume->usage());
  return out;
}

std::vector<Replica> FsDataset::report(uint16_t volume) const {
  std::vector<Replica> out;
  for (const Shard& s : shards_) {
    MutexLock lock(s.mutex);
    s.replicas.for_each([&](const Replica& replica) {
      if (replica.volume == volume && replica.state != ReplicaState::kTemporary) out.push_back(replica);
    });
  }
  std::ranges::sort(out, {}, &Replica::id);
  return out;
}

int64_t FsDataset::replica_count() const {
  int64_t count = 0;
  for (const Shard& s : shards_) {
    MutexLock lock(s.mutex);
    count += static_cast<int64_t>(s.replicas.size());
  }
  return count;
}

}  // namespace tusker::datanode
