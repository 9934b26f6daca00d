#include "datanode/model/pending_reports.h"

#include <utility>

namespace tusker::datanode {

void PendingReports::add(const std::string& storage_uuid, BlockEvent event) {
  urgent_ = urgent_ || event.status == ReceivedDeleted::kReceived;
  const BlockId id = event.block.id;
  events_[storage_uuid].insert_or_assign(id, std::move(event));
}

size_t PendingReports::size() const {
  size_t count = 0;
  for (const auto& [uuid, blocks] : events_) count += blocks.size();
  return count;
}

PendingReports::ByStorage PendingReports::take() {
  ByStorage out;
  for (auto& [uuid, blocks] : events_) {
    if (blocks.empty()) continue;
    auto& list = out[uuid];
    list.reserve(blocks.size());
    for (auto& [id, event] : blocks) list.push_back(std::move(event));
  }
  clear();
  return out;
}

void PendingReports::restore(ByStorage events) {
  for (auto& [uuid, list] : events) {
    for (auto& event : list) {
      urgent_ = urgent_ || event.status == ReceivedDeleted::kReceived;
      const BlockId id = event.block.id;
      events_[uuid].try_emplace(id, std::move(event));
    }
  }
}

void PendingReports::clear() {
  events_.clear();
  urgent_ = false;
}

}  // namespace tusker::datanode
