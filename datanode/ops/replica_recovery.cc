#include "datanode/ops/replica_recovery.h"

#include "common/async/run_on.h"
#include "common/log/log.h"

namespace tusker::datanode {

Task<Result<std::optional<FsDataset::RecoveryInfo>>> init_replica_recovery(DataNodeContext& context, Block block,
                                                                           GenerationStamp recovery_id) {
  // A writer isn't stopped for a recovery that comes too late.
  CO_TRY_VOID(co_await run_on(context.env.disk_pool,
                              [&dataset = context.dataset, block, recovery_id] { return dataset.may_recover(block, recovery_id); }));
  CO_TRY_VOID(co_await context.writers.stop_writer(block.id, context.env.clock.after(context.config.xceiver_stop_timeout)));
  auto started = co_await run_on(context.env.disk_pool,
                                 [&dataset = context.dataset, block, recovery_id] { return dataset.init_recovery(block, recovery_id); });
  if (started && *started) {
    LOG_INFO("initReplicaRecovery: {} is {} of {} bytes, recoveryId={}", block.name(), name_of((*started)->original_state),
             (*started)->block.bytes, recovery_id.value);
  }
  co_return started;
}

Task<Result<std::string>> update_replica_under_recovery(DataNodeContext& context, Block block, GenerationStamp recovery_id, BlockId new_id,
                                                        int64_t new_bytes) {
  CO_TRY(const auto updated, co_await run_on(context.env.disk_pool, [&dataset = context.dataset, block, recovery_id, new_id, new_bytes] {
           return dataset.update_under_recovery(block, recovery_id, new_id, new_bytes);
         }));
  context.notifier.notify(updated.storage_uuid, {updated.block, ReceivedDeleted::kReceived, ""});
  LOG_INFO("updateReplica: {} is now {} of {} bytes", block.name(), updated.block.name(), new_bytes);
  co_return updated.storage_uuid;
}

}  // namespace tusker::datanode
