#pragma once

#include <string>
#include <vector>

#include "namenode/ops/operations.h"

// What DataNodes tell and are told (DatanodeManager, BlockManager). Everything runs on the core; replica rows are written without sync,
// because reports repair them.
namespace tusker::namenode {

struct ReportedStorage {
  std::string uuid;
  bool failed = false;
  int64_t capacity = 0;
  int64_t dfs_used = 0;
  int64_t remaining = 0;
  int64_t block_pool_used = 0;
  int64_t non_dfs_used = 0;
};

struct Heartbeat {
  std::string uuid;
  std::vector<ReportedStorage> storages;
  uint32_t xceivers = 0;
  uint32_t xmits = 0;
  uint32_t failed_volumes = 0;
  bool wants_report_lease = false;
};

struct Invalidation {
  BlockId block;
  GenerationStamp generation;
  bool report_back = false;  // the block lives on elsewhere: its node is to say when this replica is gone
};

struct HeartbeatAnswer {
  bool must_register = false;
  std::vector<RecoveryWork> recoveries;
  std::vector<TransferWork> transfers;
  std::vector<Invalidation> invalidations;
  int64_t report_lease = 0;
  int64_t balancer_bandwidth = 0;  // 0: as before
};

enum class ReplicaState : uint8_t { kFinalized = 0, kBeingWritten = 1, kWaitingForRecovery = 2, kUnderRecovery = 3, kTemporary = 4 };

struct ReportedReplica {
  BlockId block;
  GenerationStamp generation;
  int64_t bytes = 0;
  ReplicaState state = ReplicaState::kFinalized;
};

// Records the node; kDisallowedDatanode if it is not wanted.
Result<void> register_datanode(Namesystem& ns, Transaction& tx, const Datanode& registration);
Result<HeartbeatAnswer> heartbeat(Namesystem& ns, Transaction& tx, const Heartbeat& beat);

// The id of a node's storage, given out at its first appearance. kUnregisteredNode for an unknown node.
Result<StorageId> storage_id(Namesystem& ns, Transaction& tx, const std::string& node_uuid, const std::string& storage_uuid);

// One replica, as an incremental or a full report names it: adds it, marks it corrupt, or orders it deleted.
Result<void> replica_reported(Namesystem& ns, Transaction& tx, StorageId storage, const ReportedReplica& replica);
// A replica is gone.
Result<void> replica_deleted(Namesystem& ns, Transaction& tx, StorageId storage, BlockId block);
// Somebody read it and its checksums didn't hold. Who says so may not know the storage: then it is every one of the node that has it.
// Of what isn't known (node, storage, replica, generation) nothing is believed, and nothing is created.
struct BadReplica {
  BlockId block;
  GenerationStamp generation;
  std::string node_uuid;
  std::string storage_uuid;  // may be empty
};
Result<void> replica_is_bad(Namesystem& ns, Transaction& tx, const BadReplica& bad);

// The storage sent a full report: from here on its word counts when copies are to be deleted.
void storage_reported(Namesystem& ns, const std::string& node_uuid, const std::string& storage_uuid);

// What a full report changes: computed off the core against a snapshot, applied in pieces on it.
struct ReportDifference {
  std::vector<ReportedReplica> changed;
  std::vector<BlockId> missing;
  std::vector<BlockId> obeyed;  // deletions that were ordered and are done
};
Result<ReportDifference> compare_report(const View& view, StorageId storage, const std::vector<ReportedReplica>& report);

}  // namespace tusker::namenode
