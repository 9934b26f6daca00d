#pragma once

#include <optional>

#include "datanode/ops/datanode_context.h"

namespace tusker::datanode {

// A replica's part in the recovery of its block (FsDatasetImpl.initReplicaRecovery, updateReplicaUnderRecovery). Called for other
// DataNodes by RPC and for this one directly.

// Stops the replica's writer and puts it under recovery; nullopt when there is none. kRecoveryInProgress when a recovery with a stamp as
// high is under way.
Task<Result<std::optional<FsDataset::RecoveryInfo>>> init_replica_recovery(DataNodeContext& context, Block block,
                                                                           GenerationStamp recovery_id);
// Makes the replica what the recovery agreed on, durably, and queues its report. Returns the storage's uuid.
Task<Result<std::string>> update_replica_under_recovery(DataNodeContext& context, Block block, GenerationStamp recovery_id, BlockId new_id,
                                                        int64_t new_bytes);

}  // namespace tusker::datanode
