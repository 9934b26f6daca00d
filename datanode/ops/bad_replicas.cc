#include "datanode/ops/bad_replicas.h"

#include "common/async/run_on.h"
#include "common/log/log.h"
#include "datanode/ops/convert.h"

namespace tusker::datanode {
namespace {

hadoop::hdfs::LocatedBlockProto bad_block(DataNodeContext& context, const Block& block) {
  hadoop::hdfs::LocatedBlockProto bad;
  *bad.mutable_b() = to_extended(context.dataset.namespace_info().block_pool_id, block);
  bad.set_offset(0);
  bad.set_corrupt(true);
  set_empty_token(*bad.mutable_blocktoken());
  return bad;
}

// The replica, if it is finalized and still the one that was found to be bad.
std::optional<Replica> unchanged(const FsDataset& dataset, const Replica& found) {
  auto present = dataset.find(found.id);
  const bool same = present && present->state == ReplicaState::kFinalized && present->generation_stamp == found.generation_stamp &&
                    present->bytes == found.bytes;
  return same ? std::optional(std::move(*present)) : std::nullopt;
}

}  // namespace

void report_remote_replica(DataNodeContext& context, const Block& block, const hadoop::hdfs::DatanodeInfoProto& node) {
  LOG_WARN("the replica of {} that {} sent is bad", block.name(), transfer_address(node.id()));
  auto bad = bad_block(context, block);
  *bad.add_locs() = node;  // its storage isn't known: the NameNode knows where on that node the replica lies
  context.notifier.report_bad(std::move(bad));
}

Task<void> report_own_replica(DataNodeContext& context, Replica found) {
  const auto replica = co_await run_on(context.env.disk_pool, [&dataset = context.dataset, found] { return unchanged(dataset, found); });
  if (!replica) co_return;
  const Volume& volume = *context.dataset.volumes()[replica->volume];
  LOG_WARN("the replica of {} on {} is bad", replica->block().name(), volume.path());
  auto bad = bad_block(context, replica->block());
  auto* location = bad.add_locs();
  const auto self = context.identity.get();
  if (self.has_datanodeid()) {
    *location->mutable_id() = self.datanodeid();
  }
  location->mutable_id()->set_datanodeuuid(context.dataset.datanode_uuid());
  bad.add_storagetypes(static_cast<hadoop::hdfs::StorageTypeProto>(volume.type()));
  bad.add_storageids(volume.storage_uuid());
  context.notifier.report_bad(std::move(bad));
}

Task<void> note_open_failure(DataNodeContext& context, BlockId id, Status why) {
  if (why.code() == StatusCode::kReplicaNotFound) co_return;
  if (why.code() == StatusCode::kFileNotFound || why.code() == StatusCode::kCorruption) {
    const auto found = co_await run_on(context.env.disk_pool, [&dataset = context.dataset, id] { return dataset.find(id); });
    if (found) co_await report_own_replica(context, *found);
  }
  co_await check_volumes(context);
}

Task<void> check_volumes(DataNodeContext& context) {
  const auto lost = co_await run_on(context.env.disk_pool,
                                    [&dataset = context.dataset, now = context.env.clock.now()] { return dataset.check_volumes(now); });
  if (lost.empty()) co_return;
  for (const auto& replica : lost) context.notifier.notify(replica.storage_uuid, {replica.block, ReceivedDeleted::kDeleted, ""});
  context.notifier.trigger(true);
}

}  // namespace tusker::datanode
