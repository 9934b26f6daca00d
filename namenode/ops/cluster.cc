#include "namenode/ops/cluster.h"

#include <algorithm>

namespace tusker::namenode {

void Cluster::restore(Datanode node, int64_t now_ms) {
  node.rack = topology_.rack_of(node.host_name, node.ip);
  node.registered = false;
  node.last_heartbeat_ms = now_ms;
  for (const auto& s : node.storages) storage_owner_[s.id] = node.uuid;
  nodes_.insert_or_assign(node.uuid, std::move(node));
}

Datanode& Cluster::add(const Datanode& registration, int64_t now_ms, int64_t wall_ms, std::vector<std::string>& replaced) {
  // Another node that was at this address is gone: the address is the new one's.
  for (auto& [uuid, other] : nodes_) {
    if (uuid != registration.uuid && other.ip == registration.ip && other.xfer_port == registration.xfer_port) {
      other.alive = false;
      other.registered = false;
      replaced.push_back(uuid);
    }
  }
  Datanode& node = nodes_[registration.uuid];
  auto storages = std::move(node.storages);
  for (auto& s : storages) s.reported = false;
  const int64_t blocks = node.blocks;
  node = registration;
  node.storages = std::move(storages);
  node.blocks = blocks;
  node.rack = topology_.rack_of(node.host_name, node.ip);
  node.registered = true;
  node.alive = true;
  node.last_heartbeat_ms = now_ms;
  node.last_heartbeat_wall_ms = wall_ms;
  work_.erase(node.uuid);
  leases_.erase(node.uuid);
  return node;
}

Datanode* Cluster::find(const std::string& uuid) {
  const auto it = nodes_.find(uuid);
  return it == nodes_.end() ? nullptr : &it->second;
}

Datanode* Cluster::find_storage(StorageId id) {
  const auto it = storage_owner_.find(id);
  return it == storage_owner_.end() ? nullptr : find(it->second);
}

bool Cluster::is_live(StorageId id) {
  const Datanode* node = find_storage(id);
  if (node == nullptr || !node->alive) return false;
  const auto storage = std::ranges::find(node->storages, id, &Storage::id);
  return storage != node->storages.end() && !storage->failed;
}

Storage* Cluster::storage_of(Datanode& node, const std::string& storage_uuid) {
  const auto it = std::ranges::find(node.storages, storage_uuid, &Storage::uuid);
  return it == node.storages.end() ? nullptr : &*it;
}

void Cluster::forget_storage(StorageId id, const std::string& node_uuid) {
  storage_owner_.erase(id);
  if (Datanode* node = find(node_uuid)) std::erase_if(node->storages, [id](const Storage& s) { return s.id == id; });
}

bool Cluster::add_transfer(StorageId source, TransferWork work) {
  const auto owner = storage_owner_.find(source);
  if (owner == storage_owner_.end()) return false;
  auto& queue = work_[owner->second].transfers;
  if (queue.size() >= kWorkMax) return false;
  queue.push_back(std::move(work));
  return true;
}

bool Cluster::add_recovery(const std::string& uuid, RecoveryWork work) {
  auto& queue = work_[uuid].recoveries;
  if (queue.size() >= kWorkMax) return false;
  queue.push_back(std::move(work));
  return true;
}

std::vector<TransferWork> Cluster::take_transfers(const std::string& uuid, size_t count) {
  std::vector<TransferWork> out;
  auto& queue = work_[uuid].transfers;
  while (!queue.empty() && out.size() < count) {
    out.push_back(std::move(queue.front()));
    queue.pop_front();
  }
  return out;
}

std::vector<RecoveryWork> Cluster::take_recoveries(const std::string& uuid) {
  auto& queue = work_[uuid].recoveries;
  std::vector<RecoveryWork> out(std::make_move_iterator(queue.begin()), std::make_move_iterator(queue.end()));
  queue.clear();
  return out;
}

std::shared_ptr<const ClusterView> Cluster::view() const {
  auto out = std::make_shared<ClusterView>();
  for (const auto& [uuid, node] : nodes_) {
    out->nodes.push_back(std::make_shared<const Datanode>(node));
    for (size_t i = 0; i < node.storages.size(); ++i) out->storages[node.storages[i].id] = {out->nodes.size() - 1, i};
  }
  return out;
}

int64_t Cluster::grant_report_lease(const std::string& uuid, int64_t now_ms) {
  std::erase_if(leases_, [now_ms](const auto& entry) { return entry.second.until_ms < now_ms; });
  if (!leases_.contains(uuid) && leases_.size() >= kReportLeasesMax) return 0;
  leases_[uuid] = ReportLease{next_lease_, now_ms + kReportLeaseMs};
  return next_lease_++;
}

bool Cluster::check_report_lease(const std::string& uuid, int64_t lease, int64_t now_ms) const {
  if (lease == 0) return true;  // an operator forced the report
  const auto it = leases_.find(uuid);
  return it != leases_.end() && it->second.id == lease && it->second.until_ms >= now_ms;
}

}  // namespace tusker::namenode
