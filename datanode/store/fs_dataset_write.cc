#include <fmt/format.h>

#include "common/log/log.h"
#include "datanode/store/fs_dataset.h"

namespace tusker::datanode {
namespace {

using Writer = std::unique_ptr<ReplicaWriter>;

std::unexpected<Status> not_found(std::string_view what, const Block& block) {
  return error(StatusCode::kReplicaNotFound, fmt::format("{}{}", what, block.name()));
}

Result<void> check_stamp(const Replica& replica, GenerationStamp from, GenerationStamp to) {
  if (replica.generation_stamp >= from && replica.generation_stamp <= to) return {};
  return error(StatusCode::kReplicaNotFound,
               fmt::format("Cannot append to a replica with unexpected generation stamp {}. Expected GS range is [{}, {}].",
                           describe(replica), from.value, to.value));
}

std::unexpected<Status> exists(const Replica& old, const Block& block) {
  return error(StatusCode::kIo,
               fmt::format("Block {} already exists in state {} and thus cannot be created.", block.name(), name_of(old.state)));
}

Result<void> check_create_rbw(const Replica* old, const Block& block, GenerationStamp replace_below) {
  if (old != nullptr && old->generation_stamp >= replace_below) return exists(*old, block);
  return {};
}

Result<void> check_create_temporary(const Replica* old, const Block& block, bool is_transfer) {
  if (old == nullptr) return {};
  const bool in_pipeline = old->state == ReplicaState::kTemporary || old->state == ReplicaState::kRbw;
  if (old->generation_stamp >= block.generation_stamp || (!is_transfer && !in_pipeline)) return exists(*old, block);
  return {};
}

Result<void> check_recover_rbw(const Replica* replica, const Block& block, GenerationStamp new_stamp) {
  if (replica == nullptr) return not_found("Cannot append to a non-existent replica ", block);
  if (replica->state != ReplicaState::kRbw || !replica->activity) return not_found("Cannot recover a non-RBW replica ", block);
  return check_stamp(*replica, block.generation_stamp, new_stamp);
}

bool is_growing(const Replica& replica) { return replica.state == ReplicaState::kRbw && replica.activity; }

Result<void> check_append(const Replica* replica, const Block& block, GenerationStamp new_stamp, bool recovery) {
  if (new_stamp < block.generation_stamp) {
    return error(StatusCode::kIo, fmt::format("The new generation stamp {} should be greater than the replica {}'s generation stamp",
                                              new_stamp.value, block.name()));
  }
  if (replica == nullptr) return not_found("Cannot append to a non-existent replica ", block);
  if (replica->state != ReplicaState::kFinalized && !(recovery && is_growing(*replica))) {
    return not_found("Cannot append to an unfinalized replica ", block);
  }
  return check_stamp(*replica, block.generation_stamp, recovery ? new_stamp : block.generation_stamp);
}

}  // namespace

Result<void> FsDataset::may_create_rbw(Block block, GenerationStamp replace_below) const {
  const Shard& s = shard(block.id);
  MutexLock lock(s.mutex);
  return check_create_rbw(s.replicas.find(block.id), block, replace_below);
}

Result<void> FsDataset::may_create_temporary(Block block, bool is_transfer) const {
  const Shard& s = shard(block.id);
  MutexLock lock(s.mutex);
  return check_create_temporary(s.replicas.find(block.id), block, is_transfer);
}

Result<void> FsDataset::may_recover_rbw(Block block, GenerationStamp new_stamp) const {
  const Shard& s = shard(block.id);
  MutexLock lock(s.mutex);
  return check_recover_rbw(s.replicas.find(block.id), block, new_stamp);
}

Result<void> FsDataset::may_append(Block block, GenerationStamp new_stamp, bool recovery) const {
  const Shard& s = shard(block.id);
  MutexLock lock(s.mutex);
  return check_append(s.replicas.find(block.id), block, new_stamp, recovery);
}

Result<Writer> FsDataset::create(Block block, transfer::DataChecksum checksum, const Placement& placement, ReplicaState state,
                                 ReplicaMap& replicas) {
  TRY(const uint16_t index, choose_volume(placement));
  Volume& volume = *volumes_[index];
  Replica replica{block.id, block.generation_stamp, 0, state, index, nullptr};
  TRY(ReplicaFiles files, open_files(disk_, volume.data_path(replica), volume.meta_path(replica), OpenMode::kTruncate));
  TRY_VOID(files.meta->write_at(0, transfer::encode_meta_header(checksum)));
  volume.add_used(transfer::kMetaHeaderBytes);
  auto progress = std::make_shared<ReplicaProgress>();
  replica.activity = std::make_shared<ReplicaActivity>(ReplicaActivity{progress, std::nullopt, state});
  const std::string folder = volume.folder_of(replica);
  put(replicas, std::move(replica));
  return std::make_unique<ReplicaWriter>(ReplicaWriter::Target{&volume, block, std::move(files), checksum, progress,
                                                               placement.expected_bytes, folder, options_.sync_on_close});
}

Result<Writer> FsDataset::create_rbw(Block block, transfer::DataChecksum checksum, Placement placement, GenerationStamp replace_below) {
  Shard& s = shard(block.id);
  MutexLock lock(s.mutex);
  const Replica* old = s.replicas.find(block.id);
  TRY_VOID(check_create_rbw(old, block, replace_below));
  if (old != nullptr) {
    remove_files(*old);
    drop(s.replicas, block.id);
  }
  return create(block, checksum, placement, ReplicaState::kRbw, s.replicas);
}

Result<Writer> FsDataset::create_temporary(Block block, transfer::DataChecksum checksum, Placement placement, bool is_transfer) {
  Shard& s = shard(block.id);
  MutexLock lock(s.mutex);
  const Replica* old = s.replicas.find(block.id);
  TRY_VOID(check_create_temporary(old, block, is_transfer));
  if (old != nullptr) {
    remove_files(*old);
    drop(s.replicas, block.id);
  }
  return create(block, checksum, placement, ReplicaState::kTemporary, s.replicas);
}

// A writer for a replica that lies in rbw/, from its present end.
Result<Writer> FsDataset::reopen(Replica& replica, int64_t reserved_bytes) {
  Volume& volume = volume_of(replica);
  TRY(ReplicaFiles files, open_files(disk_, volume.data_path(replica), volume.meta_path(replica), OpenMode::kReadWrite));
  TRY(const transfer::DataChecksum checksum, read_meta_header(*files.meta));
  const int64_t bytes = replica.bytes;
  TRY(const uint32_t last, last_checksum(files, checksum, bytes, true));
  auto progress = std::make_shared<ReplicaProgress>(ReplicaProgress::OnDisk{bytes, last}, bytes);
  replica.activity = std::make_shared<ReplicaActivity>(ReplicaActivity{progress, std::nullopt, ReplicaState::kRbw});
  const Block block{replica.id, replica.generation_stamp, bytes};
  return std::make_unique<ReplicaWriter>(ReplicaWriter::Target{&volume, block, std::move(files), checksum, progress, reserved_bytes,
                                                               volume.rbw_folder(), options_.sync_on_close});
}

Result<void> FsDataset::restamp(Replica& replica, GenerationStamp stamp) {
  if (replica.generation_stamp == stamp) return {};
  Volume& volume = volume_of(replica);
  const std::string from = volume.meta_path(replica);
  const GenerationStamp old = std::exchange(replica.generation_stamp, stamp);
  auto renamed = disk_.rename(from, volume.meta_path(replica));
  if (!renamed) replica.generation_stamp = old;
  return renamed;
}

Result<Writer> FsDataset::recover_rbw(Block block, GenerationStamp new_stamp, int64_t bytes_min, int64_t bytes_max) {
  Shard& s = shard(block.id);
  MutexLock lock(s.mutex);
  Replica* replica = s.replicas.find(block.id);
  TRY_VOID(check_recover_rbw(replica, block, new_stamp));
  const int64_t acked = replica->activity->progress->acked();
  const int64_t received = replica->activity->progress->on_disk().bytes;
  if (acked < bytes_min || received > bytes_max) {
    return error(StatusCode::kReplicaNotFound,
                 fmt::format("Unmatched length replica {}: BytesAcked = {} BytesRcvd = {} are not in the range of [{}, {}].",
                             describe(*replica), acked, received, bytes_min, bytes_max));
  }
  Volume& volume = volume_of(*replica);
  {
    TRY(ReplicaFiles files, open_files(disk_, volume.data_path(*replica), volume.meta_path(*replica), OpenMode::kReadWrite));
    TRY(const transfer::DataChecksum checksum, read_meta_header(*files.meta));
    TRY_VOID(fit_files(files, checksum, acked));
    volume.add_used(-(received - acked));
  }
  TRY_VOID(restamp(*replica, new_stamp));
  replica->bytes = acked;
  return reopen(*replica, std::max<int64_t>(0, block.bytes - acked));
}

// Finalized to rbw/: names first, as a crash between leaves a pair that the next start finds in rbw/ or puts together again.
Result<void> FsDataset::move_to_rbw(Replica& replica, GenerationStamp stamp) {
  Volume& volume = volume_of(replica);
  const std::string data_from = volume.data_path(replica);
  const std::string meta_from = volume.meta_path(replica);
  const Replica before = replica;
  replica.state = ReplicaState::kRbw;
  replica.generation_stamp = stamp;
  if (auto moved = disk_.rename(meta_from, volume.meta_path(replica)); !moved) {
    replica = before;
    return moved;
  }
  if (auto moved = disk_.rename(data_from, volume.data_path(replica)); !moved) {
    static_cast<void>(disk_.rename(volume.meta_path(replica), meta_from));
    replica = before;
    return moved;
  }
  return {};
}

Result<Writer> FsDataset::append(Block block, GenerationStamp new_stamp, bool recovery) {
  Shard& s = shard(block.id);
  MutexLock lock(s.mutex);
  Replica* replica = s.replicas.find(block.id);
  TRY_VOID(check_append(replica, block, new_stamp, recovery));
  const bool growing = is_growing(*replica);
  if (replica->bytes_on_disk() != block.bytes || (growing && replica->activity->progress->acked() != block.bytes)) {
    return error(StatusCode::kIo, fmt::format("Corrupted replica {} with a length of {} expected length is {}", describe(*replica),
                                              replica->bytes_on_disk(), block.bytes));
  }
  if (growing) {
    TRY_VOID(restamp(*replica, new_stamp));
    replica->bytes = block.bytes;
  } else {
    TRY_VOID(move_to_rbw(*replica, new_stamp));
  }
  return reopen(*replica, 0);
}

Result<std::string> FsDataset::recover_close(Block block, GenerationStamp new_stamp) {
  Shard& s = shard(block.id);
  MutexLock lock(s.mutex);
  Replica* replica = s.replicas.find(block.id);
  TRY_VOID(check_append(replica, block, new_stamp, true));
  const bool growing = is_growing(*replica);
  if (replica->bytes_on_disk() != block.bytes) {
    return error(StatusCode::kIo, fmt::format("Corrupted replica {} with a length of {} expected length is {}", describe(*replica),
                                              replica->bytes_on_disk(), block.bytes));
  }
  Volume& volume = volume_of(*replica);
  if (growing) {
    TRY(ReplicaFiles files, open_files(disk_, volume.data_path(*replica), volume.meta_path(*replica), OpenMode::kReadWrite));
    TRY(const transfer::DataChecksum checksum, read_meta_header(*files.meta));
    TRY_VOID(fit_files(files, checksum, block.bytes));
    if (options_.sync_on_close) {
      TRY_VOID(files.data->sync());
      TRY_VOID(files.meta->sync());
    }
    TRY_VOID(move_to_finalized(*replica, new_stamp, block.bytes));
  } else {
    TRY_VOID(restamp(*replica, new_stamp));
    if (options_.sync_on_close) TRY_VOID(disk_.sync_directory(volume.folder_of(*replica)));
  }
  return volume.storage_uuid();
}

Result<void> FsDataset::move_to_finalized(Replica& replica, GenerationStamp stamp, int64_t bytes) {
  Volume& volume = volume_of(replica);
  TRY(const std::string folder, volume.make_finalized_folder(replica.id));
  TRY_VOID(disk_.rename(volume.meta_path(replica), folder + "/" + meta_file_name(replica.id, stamp)));
  TRY_VOID(disk_.rename(volume.data_path(replica), folder + "/" + data_file_name(replica.id)));
  if (options_.sync_on_close) TRY_VOID(disk_.sync_directory(folder));
  replica.state = ReplicaState::kFinalized;
  replica.generation_stamp = stamp;
  replica.bytes = bytes;
  replica.activity = nullptr;
  return {};
}

Result<void> FsDataset::check_owner(const Replica* replica, const ReplicaWriter& writer) const {
  if (replica != nullptr && replica->activity && replica->activity->progress == writer.progress() && replica->state != ReplicaState::kRur) {
    return {};
  }
  return error(StatusCode::kIo, fmt::format("Replica {} was taken over or deleted while it was written", writer.block().name()));
}

Result<Replica> FsDataset::finalize(const ReplicaWriter& writer) {
  Shard& s = shard(writer.block().id);
  MutexLock lock(s.mutex);
  Replica* replica = s.replicas.find(writer.block().id);
  TRY_VOID(check_owner(replica, writer));
  TRY_VOID(move_to_finalized(*replica, replica->generation_stamp, writer.bytes_on_disk()));
  return *replica;
}

Result<void> FsDataset::convert_temporary_to_rbw(const ReplicaWriter& writer) {
  Shard& s = shard(writer.block().id);
  MutexLock lock(s.mutex);
  Replica* replica = s.replicas.find(writer.block().id);
  TRY_VOID(check_owner(replica, writer));
  Volume& volume = volume_of(*replica);
  const std::string meta_from = volume.meta_path(*replica);
  const std::string data_from = volume.data_path(*replica);
  replica->state = ReplicaState::kRbw;
  TRY_VOID(disk_.rename(meta_from, volume.meta_path(*replica)));
  TRY_VOID(disk_.rename(data_from, volume.data_path(*replica)));
  replica->bytes = writer.bytes_on_disk();
  writer.progress()->set_acked(replica->bytes);
  return {};
}

void FsDataset::abandon_temporary(const ReplicaWriter& writer) {
  Shard& s = shard(writer.block().id);
  MutexLock lock(s.mutex);
  const Replica* replica = s.replicas.find(writer.block().id);
  if (!check_owner(replica, writer) || replica->state != ReplicaState::kTemporary) return;
  remove_files(*replica);
  drop(s.replicas, writer.block().id);
}

}  // namespace tusker::datanode
