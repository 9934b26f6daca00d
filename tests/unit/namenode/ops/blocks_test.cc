#include "tests/unit/namenode/ops/namespace_fixture.h"

using namespace tusker;
using namespace tusker::namenode;
using tests::NamespaceFixture;
using tests::Store;

namespace {

Result<Inode> open_file(NamespaceFixture& f, const std::string& path, const std::string& client, bool overwrite = false) {
  CreateRequest request;
  request.path = path;
  request.client_name = client;
  request.overwrite = overwrite;
  request.block_bytes = 1 << 20;
  return f.mutate([&](Transaction& tx) { return create(f.ns(), tx, f.as("root"), request); });
}
Result<LocatedBlock> add(NamespaceFixture& f, const std::string& path, const std::string& client, std::optional<BlockRef> previous) {
  AddBlockRequest request;
  request.path = path;
  request.client_name = client;
  request.previous = std::move(previous);
  return f.mutate([&](Transaction& tx) { return add_block(f.ns(), tx, f.as("root"), request); });
}
BlockRef ref_of(NamespaceFixture& f, const LocatedBlock& b, int64_t bytes) {
  return {f.ns().identity().block_pool_id, b.block.id, b.block.generation, bytes};
}

}  // namespace

TEST_CASE("a repeated addBlock gives the same block again") {
  NamespaceFixture f(Store::kMemory);
  REQUIRE(open_file(f, "/f", "c1"));
  const auto first = add(f, "/f", "c1", std::nullopt);
  const auto again = add(f, "/f", "c1", std::nullopt);
  REQUIRE(first);
  REQUIRE(again);
  CHECK(first->block.id == again->block.id);
  CHECK(first->block.generation == again->block.generation);
  CHECK(first->storages == again->storages);
}

TEST_CASE("complete waits for a replica, and repeats well") {
  NamespaceFixture f(Store::kMemory);
  REQUIRE(open_file(f, "/f", "c1"));
  const auto block = add(f, "/f", "c1", std::nullopt);
  REQUIRE(block);
  const auto ref = ref_of(f, *block, 700);
  const auto finish = [&](const std::string& client) {
    return f.mutate([&](Transaction& tx) { return complete(f.ns(), tx, f.as("root"), "/f", client, ref, InodeId()); });
  };
  CHECK_FALSE(finish("c1").value());
  REQUIRE(f.mutate([&](Transaction& tx) {
    return replica_reported(f.ns(), tx, block->storages[0], {ref.id, ref.generation, 700, ReplicaState::kFinalized});
  }));
  CHECK(finish("c2").error().code() == StatusCode::kLeaseExpired);
  CHECK(finish("c1").value());
  CHECK(finish("c1").value());
  f.check_consistency();
}

TEST_CASE("only one of two creators gets the file") {
  NamespaceFixture f(Store::kMemory);
  REQUIRE(open_file(f, "/f", "c1"));
  const auto second = open_file(f, "/f", "c2");
  REQUIRE_FALSE(second);
  CHECK(second.error().code() == StatusCode::kAlreadyBeingCreated);
  CHECK(second.error().message() ==
        "Failed to CREATE_FILE /f for c2 on 10.0.0.1 because this file lease is currently owned by c1 on 10.0.0.1");
  REQUIRE(open_file(f, "/f", "c2", true));  // overwriting is allowed, and the first writer loses
  CHECK(add(f, "/f", "c1", std::nullopt).error().code() == StatusCode::kLeaseExpired);
}

TEST_CASE("an abandoned block leaves no trace") {
  NamespaceFixture f(Store::kMemory);
  REQUIRE(open_file(f, "/f", "c1"));
  const auto block = add(f, "/f", "c1", std::nullopt);
  REQUIRE(block);
  const auto drop = [&] {
    return f.mutate([&](Transaction& tx) { return abandon_block(f.ns(), tx, f.as("root"), ref_of(f, *block, 0), "/f", "c1", InodeId()); });
  };
  REQUIRE(drop());
  REQUIRE(drop());
  const auto next = add(f, "/f", "c1", std::nullopt);
  REQUIRE(next);
  CHECK(next->block.id != block->block.id);
  f.check_consistency();
}

TEST_CASE("a pipeline moves to a new generation and refuses an old one") {
  NamespaceFixture f(Store::kMemory);
  REQUIRE(open_file(f, "/f", "c1"));
  const auto block = add(f, "/f", "c1", std::nullopt);
  REQUIRE(block);
  const auto old_ref = ref_of(f, *block, 0);
  const auto fresh = f.mutate([&](Transaction& tx) { return update_block_for_pipeline(f.ns(), tx, f.as("root"), old_ref, "c1"); });
  REQUIRE(fresh);
  auto new_ref = old_ref;
  new_ref.generation = fresh->block.generation;
  new_ref.bytes = 10;
  const auto update = [&](const BlockRef& to) {
    return f.mutate([&](Transaction& tx) { return update_pipeline(f.ns(), tx, f.as("root"), "c1", old_ref, to, {"dn-1"}, {"DS-1"}); });
  };
  CHECK_FALSE(update(old_ref));
  REQUIRE(update(new_ref));
  CHECK(f.mutate([&](Transaction& tx) { return update_block_for_pipeline(f.ns(), tx, f.as("root"), new_ref, "c2"); }).error().code() ==
        StatusCode::kLeaseExpired);
}

TEST_CASE("locations leave out bad replicas and sort by nothing but the caller's wish") {
  NamespaceFixture f(Store::kRocks);
  f.write_file("/f", 4096);
  const auto locate = [&] { return f.read([&](const View& view) { return get_block_locations(view, f.as("root"), "/f", 0, 1 << 20); }); };
  auto located = locate();
  REQUIRE(located);
  REQUIRE(located->blocks.size() == 1);
  CHECK(located->blocks[0].storages.size() == 3);
  CHECK(located->file_length == 4096);
  const auto block = located->blocks[0].block.id;
  const StorageId bad = located->blocks[0].storages[0];
  const GenerationStamp generation = located->blocks[0].block.generation;
  const auto view = f.ns().cluster_view();
  REQUIRE(f.mutate([&](Transaction& tx) {
    return replica_is_bad(f.ns(), tx, {block, generation, view->node_of(bad)->uuid, view->storage(bad)->uuid});
  }));
  located = locate();
  REQUIRE(located);
  CHECK(located->blocks[0].storages.size() == 2);
  CHECK(f.read([&](const View& view) { return get_block_locations(view, f.as("root"), "/none", 0, 1); }).error().message() ==
        "File does not exist: /none");
  CHECK(f.read([&](const View& view) { return get_block_locations(view, f.as("root"), "/", 0, 1); }).error().message() ==
        "Path is not a file: /");
}

TEST_CASE("a replica of an unknown block is ordered deleted, a report's differences are found") {
  NamespaceFixture f(Store::kMemory);
  f.write_file("/f", 4096);
  const auto located = f.read([&](const View& view) { return get_block_locations(view, f.as("root"), "/f", 0, 1 << 20); });
  REQUIRE(located);
  const BlockInfo block = located->blocks[0].block;
  const StorageId storage = located->blocks[0].storages[0];
  REQUIRE(f.mutate([&](Transaction& tx) {
    return replica_reported(f.ns(), tx, storage, {BlockId(77), GenerationStamp(1), 5, ReplicaState::kFinalized});
  }));
  Heartbeat beat;
  beat.uuid = f.ns().cluster_view()->node_of(storage)->uuid;
  beat.storages.push_back({f.ns().cluster_view()->storage(storage)->uuid, false, 1 << 30, 0, 1 << 30, 0, 0});
  const auto answer = f.mutate([&](Transaction& tx) { return heartbeat(f.ns(), tx, beat); });
  REQUIRE(answer);
  REQUIRE(answer->invalidations.size() == 1);
  CHECK(answer->invalidations[0].block == BlockId(77));
  const auto same = f.read([&](const View& view) {
    return compare_report(view, storage, {{block.id, block.generation, block.bytes, ReplicaState::kFinalized}});
  });
  REQUIRE(same);
  CHECK(same->changed.empty());
  CHECK(same->missing.empty());
  const auto empty = f.read([&](const View& view) { return compare_report(view, storage, {}); });
  REQUIRE(empty);
  CHECK(empty->missing == std::vector<BlockId>{block.id});
}
