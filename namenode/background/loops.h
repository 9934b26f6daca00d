#pragma once

#include <map>
#include <set>
#include <string>

#include "common/async/task_group.h"
#include "namenode/ops/datanode_operations.h"

namespace tusker::namenode {

// The NameNode's periodic work, a row each in the table of loops.cc. Owned by NameNodeServer: start() once the namespace is open, stop()
// before it closes. One turn of each loop is a function here that a test can call. Every turn works in bounded pieces on the core.
class Loops {
 public:
  explicit Loops(Namesystem& ns) : ns_(ns), strand_(ns.env().make_strand()), tasks_("namenode background") {}
  void start();
  Task<void> stop() { return tasks_.stop(); }

  // Declares silent DataNodes dead (HeartbeatManager.heartbeatCheck) and has the blocks of nodes that went or came back looked at.
  Task<void> check_heartbeats();
  // Orders copies of blocks that have too few (RedundancyMonitor).
  Task<void> copy_blocks();
  // Recovers files whose writers are gone (LeaseManager.Monitor).
  Task<void> check_leases();
  // Clears the rows of deleted subtrees.
  Task<void> clear_deleted();
  // Drops old answers of the retry cache, and operations beyond those retained.
  Task<void> drop_old_rows();
  // Enters safe mode while the store's disk still has room to write down what was promised (FSNamesystem.NameNodeResourceMonitor).
  Task<void> check_resources();
  // Rolls the master key of delegation tokens, drops expired ones (ExpiredTokenRemover).
  Task<void> keep_tokens();
  // Leaves the safe mode of the start-up once enough blocks are known to be alive.
  Task<void> check_safe_mode();

 private:
  struct Row;
  Task<void> run(const Row* row);
  // Looks at every block that has a replica there; at all blocks of the filesystem.
  Task<void> recheck_storage(StorageId storage);
  Task<void> bury_silent_nodes();
  Task<void> forget_deletions(StorageId storage);
  Task<void> recheck_all();
  Task<void> recheck(std::vector<BlockId> blocks);
  struct SafeCount {
    int64_t safe = 0;
    int64_t complete = 0;
  };
  Task<Result<SafeCount>> count_safe_blocks();
  Result<void> clear_piece(Transaction& tx, std::vector<InodeId>& roots, std::string& after);

  Namesystem& ns_;
  Executor strand_;
  TaskGroup tasks_;
  std::map<std::string, bool> was_alive_;
  std::set<std::string> safe_mode_registered_;  // who was back when the safe blocks were last counted
  int64_t safe_mode_recount_ms_ = 0;
  int64_t tokens_sweep_ms_ = 0;
  bool rescan_wanted_ = true;  // after a start nothing has been checked yet
};

}  // namespace tusker::namenode
