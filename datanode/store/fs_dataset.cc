#include "datanode/store/fs_dataset.h"

#include <fmt/format.h>

#include <algorithm>

#include "common/log/log.h"
#include "datanode/store/volume_scan.h"

namespace tusker::datanode {
namespace {

constexpr Duration kVolumeCheckGap = std::chrono::seconds(10);

}  // namespace

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
  if (dataset->too_many_failed()) {
    return error(failure ? failure->with_context("Too many failed volumes")
                         : Status(StatusCode::kIo, "No directory in dfs.datanode.data.dir"));
  }
  if (dataset->datanode_uuid_.empty()) dataset->datanode_uuid_ = random.uuid();
  return dataset;
}

Result<void> FsDataset::attach(const NamespaceInfo& info) {
  info_ = info;
  for (size_t i = 0; i < volumes_.size(); ++i) {
    if (volumes_[i]->failed()) continue;  // in an earlier try
    const auto attached = attach_volume(static_cast<uint16_t>(i));
    if (attached) continue;
    LOG_ERROR("volume {} can't be used: {}", volumes_[i]->path(), attached.error().message());
    volumes_[i]->set_failed();
    ++failed_volumes_;
    if (too_many_failed()) return attached;
  }
  static_cast<void>(usage());
  attached_.store(true, std::memory_order_release);
  return {};
}

Result<void> FsDataset::attach_volume(uint16_t index) {
  TRY_VOID(volumes_[index]->attach(info_, datanode_uuid_, random_));
  TRY(std::vector<Replica> found, scan_volume(*volumes_[index], index));
  for (Replica& replica : found) adopt(std::move(replica));
  return {};
}

bool FsDataset::too_many_failed() const {
  const int64_t tolerated = options_.failed_volumes_tolerated;
  const bool all = std::ranges::all_of(volumes_, [](const auto& volume) { return volume->failed(); });
  return all || (tolerated >= 0 && failed_volumes() > tolerated);
}

std::vector<FsDataset::LostReplica> FsDataset::check_volumes(TimePoint now) {
  std::vector<LostReplica> lost;
  int64_t due = next_check_ns_.load();
  if (!attached() || now.since_zero.count() < due) return lost;
  if (!next_check_ns_.compare_exchange_strong(due, (now.since_zero + kVolumeCheckGap).count())) return lost;
  for (size_t i = 0; i < volumes_.size(); ++i) {
    Volume& volume = *volumes_[i];
    if (volume.failed()) continue;
    const auto works = volume.probe();
    if (works || !volume.set_failed()) continue;
    ++failed_volumes_;
    const size_t before = lost.size();
    drop_replicas(static_cast<uint16_t>(i), lost);
    LOG_ERROR("volume {} failed, and {} replicas with it: {}", volume.path(), lost.size() - before, works.error().message());
  }
  return lost;
}

void FsDataset::drop_replicas(uint16_t volume, std::vector<LostReplica>& lost) {
  for (Shard& s : shards_) {
    MutexLock lock(s.mutex);
    std::vector<Block> here;
    s.replicas.for_each([&](const Replica& replica) {
      if (replica.volume == volume) here.push_back(replica.block());
    });
    for (const Block& block : here) {
      drop(s.replicas, block.id);
      lost.push_back({volumes_[volume]->storage_uuid(), block});
    }
  }
}

void FsDataset::put(ReplicaMap& replicas, Replica replica) {
  const size_t before = replicas.size();
  replicas.put(std::move(replica));
  replica_count_.fetch_add(static_cast<int64_t>(replicas.size() - before), std::memory_order_relaxed);
}

void FsDataset::drop(ReplicaMap& replicas, BlockId id) {
  if (replicas.remove(id)) replica_count_.fetch_sub(1, std::memory_order_relaxed);
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
  put(s.replicas, std::move(replica));
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
    if (volumes_[i]->failed()) continue;
    if (volumes_[i]->storage_uuid() == placement.storage_uuid && volumes_[i]->usage().remaining >= placement.expected_bytes) {
      return static_cast<uint16_t>(i);
    }
  }
  const size_t start = next_volume_.fetch_add(1);
  for (const bool any_type : {false, true}) {
    for (size_t step = 0; step < volumes_.size(); ++step) {
      const size_t i = (start + step) % volumes_.size();
      if (volumes_[i]->failed()) continue;
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
  auto meta = disk_.open(volume.meta_path(*replica), OpenMode::kRead);
  if (meta) {
    TRY(checksum, read_meta_header(**meta));
    files.meta = std::move(*meta);
  } else if (meta.error().code() != StatusCode::kFileNotFound) {
    return error(std::move(meta).error());
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

std::vector<StorageUsage> FsDataset::usage() {
  std::vector<StorageUsage> out;
  for (size_t i = 0; i < volumes_.size(); ++i) {
    if (volumes_[i]->failed()) continue;
    out.push_back(volumes_[i]->usage());
    out.back().volume = static_cast<uint16_t>(i);
  }
  MutexLock lock(usage_mutex_);
  last_usage_ = out;
  return out;
}

std::vector<StorageUsage> FsDataset::last_usage() const {
  MutexLock lock(usage_mutex_);
  return last_usage_;
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

}  // namespace tusker::datanode
