#include <fmt/format.h>

#include "datanode/store/fs_dataset.h"

namespace tusker::datanode {
namespace {

constexpr size_t kCopyBytes = 1 << 20;

Result<void> copy_bytes(const File& from, File& to, int64_t bytes) {
  std::string buffer(kCopyBytes, '\0');
  for (int64_t at = 0; at < bytes;) {
    const auto want = static_cast<size_t>(std::min<int64_t>(bytes - at, static_cast<int64_t>(buffer.size())));
    TRY(const size_t got, from.read_at(at, MutableBytes(buffer.data(), want)));
    if (got == 0) return error(StatusCode::kCorruption, "A block file is shorter than its replica");
    TRY_VOID(to.write_at(at, std::string_view(buffer.data(), got)));
    at += static_cast<int64_t>(got);
  }
  return {};
}

Result<void> check_recovery(const Replica& replica, const Block& block, GenerationStamp recovery_id) {
  if (replica.generation_stamp < block.generation_stamp) {
    return error(StatusCode::kIo, fmt::format("replica.getGenerationStamp() < block.getGenerationStamp(), block={}, replica={}",
                                              block.name(), describe(replica)));
  }
  if (replica.generation_stamp >= recovery_id) {
    return error(StatusCode::kIo, fmt::format("THIS IS NOT SUPPOSED TO HAPPEN: replica.getGenerationStamp() >= recoveryId = {}, block={}, "
                                              "replica={}",
                                              recovery_id.value, block.name(), describe(replica)));
  }
  if (replica.state == ReplicaState::kRur && *replica.activity->recovery_id >= recovery_id) {
    return error(StatusCode::kRecoveryInProgress, fmt::format("rur.getRecoveryID() >= recoveryId = {}, block={}, rur={}", recovery_id.value,
                                                              block.name(), describe(replica)));
  }
  return {};
}

}  // namespace

Result<void> FsDataset::may_recover(Block block, GenerationStamp recovery_id) const {
  const Shard& s = shard(block.id);
  MutexLock lock(s.mutex);
  const Replica* replica = s.replicas.find(block.id);
  return replica == nullptr ? Result<void>() : check_recovery(*replica, block, recovery_id);
}

Result<std::optional<FsDataset::RecoveryInfo>> FsDataset::init_recovery(Block block, GenerationStamp recovery_id) {
  Shard& s = shard(block.id);
  MutexLock lock(s.mutex);
  Replica* replica = s.replicas.find(block.id);
  if (replica == nullptr) return std::nullopt;
  TRY_VOID(check_recovery(*replica, block, recovery_id));
  if (replica->state == ReplicaState::kRur) {
    replica->activity->recovery_id = recovery_id;
  } else {
    // The writer has stopped: what it left on disk is what there is.
    const int64_t bytes = replica->bytes_on_disk();
    replica->activity = std::make_shared<ReplicaActivity>(ReplicaActivity{nullptr, recovery_id, replica->state});
    replica->bytes = bytes;
    replica->state = ReplicaState::kRur;
  }
  return RecoveryInfo{replica->activity->before_recovery, replica->block()};
}

Result<FsDataset::Updated> FsDataset::update_under_recovery(Block block, GenerationStamp recovery_id, BlockId new_id, int64_t new_bytes) {
  uint16_t volume = 0;
  TRY(Updated updated, update_locked(block, recovery_id, new_id, new_bytes, volume));
  if (updated.block.id != block.id) {
    adopt({updated.block.id, updated.block.generation_stamp, updated.block.bytes, ReplicaState::kFinalized, volume, nullptr});
  }
  return updated;
}

Result<FsDataset::Updated> FsDataset::update_locked(Block block, GenerationStamp recovery_id, BlockId new_id, int64_t new_bytes,
                                                    uint16_t& volume_index) {
  Shard& s = shard(block.id);
  MutexLock lock(s.mutex);
  Replica* replica = s.replicas.find(block.id);
  if (replica == nullptr) return error(StatusCode::kReplicaNotFound, "Replica not found for " + block.name());
  if (replica->state != ReplicaState::kRur) {
    return error(StatusCode::kIo, fmt::format("replica.getState() != RUR, replica={}", describe(*replica)));
  }
  if (*replica->activity->recovery_id != recovery_id) {
    return error(StatusCode::kIo, fmt::format("rur.getRecoveryID() != recoveryId = {}, block={}, rur={}", recovery_id.value, block.name(),
                                              describe(*replica)));
  }
  if (replica->bytes != block.bytes) {
    return error(StatusCode::kIo, fmt::format("THIS IS NOT SUPPOSED TO HAPPEN: replica.getBytesOnDisk() != block.getNumBytes(), block={}, "
                                              "replica={}",
                                              block.name(), describe(*replica)));
  }
  if (new_bytes > replica->bytes) {
    return error(StatusCode::kIo, fmt::format("rur.getNumBytes() < newlength = {}, rur={}", new_bytes, describe(*replica)));
  }
  volume_index = replica->volume;
  if (new_id != block.id && new_id.value != 0) {
    TRY(Updated copied, copy_under_recovery(*replica, recovery_id, new_id, new_bytes));
    replica->state = replica->activity->before_recovery;
    replica->activity = nullptr;
    return copied;
  }
  Volume& volume = volume_of(*replica);
  {
    TRY(ReplicaFiles files, open_files(disk_, volume.data_path(*replica), volume.meta_path(*replica), OpenMode::kReadWrite));
    TRY(const transfer::DataChecksum checksum, read_meta_header(*files.meta));
    TRY_VOID(fit_files(files, checksum, new_bytes));
    volume.add_used(-(replica->bytes - new_bytes));
    TRY_VOID(files.data->sync());
    TRY_VOID(files.meta->sync());
  }
  TRY_VOID(move_to_finalized(*replica, recovery_id, new_bytes));
  return Updated{volume.storage_uuid(), {block.id, recovery_id, new_bytes}};
}

// Truncation of a file that a snapshot still shows: the shorter block is a copy, and the old one stays as it was.
Result<FsDataset::Updated> FsDataset::copy_under_recovery(const Replica& replica, GenerationStamp recovery_id, BlockId new_id,
                                                          int64_t new_bytes) {
  Volume& volume = volume_of(replica);
  TRY(const ReplicaFiles from, open_files(disk_, volume.data_path(replica), volume.meta_path(replica), OpenMode::kRead));
  TRY(const transfer::DataChecksum checksum, read_meta_header(*from.meta));
  TRY(const std::string folder, volume.make_finalized_folder(new_id));
  TRY(ReplicaFiles to,
      open_files(disk_, folder + "/" + data_file_name(new_id), folder + "/" + meta_file_name(new_id, recovery_id), OpenMode::kTruncate));
  TRY_VOID(copy_bytes(*from.data, *to.data, new_bytes));
  TRY_VOID(copy_bytes(*from.meta, *to.meta, transfer::kMetaHeaderBytes + checksum.sums_bytes(new_bytes)));
  TRY_VOID(truncate_files(to, checksum, new_bytes));
  TRY_VOID(to.data->sync());
  TRY_VOID(to.meta->sync());
  TRY_VOID(disk_.sync_directory(folder));
  volume.add_used(new_bytes + transfer::kMetaHeaderBytes + checksum.sums_bytes(new_bytes));
  return Updated{volume.storage_uuid(), {new_id, recovery_id, new_bytes}};
}

Result<std::string> FsDataset::invalidate(Block block) {
  Shard& s = shard(block.id);
  MutexLock lock(s.mutex);
  const Replica* replica = s.replicas.find(block.id);
  if (replica == nullptr || replica->generation_stamp != block.generation_stamp) {
    return error(StatusCode::kReplicaNotFound, fmt::format("Failed to delete replica {}: ReplicaInfo not found{}", block.name(),
                                                           replica == nullptr ? "." : " with that generation stamp."));
  }
  const std::string uuid = volume_of(*replica).storage_uuid();
  remove_files(*replica);
  drop(s.replicas, block.id);
  return uuid;
}

}  // namespace tusker::datanode
