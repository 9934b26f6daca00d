#pragma once

#include <cstdint>
#include <vector>

#include "common/base/ids.h"

namespace tusker::namenode {

inline constexpr BlockId kFirstBlock{(1LL << 30) + 1};         // SequentialBlockIdGenerator
inline constexpr GenerationStamp kFirstGenerationStamp{1001};  // GenerationStamp.LAST_RESERVED_STAMP + 1

// A DataNode's storage directory, by a number of ours: its uuid would cost 40 bytes a replica. 0 is none.
using StorageId = Id<struct StorageIdTag>;

// HdfsServerConstants.BlockUCState.
enum class BlockState : uint8_t { kComplete = 0, kUnderConstruction = 1, kUnderRecovery = 2, kCommitted = 3 };

struct BlockInfo {
  BlockId id;
  InodeId file;
  GenerationStamp generation;
  int64_t bytes = 0;
  BlockState state = BlockState::kUnderConstruction;
  // While it isn't complete: where the writer's pipeline goes, and the generation that a running recovery will give it (0: none runs).
  std::vector<StorageId> expected;
  GenerationStamp recovery;
  // What the usage of its file's directories counts for it until it is complete: room for a whole block, or more if it has more.
  int64_t charged_bytes = 0;
  int64_t truncate_to = -1;  // the length that its recovery cuts it to; -1: it keeps what its replicas have

  bool is_complete() const { return state == BlockState::kComplete; }
  bool is_being_truncated() const { return state == BlockState::kUnderRecovery && truncate_to >= 0; }
  int64_t reserved_bytes() const { return is_complete() ? 0 : charged_bytes - bytes; }
};

// One replica as its DataNode reported it.
struct Replica {
  StorageId storage;
  GenerationStamp generation;
  int64_t bytes = 0;
  bool corrupt = false;

  // Has what the block has: nothing else counts as a copy of it. Only meaningful once the block's length is settled (COMMITTED or
  // COMPLETE).
  bool is_good(const BlockInfo& block) const { return !corrupt && generation == block.generation && bytes == block.bytes; }
};

// What a storage's node is told to delete. It stands until the node says that the replica is gone: until then no report of it counts.
struct DeletionOrder {
  GenerationStamp generation;
  bool was_good = false;     // a good copy too many, rather than one that is worth nothing
  int64_t sent_wall_ms = 0;  // 0: not sent yet
};

}  // namespace tusker::namenode
