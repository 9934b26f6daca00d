#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "client/hdfs/file_system.h"
#include "common/env/real_env.h"
#include "datanode/server.h"
#include "namenode/server.h"

namespace tusker::tests {

// A NameNode and DataNodes in this process, on loopback ports and a temporary folder that goes with them (Hadoop's MiniDFSCluster).
class MiniDfsCluster {
 public:
  explicit MiniDfsCluster(int datanodes, std::map<std::string, std::string> settings = {});
  ~MiniDfsCluster();

  // DataNodes are numbered from 0. Stopping one is as sudden to its peers as a kill.
  Task<void> start_datanode(int number);  // waits until it is registered
  Task<void> stop_datanode(int number);
  // The block files of finalized replicas on a DataNode.
  std::vector<std::string> block_files(int number);

  // Runs a coroutine to its end. Each run is on a strand of its own, so a stream lives within one.
  void run(Task<void> task) { real.run(std::move(task)); }
  Env& env() { return real.env(); }

  RealEnv real;
  std::unique_ptr<client::FileSystem> fs;

 private:
  std::string datanode_folder(int number) const { return root_ + "/datanode-" + std::to_string(number); }

  std::string root_;
  config::Config config_;
  std::unique_ptr<namenode::NameNodeServer> namenode_;
  std::map<int, std::unique_ptr<config::Config>> datanode_configs_;
  std::map<int, std::unique_ptr<datanode::Server>> datanodes_;
};

}  // namespace tusker::tests
