#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "datanode/model/block.h"

namespace tusker::datanode {

// What an incremental report says of a block; numbered as on the wire.
enum class ReceivedDeleted : uint8_t { kReceiving = 1, kReceived = 2, kDeleted = 3 };

struct BlockEvent {
  Block block;
  ReceivedDeleted status = ReceivedDeleted::kReceived;
  std::string delete_hint;  // the DataNode whose replica may go, after the balancer's move
  friend bool operator==(const BlockEvent&, const BlockEvent&) = default;
};

// Events of blocks not yet reported, the latest of each block and storage (IncrementalBlockReportManager). Not thread-safe.
// Bounded by the number of blocks; a report of everything makes what is pending superfluous.
class PendingReports {
 public:
  // By storage uuid.
  using ByStorage = std::map<std::string, std::vector<BlockEvent>>;

  void add(const std::string& storage_uuid, BlockEvent event);
  // True when something waits that the NameNode wants at once: a received block. The rest goes with it or with the next heartbeat.
  bool urgent() const { return urgent_; }
  bool empty() const { return events_.empty(); }
  size_t size() const;
  // All that is pending, which is then no more.
  ByStorage take();
  // Puts back what couldn't be sent, unless something newer is known of the block.
  void restore(ByStorage events);
  void clear();

 private:
  std::map<std::string, std::map<BlockId, BlockEvent>> events_;
  bool urgent_ = false;
};

}  // namespace tusker::datanode
