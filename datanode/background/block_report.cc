#include "datanode/background/block_report.h"

#include "common/base/bytes.h"
#include "datanode/ops/convert.h"

namespace tusker::datanode {
namespace {

constexpr size_t kSliceBytes = 64 << 10;
constexpr uint64_t kLengthMask = (1ULL << 48) - 1;

ReplicaState reported_state(const Replica& replica) {
  return replica.state == ReplicaState::kRur && replica.activity ? replica.activity->before_recovery : replica.state;
}

}  // namespace

void set_blocks(hadoop::hdfs::datanode::StorageBlockReportProto& report, const std::vector<Replica>& replicas) {
  std::string slice;
  uint64_t count = 0;
  for (const Replica& replica : replicas) {
    const ReplicaState state = reported_state(replica);
    if (state == ReplicaState::kTemporary) continue;
    ++count;
    append_varint(slice, zigzag(replica.id.value));
    append_varint(slice, static_cast<uint64_t>(replica.bytes_on_disk()) & kLengthMask);
    append_varint(slice, static_cast<uint64_t>(replica.generation_stamp.value));
    append_varint(slice, static_cast<uint64_t>(state));
    if (slice.size() < kSliceBytes) continue;
    report.add_blocksbuffers(slice.substr(0, kSliceBytes));
    slice.erase(0, kSliceBytes);
  }
  if (!slice.empty()) report.add_blocksbuffers(slice);
  report.set_numberofblocks(count);
}

hadoop::hdfs::DatanodeStorageProto to_storage(const StorageUsage& usage) {
  hadoop::hdfs::DatanodeStorageProto out;
  out.set_storageuuid(usage.storage_uuid);
  out.set_state(hadoop::hdfs::DatanodeStorageProto::NORMAL);
  out.set_storagetype(static_cast<hadoop::hdfs::StorageTypeProto>(usage.type));
  return out;
}

hadoop::hdfs::StorageReportProto to_report(const StorageUsage& usage) {
  hadoop::hdfs::StorageReportProto out;
  out.set_storageuuid(usage.storage_uuid);
  out.set_failed(false);
  out.set_capacity(static_cast<uint64_t>(usage.capacity));
  out.set_dfsused(static_cast<uint64_t>(usage.dfs_used));
  out.set_remaining(static_cast<uint64_t>(usage.remaining));
  out.set_blockpoolused(static_cast<uint64_t>(usage.dfs_used));
  out.set_nondfsused(static_cast<uint64_t>(usage.non_dfs_used));
  *out.mutable_storage() = to_storage(usage);
  return out;
}

hadoop::hdfs::datanode::StorageReceivedDeletedBlocksProto to_received_deleted(const StorageUsage& storage,
                                                                              const std::vector<BlockEvent>& events) {
  hadoop::hdfs::datanode::StorageReceivedDeletedBlocksProto out;
  out.set_storageuuid(storage.storage_uuid);
  *out.mutable_storage() = to_storage(storage);
  for (const BlockEvent& event : events) {
    auto* info = out.add_blocks();
    set_block(*info->mutable_block(), event.block);
    info->set_status(static_cast<hadoop::hdfs::datanode::ReceivedDeletedBlockInfoProto::BlockStatus>(event.status));
    if (!event.delete_hint.empty()) info->set_deletehint(event.delete_hint);
  }
  return out;
}

}  // namespace tusker::datanode
