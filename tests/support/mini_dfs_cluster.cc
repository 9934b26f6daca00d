#include "tests/support/mini_dfs_cluster.h"

#include <unistd.h>

#include "tests/support/catch.h"

namespace tusker::tests {
namespace {

Task<void> start_namenode(namenode::NameNodeServer& server) {
  const auto started = co_await server.start();
  REQUIRE(started);
}

}  // namespace

MiniDfsCluster::MiniDfsCluster(int datanodes, std::map<std::string, std::string> settings) {
  char name[] = "/tmp/tusker-cluster-XXXXXX";
  root_ = ::mkdtemp(name);
  for (const auto& [key, value] : std::map<std::string, std::string>{{"dfs.namenode.rpc-address", "127.0.0.1:0"},
                                                                     {"dfs.namenode.http-address", "127.0.0.1:0"},
                                                                     {"dfs.namenode.name.dir", root_ + "/name"},
                                                                     {"dfs.namenode.fs-limits.min-block-size", "512"},
                                                                     {"dfs.heartbeat.interval", "200ms"}}) {
    config_.set(key, value);
  }
  for (const auto& [key, value] : settings) config_.set(key, value);
  auto namenode_settings = namenode::read_settings(config_);
  REQUIRE(namenode_settings);
  const auto identity = namenode::new_identity(env(), "CID-test", "127.0.0.1");
  REQUIRE(
      namenode::format(env(), namenode_settings->name_directory, identity, namenode_settings->superuser, namenode_settings->supergroup));
  auto store = namenode::open_store(env(), namenode_settings->name_directory, namenode_settings->store_cache_bytes,
                                    namenode_settings->store_buffer_bytes);
  REQUIRE(store);
  namenode_ = std::make_unique<namenode::NameNodeServer>(env(), config_, *namenode_settings, *std::move(store), env().disk_pool);
  run(start_namenode(*namenode_));
  for (int i = 0; i < datanodes; ++i) run(start_datanode(i));
  fs = std::make_unique<client::FileSystem>(env(), config_, namenode_->rpc_address(), security::User{namenode_settings->superuser, ""});
}

MiniDfsCluster::~MiniDfsCluster() {
  run(fs->stop());
  fs.reset();
  while (!datanodes_.empty()) run(stop_datanode(datanodes_.begin()->first));
  run(namenode_->stop());
  namenode_.reset();
  static_cast<void>(env().disk.remove_tree(root_));
}

Task<void> MiniDfsCluster::start_datanode(int number) {
  auto config = std::make_unique<config::Config>(config_);
  config->set("dfs.namenode.rpc-address", namenode_->rpc_address().to_string());
  config->set("dfs.datanode.address", "127.0.0.1:0");
  config->set("dfs.datanode.ipc.address", "127.0.0.1:0");
  config->set("dfs.datanode.http.address", "127.0.0.1:0");
  config->set("dfs.datanode.hostname", "127.0.0.1");
  config->set("dfs.datanode.data.dir", datanode_folder(number));
  auto server = std::make_unique<datanode::Server>(env(), *config, security::User{"hdfs", ""});
  const auto started = server->start();
  REQUIRE(started);
  for (int tries = 0; tries < 1000 && !server->registered(); ++tries) co_await env().clock.sleep_for(std::chrono::milliseconds(10));
  REQUIRE(server->registered());
  // Its first heartbeat tells of its storages: before that nothing is placed on it.
  const auto has_room = [this] {
    const auto view = namenode_->namesystem().cluster_view();
    const auto with_room = std::ranges::count_if(view->nodes, [](const auto& node) { return node->alive && node->remaining() > 0; });
    return with_room > std::ssize(datanodes_);
  };
  for (int tries = 0; tries < 1000 && !has_room(); ++tries) co_await env().clock.sleep_for(std::chrono::milliseconds(10));
  REQUIRE(has_room());
  datanode_configs_[number] = std::move(config);
  datanodes_[number] = std::move(server);
}

Task<void> MiniDfsCluster::stop_datanode(int number) {
  co_await datanodes_.at(number)->stop();
  datanodes_.erase(number);
}

std::vector<std::string> MiniDfsCluster::block_files(int number) {
  std::vector<std::string> found;
  std::vector<std::string> folders{datanode_folder(number) + "/current"};
  while (!folders.empty()) {
    const std::string folder = folders.back();
    folders.pop_back();
    auto entries = env().disk.list(folder);
    REQUIRE(entries);
    for (const auto& entry : *entries) {
      const std::string path = folder + "/" + entry.name;
      if (entry.is_directory)
        folders.push_back(path);
      else if (entry.name.starts_with("blk_") && !entry.name.ends_with(".meta") && folder.find("/finalized/") != std::string::npos)
        found.push_back(path);
    }
  }
  return found;
}

}  // namespace tusker::tests
