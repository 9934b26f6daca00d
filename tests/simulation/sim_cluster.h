#pragma once

#include <map>
#include <memory>
#include <string>

#include "client/hdfs/file_system.h"
#include "common/env/sim_env.h"
#include "common/kv/memory_engine.h"
#include "datanode/server.h"
#include "namenode/server.h"

namespace tusker::tests {

// A NameNode and DataNodes on simulated machines: the real servers, on virtual time, network and disks, the NameNode's store in memory.
// Machines crash and come back; what was not durable is gone then.
class SimCluster {
 public:
  SimCluster(SimEnv& sim, int datanodes, std::map<std::string, std::string> settings);
  ~SimCluster();

  Task<void> start();  // formats and starts everything
  Task<void> stop();

  Task<void> crash_namenode();
  Task<void> start_namenode();
  bool namenode_runs() const { return namenode_ != nullptr; }
  Task<void> crash_datanode(int number);
  Task<void> start_datanode(int number);
  // One of its two disks is lost with all that is on it and replaced by an empty one; the DataNode must be down.
  void replace_disk(int number) { ++disks_[number]; }
  // Every block has all the copies that it should have, as far as the NameNode knows.
  bool all_replicated() const;
  bool datanode_runs(int number) const { return datanodes_.contains(number); }
  int datanode_count() const { return datanode_count_; }

  static std::string namenode_host() { return "10.0.0.1"; }
  static std::string datanode_host(int number) { return "10.0.1." + std::to_string(number); }
  static Endpoint namenode_address() { return {namenode_host(), 8020}; }
  const config::Config& config() const { return config_; }
  SimEnv& sim() { return sim_; }

 private:
  SimEnv& sim_;
  int datanode_count_;
  config::Config config_;
  std::shared_ptr<kv::MemoryEngine> store_;
  std::shared_ptr<bool> store_frozen_;
  std::unique_ptr<namenode::NameNodeServer> namenode_;
  std::map<int, int> disks_;  // how often a DataNode's second disk was replaced
  std::map<int, std::unique_ptr<config::Config>> datanode_configs_;
  std::map<int, std::unique_ptr<datanode::Server>> datanodes_;
};

}  // namespace tusker::tests
