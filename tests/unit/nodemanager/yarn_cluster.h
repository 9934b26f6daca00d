#pragma once

#include <unistd.h>

#include <filesystem>
#include <memory>
#include <vector>

#include "client/yarn/am_rm_client.h"
#include "client/yarn/nm_client.h"
#include "client/yarn/yarn_client.h"
#include "common/env/real_env.h"
#include "common/yarn/convert.h"
#include "nodemanager/exec/launcher_process.h"
#include "nodemanager/server.h"
#include "resourcemanager/server.h"
#include "tests/support/catch.h"

namespace tusker::tests {

// A ResourceManager and NodeManagers in this process, over real sockets and real container processes. Make it before any thread is started.
class YarnCluster {
 public:
  explicit YarnCluster(int nodes, std::vector<std::pair<std::string, std::string>> settings = {}) {
    std::vector<int> launchers;
    for (int i = 0; i < nodes; ++i) launchers.push_back(fork_one());
    char name[] = "/tmp/tusker-yarn-test-XXXXXX";
    directory_ = mkdtemp(name);
    env_ = std::make_unique<RealEnv>();
    config_.set("yarn.resourcemanager.address", "127.0.0.1:0");
    config_.set("yarn.resourcemanager.scheduler.address", "127.0.0.1:0");
    config_.set("yarn.resourcemanager.resource-tracker.address", "127.0.0.1:0");
    config_.set("yarn.resourcemanager.webapp.address", "127.0.0.1:0");
    config_.set("fs.defaultFS", "hdfs://127.0.0.1:1");
    config_.set("yarn.scheduler.minimum-allocation-mb", "128");
    for (auto& [key, value] : settings) config_.set(key, value);
    auto created = resourcemanager::ResourceManager::create(env_->env(), config_);
    REQUIRE(created);
    manager = std::move(*created);
    REQUIRE(manager->start());
    auto at = manager->addresses();
    config_.set("yarn.resourcemanager.address", at.clients.to_string());
    config_.set("yarn.resourcemanager.scheduler.address", at.masters.to_string());
    config_.set("yarn.resourcemanager.resource-tracker.address", at.nodes.to_string());
    for (int i = 1; i <= nodes; ++i) start_node(i, launchers[static_cast<size_t>(i - 1)]);
  }

  ~YarnCluster() {
    env_->run(stop_all());
    nodes_.clear();
    manager.reset();
    env_.reset();
    std::filesystem::remove_all(directory_);
  }

  Env& env() { return env_->env(); }
  const config::Config& config() const { return config_; }
  const std::string& directory() const { return directory_; }
  nodemanager::NodeManager& node(size_t i) { return *nodes_[i]; }
  void run(Task<void> task) { env_->run(std::move(task)); }

  std::unique_ptr<resourcemanager::ResourceManager> manager;

 private:
  static int fork_one() {
    auto socket = nodemanager::fork_launcher();
    REQUIRE(socket);
    return *socket;
  }

  void start_node(int i, int launcher) {
    auto config = std::make_unique<config::Config>(config_);
    const std::string host = "127.0.1." + std::to_string(i);
    config->set("yarn.nodemanager.address", host + ":0");
    config->set("yarn.nodemanager.webapp.address", host + ":0");
    config->set("mapreduce.shuffle.port", "0");
    config->set("yarn.nodemanager.local-dirs", directory_ + "/" + host + "/local");
    // A file where a disk should be: nothing can be written below it.
    if (config->has("tests.broken-disk")) {
      const std::string broken = directory_ + "/" + host + "-broken";
      REQUIRE(env().disk.open(broken, OpenMode::kTruncate));
      config->set("yarn.nodemanager.local-dirs", broken + "," + directory_ + "/" + host + "/local");
    }
    config->set("yarn.nodemanager.log-dirs", directory_ + "/" + host + "/logs");
    auto node = nodemanager::NodeManager::create(env(), *config, launcher);
    REQUIRE(node);
    REQUIRE((*node)->start());
    nodes_.push_back(std::move(*node));
    node_configs_.push_back(std::move(config));
  }

  Task<void> stop_all() {
    for (auto& node : nodes_) co_await node->stop();
    co_await manager->stop();
  }

  std::unique_ptr<RealEnv> env_;
  std::string directory_;
  config::Config config_;
  std::vector<std::unique_ptr<config::Config>> node_configs_;
  std::vector<std::unique_ptr<nodemanager::NodeManager>> nodes_;
};

}  // namespace tusker::tests
