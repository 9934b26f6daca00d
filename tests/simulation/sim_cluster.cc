#include "tests/simulation/sim_cluster.h"

#include "tests/support/catch.h"

namespace tusker::tests {
namespace {

// The memory engine as one incarnation of the NameNode sees it: after its machine crashed nothing more gets in.
class Incarnation final : public kv::Engine {
 public:
  Incarnation(std::shared_ptr<kv::MemoryEngine> store, std::shared_ptr<bool> frozen)
      : store_(std::move(store)), frozen_(std::move(frozen)) {}
  Result<std::optional<std::string>> get(kv::Family family, std::string_view key, kv::Tier tier, const kv::Snapshot* snapshot) override {
    return store_->get(family, key, tier, snapshot);
  }
  std::unique_ptr<kv::Iterator> iterate(kv::Family family, std::string_view lower, std::string_view upper, kv::Tier tier,
                                        const kv::Snapshot* snapshot) override {
    return store_->iterate(family, lower, upper, tier, snapshot);
  }
  std::unique_ptr<kv::Snapshot> snapshot() override { return store_->snapshot(); }
  Result<void> write(const kv::Batch& batch, bool durable) override {
    if (*frozen_) return error(StatusCode::kIo, "the machine of this store has crashed");
    return store_->write(batch, durable);
  }

 private:
  std::shared_ptr<kv::MemoryEngine> store_;
  std::shared_ptr<bool> frozen_;
};

}  // namespace

SimCluster::SimCluster(SimEnv& sim, int datanodes, std::map<std::string, std::string> settings)
    : sim_(sim), datanode_count_(datanodes), store_(std::make_shared<kv::MemoryEngine>(namenode::kFamilyCount)) {
  config_.set("dfs.namenode.rpc-address", namenode_address().to_string());
  config_.set("fs.defaultFS", "hdfs://" + namenode_address().to_string());
  config_.set("dfs.namenode.http-address", namenode_host() + ":9870");
  config_.set("dfs.namenode.name.dir", "/name");
  for (const auto& [key, value] : settings) config_.set(key, value);
}

SimCluster::~SimCluster() = default;

Task<void> SimCluster::start() {
  const auto identity = namenode::new_identity(sim_.host(namenode_host()), "CID-simulation", namenode_host());
  auto settings = namenode::read_settings(config_);
  REQUIRE(settings);
  REQUIRE(namenode::write_first_rows(*store_, identity, settings->superuser, settings->supergroup, sim_.clock().wall_ms()));
  co_await start_namenode();
  for (int i = 1; i <= datanode_count_; ++i) co_await start_datanode(i);
}

Task<void> SimCluster::stop() {
  while (!datanodes_.empty()) {
    const int number = datanodes_.begin()->first;
    co_await datanodes_.at(number)->stop();
    datanodes_.erase(number);
  }
  if (namenode_) co_await namenode_->stop();
  namenode_.reset();
}

Task<void> SimCluster::start_namenode() {
  sim_.network().restart(namenode_host());
  store_frozen_ = std::make_shared<bool>(false);
  auto settings = namenode::read_settings(config_);
  REQUIRE(settings);
  auto opened = namenode::read_first_rows(std::make_unique<Incarnation>(store_, store_frozen_));
  REQUIRE(opened);
  auto server = std::make_unique<namenode::NameNodeServer>(sim_.host(namenode_host()), config_, *settings, *std::move(opened),
                                                           sim_.host(namenode_host()).disk_pool);
  const auto started = co_await server->start();
  REQUIRE(started);
  namenode_ = std::move(server);
}

Task<void> SimCluster::crash_namenode() {
  // First the machine goes silent, then its program's remains are cleared away.
  auto dying = std::move(namenode_);
  sim_.network().crash(namenode_host());
  *store_frozen_ = true;
  co_await dying->stop();
  dying.reset();
  store_->crash();
}

Task<void> SimCluster::start_datanode(int number) {
  const std::string host = datanode_host(number);
  sim_.network().restart(host);
  sim_.disk(host).restart();
  auto config = std::make_unique<config::Config>(config_);
  config->set("dfs.datanode.address", host + ":9866");
  config->set("dfs.datanode.ipc.address", host + ":9867");
  config->set("dfs.datanode.http.address", host + ":9864");
  config->set("dfs.datanode.hostname", host);
  config->set("dfs.datanode.data.dir", "/data,/disk-" + std::to_string(disks_[number]));
  auto server = std::make_unique<datanode::Server>(sim_.host(host), *config, security::User{"hdfs", ""});
  const auto started = server->start();
  INFO((started ? std::string() : started.error().to_string()));
  REQUIRE(started);
  datanode_configs_[number] = std::move(config);
  datanodes_[number] = std::move(server);
  co_return;
}

bool SimCluster::all_replicated() const {
  if (!namenode_ || namenode_->namesystem().safe_mode().on()) return false;
  const auto health = namenode_->namesystem().block_health();
  return health.low_redundancy == 0 && health.missing == 0;
}

Task<void> SimCluster::crash_datanode(int number) {
  auto dying = std::move(datanodes_.at(number));
  datanodes_.erase(number);
  sim_.network().crash(datanode_host(number));
  sim_.disk(datanode_host(number)).crash();
  co_await dying->stop();
}

}  // namespace tusker::tests
