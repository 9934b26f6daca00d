#pragma once

#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "common/net/topology.h"
#include "namenode/model/datanode.h"
#include "namenode/store/transaction.h"

namespace tusker::namenode {

// A block that one DataNode is to copy to others.
struct TransferWork {
  BlockInfo block;
  std::vector<StorageId> targets;
};
// A block whose replicas a DataNode is to bring to one length (block recovery).
struct RecoveryWork {
  BlockInfo block;
  std::vector<StorageId> replicas;
};

// The DataNodes (DatanodeManager): who is registered, alive, with what storages, and the work that waits for each one's next heartbeat.
// Belongs to the core. At most kWorkMax pieces of work wait for one node; more are refused and found again by the redundancy scan.
class Cluster {
 public:
  static constexpr size_t kWorkMax = 10'000;

  // The nodes that the store remembers, at start-up; those that weren't dead count as alive until they have had time to register again.
  void restore(Datanode node, int64_t now_ms);
  void set_topology(net::Topology topology) { topology_ = std::move(topology); }

  // A registration: a new node, or a known uuid with new addresses. A different uuid at the same ip and port replaces the old record.
  // `replaced` gets the uuids of those.
  Datanode& add(const Datanode& registration, int64_t now_ms, int64_t wall_ms, std::vector<std::string>& replaced);
  Datanode* find(const std::string& uuid);
  Datanode* find_storage(StorageId id);
  // Its node is alive and it hasn't failed.
  bool is_live(StorageId id);
  // The node's storage with this uuid; null when it hasn't been seen.
  static Storage* storage_of(Datanode& node, const std::string& storage_uuid);
  void index_storage(StorageId id, const std::string& node_uuid) { storage_owner_[id] = node_uuid; }
  void forget_storage(StorageId id, const std::string& node_uuid);
  std::map<std::string, Datanode>& nodes() { return nodes_; }

  bool add_transfer(StorageId source, TransferWork work);
  bool add_recovery(const std::string& uuid, RecoveryWork work);
  std::vector<TransferWork> take_transfers(const std::string& uuid, size_t count);
  std::vector<RecoveryWork> take_recoveries(const std::string& uuid);
  void drop_work(const std::string& uuid) { work_.erase(uuid); }

  std::shared_ptr<const ClusterView> view() const;

  // Full block report leases: one number a node until its report came.
  int64_t grant_report_lease(const std::string& uuid, int64_t now_ms);
  bool check_report_lease(const std::string& uuid, int64_t lease, int64_t now_ms) const;
  void end_report_lease(const std::string& uuid) { leases_.erase(uuid); }
  // One full report of a node is worked on at a time; false while another is.
  bool begin_report(const std::string& uuid) { return reporting_.insert(uuid).second; }
  void end_report(const std::string& uuid) { reporting_.erase(uuid); }

 private:
  static constexpr int64_t kReportLeaseMs = 300'000;  // dfs.namenode.full.block.report.lease.length.ms
  static constexpr size_t kReportLeasesMax = 6;       // dfs.namenode.max.full.block.report.leases

  struct Work {
    std::deque<TransferWork> transfers;
    std::deque<RecoveryWork> recoveries;
  };
  struct ReportLease {
    int64_t id;
    int64_t until_ms;
  };
  std::map<std::string, Datanode> nodes_;  // by uuid
  std::map<StorageId, std::string> storage_owner_;
  std::map<std::string, Work> work_;
  net::Topology topology_;
  std::map<std::string, ReportLease> leases_;
  std::set<std::string> reporting_;
  int64_t next_lease_ = 1;
};

}  // namespace tusker::namenode
