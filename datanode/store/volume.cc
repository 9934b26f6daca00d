#include "datanode/store/volume.h"

#include <fmt/format.h>

#include <algorithm>

#include "datanode/store/version_file.h"

namespace tusker::datanode {
namespace {

size_t first_level(BlockId id) { return static_cast<size_t>((id.value >> 16) & 0x1f); }
size_t second_level(BlockId id) { return static_cast<size_t>((id.value >> 8) & 0x1f); }

constexpr std::string_view kProbeContent = "probe";

}  // namespace

std::string data_file_name(BlockId id) { return fmt::format("blk_{}", id.value); }
std::string meta_file_name(BlockId id, GenerationStamp stamp) { return fmt::format("blk_{}_{}.meta", id.value, stamp.value); }

Result<std::unique_ptr<Volume>> Volume::open(Disk& disk, StorageLocation location, int64_t reserved_bytes) {
  TRY_VOID(disk.make_durable_directories(location.path, 0700));
  TRY(auto lock, disk.lock(location.path + "/in_use.lock"));
  std::unique_ptr<Volume> volume(new Volume(disk, std::move(location), reserved_bytes, std::move(lock)));
  const std::string path = volume->version_path();
  if (!disk.exists(path)) return volume;
  TRY(const Properties properties, read_version(disk, path));
  TRY(volume->storage_uuid_, required(properties, "storageID", path));
  TRY(volume->datanode_uuid_, required(properties, "datanodeUuid", path));
  TRY(volume->cluster_id_, required(properties, "clusterID", path));
  TRY(const std::string layout, required(properties, "layoutVersion", path));
  if (layout != std::to_string(kLayoutVersion)) {
    return error(StatusCode::kIo,
                 fmt::format("{}: layout version {}; only {} can be used. Upgrade it with Hadoop first", path, layout, kLayoutVersion));
  }
  return volume;
}

Result<void> Volume::format(const NamespaceInfo& info, const std::string& datanode_uuid, Random& random) {
  storage_uuid_ = "DS-" + random.uuid();
  datanode_uuid_ = datanode_uuid;
  cluster_id_ = info.cluster_id;
  TRY_VOID(disk_.make_durable_directories(location_.path + "/current"));
  return write_version(disk_, version_path(),
                       {{"storageID", storage_uuid_},
                        {"clusterID", info.cluster_id},
                        {"cTime", "0"},
                        {"datanodeUuid", datanode_uuid},
                        {"storageType", "DATA_NODE"},
                        {"layoutVersion", std::to_string(kLayoutVersion)}});
}

Result<void> Volume::attach_pool(const NamespaceInfo& info) {
  const std::string path = pool_ + "/current/VERSION";
  if (!disk_.exists(path)) {
    TRY_VOID(disk_.make_durable_directories(pool_ + "/current"));
    return write_version(disk_, path,
                         {{"namespaceID", std::to_string(info.namespace_id)},
                          {"cTime", std::to_string(info.creation_time)},
                          {"blockpoolID", info.block_pool_id},
                          {"layoutVersion", std::to_string(kLayoutVersion)}});
  }
  TRY(const Properties properties, read_version(disk_, path));
  TRY(const std::string namespace_id, required(properties, "namespaceID", path));
  if (namespace_id != std::to_string(info.namespace_id)) {
    return error(StatusCode::kIo, fmt::format("Incompatible namespaceIDs in {}: namenode namespaceID = {}; datanode namespaceID = {}",
                                              pool_, info.namespace_id, namespace_id));
  }
  return {};
}

Result<void> Volume::attach(const NamespaceInfo& info, const std::string& datanode_uuid, Random& random) {
  if (storage_uuid_.empty()) TRY_VOID(format(info, datanode_uuid, random));
  if (cluster_id_ != info.cluster_id) {
    return error(StatusCode::kIo, fmt::format("Incompatible clusterIDs in {}: namenode clusterID = {}; datanode clusterID = {}",
                                              location_.path, info.cluster_id, cluster_id_));
  }
  pool_ = location_.path + "/current/" + info.block_pool_id;
  TRY_VOID(attach_pool(info));
  TRY_VOID(disk_.remove_tree(tmp_folder()));
  TRY_VOID(disk_.make_durable_directories(tmp_folder()));
  TRY_VOID(disk_.make_durable_directories(rbw_folder()));
  TRY_VOID(disk_.make_durable_directories(finalized_root()));
  // Apache's list of replicas from its last clean stop: not true any more once we have run.
  if (disk_.exists(pool_ + "/current/replicas")) TRY_VOID(disk_.remove(pool_ + "/current/replicas"));
  for (const std::string& folder : {location_.path, location_.path + "/current", pool_, pool_ + "/current"}) {
    TRY_VOID(disk_.sync_directory(folder));
  }
  TRY(probe_, disk_.open(tmp_folder() + "/volume_probe", OpenMode::kCreate));
  return probe();
}

Result<void> Volume::probe() {
  TRY_VOID(disk_.stat(finalized_root()));
  TRY_VOID(disk_.stat(rbw_folder()));
  TRY_VOID(probe_->write_at(0, kProbeContent));
  TRY_VOID(probe_->sync());
  std::string content(kProbeContent.size(), '\0');
  TRY_VOID(probe_->read_at(0, MutableBytes(content)));
  if (content == kProbeContent) return {};
  return error(StatusCode::kIo, fmt::format("{} doesn't give back what was written to it", location_.path));
}

std::string Volume::finalized_folder(BlockId id) const {
  return fmt::format("{}/subdir{}/subdir{}", finalized_root(), first_level(id), second_level(id));
}

std::string Volume::folder_of(const Replica& replica) const {
  const bool recovering = replica.state == ReplicaState::kRur && replica.activity;
  switch (recovering ? replica.activity->before_recovery : replica.state) {
    case ReplicaState::kTemporary:
      return tmp_folder();
    case ReplicaState::kRbw:
    case ReplicaState::kRwr:
      return rbw_folder();
    default:
      return finalized_folder(replica.id);
  }
}

Result<std::string> Volume::make_finalized_folder(BlockId id) {
  const std::string folder = finalized_folder(id);
  auto& known = folder_known_[first_level(id) * 32 + second_level(id)];
  if (!known.load(std::memory_order_acquire)) {
    TRY_VOID(disk_.make_durable_directories(folder));
    TRY_VOID(disk_.sync_directory(parent_directory(folder)));
    TRY_VOID(disk_.sync_directory(finalized_root()));
    known.store(true, std::memory_order_release);
  }
  return folder;
}

StorageUsage Volume::usage() const {
  StorageUsage out;
  out.storage_uuid = storage_uuid_;
  out.type = location_.type;
  out.path = location_.path;
  out.dfs_used = std::max<int64_t>(0, used_.load(std::memory_order_relaxed));
  const auto space = disk_.space(location_.path);
  if (!space) return out;
  out.capacity = std::max<int64_t>(0, space->capacity - reserved_bytes_);
  const int64_t promised = std::max<int64_t>(0, reserved_for_replicas_.load(std::memory_order_relaxed));
  out.remaining = std::clamp<int64_t>(space->available - reserved_bytes_ - promised, 0, std::max<int64_t>(0, out.capacity - out.dfs_used));
  out.non_dfs_used = std::max<int64_t>(0, out.capacity - out.dfs_used - out.remaining);
  return out;
}

}  // namespace tusker::datanode
