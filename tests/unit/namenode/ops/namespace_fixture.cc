#include "tests/unit/namenode/ops/namespace_fixture.h"

#include <filesystem>

#include "common/kv/memory_engine.h"
#include "common/kv/rocks_engine.h"
#include "namenode/ops/quota.h"
#include "namenode/store/format.h"

namespace tusker::tests {

using namespace namenode;

namespace {

Settings settings() {
  Settings s;
  s.superuser = "root";
  s.supergroup = "supergroup";
  s.block_bytes_min = 1024;
  return s;
}

Task<void> drain(Namesystem* ns) { co_await ns->drain(); }

}  // namespace

NamespaceFixture::NamespaceFixture(Store store, const std::function<void(Settings&)>& adjust) : store_(store), settings_(settings()) {
  if (adjust) adjust(settings_);
  char name[] = "/tmp/tusker-namespace-XXXXXX";
  directory_ = ::mkdtemp(name);
  Identity identity = new_identity(real.env(), "CID-test", "127.0.0.1");
  if (store_ == Store::kMemory) {
    engine_ = std::make_unique<kv::MemoryEngine>(kFamilyCount);
    REQUIRE(write_first_rows(*engine_, identity, "root", "supergroup", 1));
  } else {
    REQUIRE(namenode::format(real.env(), directory_, identity, "root", "supergroup"));
  }
  open();
}

NamespaceFixture::~NamespaceFixture() {
  close();
  engine_.reset();
  std::filesystem::remove_all(directory_);
}

void NamespaceFixture::open() {
  if (store_ == Store::kRocks) {
    auto opened = kv::open_rocks(directory_ + "/current/store", family_names(), {});
    REQUIRE(opened);
    engine_ = *std::move(opened);
  }
  auto rows = read_first_rows(std::move(engine_));
  REQUIRE(rows);
  engine_ = std::move(rows->engine);
  ns_ = std::make_unique<Namesystem>(real.env(), *engine_, settings_, rows->identity, rows->counters, real.env().disk_pool);
  for (int i = 1; i <= 3; ++i) {
    const auto registered = mutate([this, i](Transaction& tx) -> Result<void> {
      Datanode node;
      node.uuid = "dn-" + std::to_string(i);
      node.ip = "10.0.0." + std::to_string(i);
      node.host_name = "host" + std::to_string(i);
      node.xfer_port = 9866;
      TRY_VOID(register_datanode(ns(), tx, node));
      Heartbeat beat;
      beat.uuid = node.uuid;
      beat.storages.push_back({"DS-" + std::to_string(i), false, int64_t{1} << 40, 0, int64_t{1} << 40, 0, 0});
      TRY_VOID(heartbeat(ns(), tx, beat));
      storage_reported(ns(), node.uuid, "DS-" + std::to_string(i));
      ns().publish_cluster();
      return {};
    });
    REQUIRE(registered);
  }
}

void NamespaceFixture::close() {
  real.run(drain(ns_.get()));
  ns_.reset();
}

void NamespaceFixture::restart() {
  close();
  if (store_ == Store::kRocks) engine_.reset();
  open();
}

OpContext NamespaceFixture::as(const std::string& user, std::vector<std::string> groups) {
  OpContext op;
  op.caller.name = user;
  op.caller.groups = std::move(groups);
  op.caller.superuser = user == "root";
  op.client_ip = "10.0.0.1";
  op.cluster = ns().cluster_view();
  return op;
}

void NamespaceFixture::write_file(const std::string& path, int64_t bytes) {
  const auto op = as("root");
  CreateRequest request;
  request.path = path;
  request.client_name = "writer";
  request.overwrite = true;
  request.replication = 3;
  request.block_bytes = 1 << 20;
  const auto file = mutate([&](Transaction& tx) { return create(ns(), tx, op, request); });
  REQUIRE(file);
  AddBlockRequest add;
  add.path = path;
  add.client_name = "writer";
  add.file = file->id;
  const auto block = mutate([&](Transaction& tx) { return add_block(ns(), tx, op, add); });
  REQUIRE(block);
  BlockRef ref{ns().identity().block_pool_id, block->block.id, block->block.generation, bytes};
  const auto reported = mutate([&](Transaction& tx) -> Result<void> {
    for (const StorageId storage : block->storages) {
      TRY_VOID(replica_reported(ns(), tx, storage, {ref.id, ref.generation, bytes, ReplicaState::kFinalized}));
    }
    return {};
  });
  REQUIRE(reported);
  const auto done = mutate([&](Transaction& tx) { return complete(ns(), tx, op, path, "writer", ref, file->id); });
  REQUIRE(done);
  REQUIRE(*done);
}

Usage NamespaceFixture::recount(const View& view, const Inode& inode) {
  if (inode.is_file()) {
    int64_t bytes = 0;
    for (const BlockId id : inode.blocks) {
      const auto block = view.block(id);
      REQUIRE(block);
      REQUIRE(block->has_value());
      CHECK((*block)->file == inode.id);
      bytes += (*block)->bytes;
    }
    CHECK(bytes == inode.length);
    const auto usage = usage_of(view, inode);
    REQUIRE(usage);
    return *usage;
  }
  Usage total;
  total.directories = 1;
  int64_t children = 0;
  REQUIRE(view.children(inode.id, "", [&](Inode child) -> Result<bool> {
    const auto by_id = view.inode(child.id);
    REQUIRE(by_id);
    REQUIRE(by_id->has_value());
    CHECK((*by_id)->name == child.name);
    CHECK((*by_id)->parent == inode.id);
    total += recount(view, child);
    ++children;
    return true;
  }));
  CHECK(children == inode.children);
  CHECK(view.usage(inode.id) == total);
  return total.seen_from_above(inode.storage_policy);
}

void NamespaceFixture::check_consistency() {
  const ReadView view(*engine_, kv::Tier::kAll);
  const auto root = view.inode(kRootInode);
  REQUIRE(root);
  REQUIRE(root->has_value());
  recount(view, **root);
}

}  // namespace tusker::tests
