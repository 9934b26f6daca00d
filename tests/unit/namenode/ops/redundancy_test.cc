#include "namenode/background/loops.h"
#include "tests/unit/namenode/ops/namespace_fixture.h"

using namespace tusker;
using namespace tusker::namenode;
using tests::NamespaceFixture;
using tests::Store;

namespace {

BlockInfo block_of(NamespaceFixture& f, const std::string& path) {
  const auto located = f.read([&](const View& view) { return get_block_locations(view, f.as("root"), path, 0, 1 << 30); });
  REQUIRE(located);
  REQUIRE(located->last);
  return located->last->block;
}
std::vector<StorageId> locations(NamespaceFixture& f, const std::string& path) {
  const auto located = f.read([&](const View& view) { return get_block_locations(view, f.as("root"), path, 0, 1 << 30); });
  REQUIRE(located);
  REQUIRE(located->last);
  return located->last->storages;
}
bool is_located(NamespaceFixture& f, const std::string& path, StorageId storage) {
  const auto all = locations(f, path);
  return std::ranges::find(all, storage) != all.end();
}
StorageId storage_number(NamespaceFixture& f, int node) { return f.ns().cluster().find("dn-" + std::to_string(node))->storages.front().id; }
Heartbeat beat_of(int node, bool with_storage = true) {
  Heartbeat beat;
  beat.uuid = "dn-" + std::to_string(node);
  if (with_storage) beat.storages.push_back({"DS-" + std::to_string(node), false, int64_t{1} << 40, 0, int64_t{1} << 40, 0, 0});
  return beat;
}
HeartbeatAnswer beat(NamespaceFixture& f, const Heartbeat& from) {
  auto answer = f.mutate([&](Transaction& tx) { return heartbeat(f.ns(), tx, from); });
  REQUIRE(answer);
  return *answer;
}
void report(NamespaceFixture& f, StorageId storage, const ReportedReplica& replica) {
  REQUIRE(f.mutate([&](Transaction& tx) { return replica_reported(f.ns(), tx, storage, replica); }));
}
void set_replication_of(NamespaceFixture& f, const std::string& path, int16_t replication) {
  REQUIRE(f.mutate([&](Transaction& tx) { return set_replication(f.ns(), tx, f.as("root"), path, replication); }).value());
}
ReportedReplica whole(const BlockInfo& block) { return {block.id, block.generation, block.bytes, ReplicaState::kFinalized}; }

struct Ordered {
  int node;
  Invalidation order;
};
// What the next heartbeats of all nodes are told to delete.
std::vector<Ordered> collect_orders(NamespaceFixture& f) {
  std::vector<Ordered> out;
  for (int node = 1; node <= 3; ++node) {
    for (const auto& order : beat(f, beat_of(node)).invalidations) out.push_back({node, order});
  }
  return out;
}

}  // namespace

TEST_CASE("a storage that a heartbeat leaves out has failed: its replicas don't count and its blocks are looked at") {
  NamespaceFixture f(Store::kMemory);
  f.write_file("/f", 4096);
  const StorageId gone = storage_number(f, 2);
  f.ns().storages_to_check().clear();
  beat(f, beat_of(2, false));
  CHECK(f.ns().storages_to_check() == std::set<StorageId>{gone});
  CHECK_FALSE(is_located(f, "/f", gone));
  Loops loops(f.ns());
  f.real.run(loops.check_heartbeats());
  CHECK(f.ns().redundancy().contains(block_of(f, "/f").id));
  beat(f, beat_of(2));
  CHECK(f.ns().storages_to_check() == std::set<StorageId>{gone});
  f.real.run(loops.check_heartbeats());
  CHECK_FALSE(f.ns().redundancy().contains(block_of(f, "/f").id));
  CHECK(locations(f, "/f").size() == 3);
  CHECK_FALSE(f.ns().cluster_view()->storage(gone)->reported);  // it may have lost what it had
}

TEST_CASE("a replica that is being deleted doesn't come back by a report made before") {
  NamespaceFixture f(Store::kMemory);
  f.write_file("/f", 4096);
  const BlockInfo block = block_of(f, "/f");
  set_replication_of(f, "/f", 2);
  const auto orders = collect_orders(f);
  REQUIRE(orders.size() == 1);
  CHECK(orders[0].order.block == block.id);
  CHECK(orders[0].order.report_back);
  const StorageId loser = storage_number(f, orders[0].node);
  report(f, loser, whole(block));  // the deletion and this report crossed
  CHECK(locations(f, "/f").size() == 2);
  CHECK(collect_orders(f).empty());  // nobody else is told, and the order isn't repeated at once

  const auto compare = [&](const std::vector<ReportedReplica>& replicas) {
    const auto difference = f.read([&](const View& view) { return compare_report(view, loser, replicas); });
    REQUIRE(difference);
    return *difference;
  };
  CHECK(compare({whole(block)}).obeyed.empty());
  CHECK(compare({}).obeyed == std::vector<BlockId>{block.id});

  REQUIRE(f.mutate([&](Transaction& tx) { return replica_deleted(f.ns(), tx, loser, block.id); }));
  report(f, loser, whole(block));  // now it is a new copy, one too many
  CHECK(collect_orders(f).size() == 1);
}

TEST_CASE("an order to delete that nobody answered is given again") {
  NamespaceFixture f(Store::kMemory);
  f.write_file("/f", 4096);
  const BlockInfo block = block_of(f, "/f");
  const StorageId storage = storage_number(f, 1);
  const auto order_of_age = [&](int64_t age_ms) {
    REQUIRE(f.mutate([&](Transaction& tx) -> Result<void> {
      tx.put(kInvalidateFamily, storage_key(storage, block.id), encode(DeletionOrder{block.generation, true, tx.now_ms() - age_ms}));
      return {};
    }));
  };
  order_of_age(299'000);
  CHECK(beat(f, beat_of(1)).invalidations.empty());
  order_of_age(301'000);
  CHECK(beat(f, beat_of(1)).invalidations.size() == 1);
}

TEST_CASE("a copy too many is kept when the others went before its deletion was sent") {
  NamespaceFixture f(Store::kMemory);
  f.write_file("/f", 4096);
  const BlockInfo block = block_of(f, "/f");
  set_replication_of(f, "/f", 1);
  int survivor = 0;
  for (int node = 1; node <= 3; ++node) {
    if (is_located(f, "/f", storage_number(f, node))) survivor = node;
  }
  beat(f, beat_of(survivor, false));  // its disk fails
  CHECK(locations(f, "/f").empty());
  const int other = survivor == 1 ? 2 : 1;
  CHECK(beat(f, beat_of(other)).invalidations.empty());
  CHECK(locations(f, "/f") == std::vector<StorageId>{storage_number(f, other)});
  const int third = 6 - survivor - other;
  CHECK(beat(f, beat_of(third)).invalidations.size() == 1);
}

TEST_CASE("a replica of an older generation is none, though it was finalized when that was current") {
  NamespaceFixture f(Store::kMemory);
  CreateRequest request;
  request.path = "/f";
  request.client_name = "c";
  request.block_bytes = 1 << 20;
  REQUIRE(f.mutate([&](Transaction& tx) { return create(f.ns(), tx, f.as("root"), request); }));
  AddBlockRequest add;
  add.path = "/f";
  add.client_name = "c";
  const auto block = f.mutate([&](Transaction& tx) { return add_block(f.ns(), tx, f.as("root"), add); });
  REQUIRE(block);
  const BlockRef first{f.ns().identity().block_pool_id, block->block.id, block->block.generation, 0};
  report(f, storage_number(f, 3), {first.id, first.generation, 700, ReplicaState::kFinalized});
  const auto fresh = f.mutate([&](Transaction& tx) { return update_block_for_pipeline(f.ns(), tx, f.as("root"), first, "c"); });
  REQUIRE(fresh);
  BlockRef second = first;
  second.generation = fresh->block.generation;
  second.bytes = 700;
  REQUIRE(f.mutate(
      [&](Transaction& tx) { return update_pipeline(f.ns(), tx, f.as("root"), "c", first, second, {"dn-1", "dn-2"}, {"DS-1", "DS-2"}); }));
  for (int node = 1; node <= 2; ++node) report(f, storage_number(f, node), {second.id, second.generation, 700, ReplicaState::kFinalized});
  REQUIRE(f.mutate([&](Transaction& tx) { return complete(f.ns(), tx, f.as("root"), "/f", "c", second, InodeId()); }).value());
  CHECK(locations(f, "/f").size() == 2);
  // The old one is deleted rather than counted: its node is the only one that can take a third copy.
  const auto orders = collect_orders(f);
  REQUIRE(orders.size() == 1);
  CHECK(orders[0].node == 3);
  CHECK(orders[0].order.generation == first.generation);
  CHECK(f.ns().redundancy().contains(second.id));
}

TEST_CASE("a writer that lost its file to a recovery doesn't complete it") {
  NamespaceFixture f(Store::kMemory);
  f.write_file("/f", 100);
  const BlockInfo block = block_of(f, "/f");
  const auto finish = [&](GenerationStamp generation) {
    const BlockRef last{f.ns().identity().block_pool_id, block.id, generation, 100};
    return f.mutate([&](Transaction& tx) { return complete(f.ns(), tx, f.as("root"), "/f", "writer", last, InodeId()); });
  };
  CHECK(finish(block.generation).value());
  CHECK(finish(GenerationStamp(block.generation.value - 1)).error().code() == StatusCode::kLeaseExpired);
  CreateRequest request;
  request.path = "/open";
  request.client_name = "c";
  request.block_bytes = 1 << 20;
  REQUIRE(f.mutate([&](Transaction& tx) { return create(f.ns(), tx, f.as("root"), request); }));
  CHECK(
      f.mutate([&](Transaction& tx) { return complete(f.ns(), tx, f.as("root"), "/open", "", std::nullopt, InodeId()); }).error().code() ==
      StatusCode::kLeaseExpired);
}

TEST_CASE("who reports a bad replica may not know its storage, and makes none") {
  NamespaceFixture f(Store::kMemory);
  f.write_file("/f", 4096);
  const BlockInfo block = block_of(f, "/f");
  const auto bad = [&](const BadReplica& what) { REQUIRE(f.mutate([&](Transaction& tx) { return replica_is_bad(f.ns(), tx, what); })); };
  bad({block.id, GenerationStamp(block.generation.value - 1), "dn-1", ""});
  bad({block.id, block.generation, "nobody", "DS-9"});
  bad({block.id, block.generation, "dn-2", "DS-1"});  // not one of its own
  bad({BlockId(5), block.generation, "dn-1", ""});
  CHECK(f.ns().cluster().find("dn-2")->storages.size() == 1);
  CHECK(locations(f, "/f").size() == 2);  // dn-2's, whatever storage was named
  bad({block.id, block.generation, "dn-1", ""});
  CHECK(locations(f, "/f") == std::vector<StorageId>{storage_number(f, 3)});
  report(f, storage_number(f, 1), whole(block));  // said again, it is no better
  CHECK(locations(f, "/f").size() == 1);
}

TEST_CASE("a block that this namespace never gave out is left alone") {
  NamespaceFixture f(Store::kMemory);
  f.write_file("/f", 4096);
  const BlockInfo block = block_of(f, "/f");
  report(f, storage_number(f, 1), {BlockId(block.id.value + 10), block.generation, 5, ReplicaState::kFinalized});
  report(f, storage_number(f, 1), {block.id, GenerationStamp(block.generation.value + 10), 5, ReplicaState::kFinalized});
  CHECK(collect_orders(f).empty());
  CHECK(locations(f, "/f").size() == 3);
  Loops loops(f.ns());
  f.real.run(loops.copy_blocks());
  CHECK(f.ns().block_health().in_future == 2);
}

TEST_CASE("a storage whose operation failed is forgotten, and its number is given to the next alone") {
  NamespaceFixture f(Store::kMemory);
  const auto failed = f.mutate([&](Transaction& tx) -> Result<StorageId> {
    TRY_VOID(storage_id(f.ns(), tx, "dn-1", "DS-new"));
    return error(StatusCode::kIo, "something else went wrong");
  });
  REQUIRE_FALSE(failed);
  CHECK(f.ns().cluster().find("dn-1")->storages.size() == 1);
  const auto next = f.mutate([&](Transaction& tx) { return storage_id(f.ns(), tx, "dn-2", "DS-other"); });
  REQUIRE(next);
  CHECK(f.ns().cluster().find_storage(*next)->uuid == "dn-2");
}

TEST_CASE("reports are older than what the nodes said meanwhile") {
  NamespaceFixture f(Store::kMemory);
  const int64_t now = f.ns().now_ms();
  f.ns().note_recent(StorageId(1), BlockId(7));
  CHECK(f.ns().is_recent(StorageId(1), BlockId(7), now));
  CHECK(f.ns().is_recent(StorageId(1), BlockId(7), now - 500'000));  // it came in long ago and is still worked on
  CHECK_FALSE(f.ns().is_recent(StorageId(1), BlockId(7), now + 61'000));
  CHECK_FALSE(f.ns().is_recent(StorageId(2), BlockId(7), now));
  CHECK(f.ns().cluster().begin_report("dn-1"));
  CHECK_FALSE(f.ns().cluster().begin_report("dn-1"));
  f.ns().cluster().end_report("dn-1");
  CHECK(f.ns().cluster().begin_report("dn-1"));
}

TEST_CASE("blocks that can't be helped now hide no others and aren't forgotten") {
  RedundancyQueue queue;
  for (int i = 1; i <= 3; ++i) queue.add(BlockId(i), 0);
  queue.add(BlockId(9), 2);
  for (int i = 1; i <= 3; ++i) {
    CHECK(queue.pop() == BlockId(i));
    queue.add(BlockId(i), 0);
    queue.postpone(BlockId(i));
  }
  CHECK(queue.pop() == BlockId(9));
  CHECK(queue.size() == 3);
  CHECK(queue.pop() == std::nullopt);  // the round is over
  CHECK(queue.pop() == BlockId(1));
  queue.remove(BlockId(2));
  CHECK(queue.pop() == BlockId(3));
}

TEST_CASE("a turn that can order nothing leaves every block in the queue") {
  NamespaceFixture f(Store::kMemory);
  for (int i = 0; i < 200; ++i) f.write_file("/f" + std::to_string(i), 10);
  beat(f, beat_of(3, false));  // two nodes are left for three copies
  Loops loops(f.ns());
  f.real.run(loops.check_heartbeats());
  CHECK(f.ns().redundancy().size() == 200);
  for (int turn = 0; turn < 20; ++turn) f.real.run(loops.copy_blocks());
  CHECK(f.ns().redundancy().size() == 200);
}

TEST_CASE("what a node has too many when it comes back is deleted once it has reported") {
  NamespaceFixture f(Store::kMemory);
  f.write_file("/f", 4096);
  f.ns().cluster().find("dn-2")->storages.front().reported = false;
  f.ns().publish_cluster();
  set_replication_of(f, "/f", 2);
  CHECK(collect_orders(f).empty());
  storage_reported(f.ns(), "dn-2", "DS-2");
  f.ns().publish_cluster();
  Loops loops(f.ns());
  f.real.run(loops.check_heartbeats());
  CHECK(collect_orders(f).size() == 1);
}

TEST_CASE("a dead node stays dead over a restart, and nothing is written to a node that isn't registered") {
  NamespaceFixture f(Store::kMemory);
  f.ns().cluster().find("dn-2")->last_heartbeat_ms = -f.ns().settings().heartbeat_expiry_ms() * 2;
  Loops loops(f.ns());
  f.real.run(loops.check_heartbeats());
  CHECK_FALSE(f.ns().cluster_view()->node_of(storage_number(f, 2))->alive);
  std::map<std::string, bool> alive;
  REQUIRE(f.read([&](const View& view) {
    return view.scan(kDatanodeFamily, "", "", [&](std::string_view, std::string_view row) -> Result<bool> {
      TRY(const Datanode node, decode_datanode(row));
      alive[node.uuid] = node.alive;
      return true;
    });
  }));
  CHECK(alive == std::map<std::string, bool>{{"dn-1", true}, {"dn-2", false}, {"dn-3", true}});
}

TEST_CASE("what was missing and is deleted is missing no longer") {
  RedundancyQueue queue;
  for (int i = 1; i <= 5; ++i) queue.note_missing(BlockId(i), true, false);
  std::vector<BlockId> asked;
  const auto exists = [&asked](BlockId id) -> Result<bool> {
    asked.push_back(id);
    return id.value % 2 == 0;
  };
  REQUIRE(queue.sweep_missing(3, exists));
  REQUIRE(queue.sweep_missing(3, exists));
  CHECK(asked == std::vector<BlockId>{BlockId(1), BlockId(2), BlockId(3), BlockId(4), BlockId(5)});
  CHECK(queue.missing().size() == 2);
  REQUIRE(queue.sweep_missing(1, exists));  // from the start again
  CHECK(asked.back() == BlockId(2));
}

TEST_CASE("blocks that never came don't take a node's room for ever") {
  ScheduledBlocks scheduled;
  scheduled.roll(1'000'000);
  scheduled.add();
  scheduled.add();
  scheduled.roll(1'700'000);
  scheduled.add();
  CHECK(scheduled.count() == 3);
  scheduled.remove();
  CHECK(scheduled.count() == 2);
  scheduled.roll(2'400'000);
  CHECK(scheduled.count() == 1);
  scheduled.roll(3'100'000);
  CHECK(scheduled.count() == 0);
}

TEST_CASE("every change of a file's blocks is logged with all of them") {
  NamespaceFixture f(Store::kMemory);
  CreateRequest request;
  request.path = "/f";
  request.client_name = "c";
  request.block_bytes = 1 << 20;
  REQUIRE(f.mutate([&](Transaction& tx) { return create(f.ns(), tx, f.as("root"), request); }));
  AddBlockRequest add;
  add.path = "/f";
  add.client_name = "c";
  const auto first = f.mutate([&](Transaction& tx) { return add_block(f.ns(), tx, f.as("root"), add); });
  REQUIRE(first);
  add.previous = BlockRef{f.ns().identity().block_pool_id, first->block.id, first->block.generation, 1 << 20};
  REQUIRE(f.mutate([&](Transaction& tx) { return add_block(f.ns(), tx, f.as("root"), add); }));
  REQUIRE(f.mutate([&](Transaction& tx) { return fsync(f.ns(), tx, f.as("root"), "/f", InodeId(), "c", 77); }));
  const auto expected = f.read([&](const View& view) -> Result<std::string> {
    TRY(auto at, resolve(view, f.as("root").caller, "/f", PathUse::kRead));
    TRY(const auto blocks, blocks_of(view, at.target()));
    CHECK(blocks.size() == 2);
    return Edit::update_blocks("/f", blocks, {}).bytes();
  });
  std::string last;
  REQUIRE(f.read([&](const View& view) {
    return view.scan(kEditFamily, "", "", [&](std::string_view key, std::string_view row) -> Result<bool> {
      return for_each_edit(id_from<TxId>(key), row, [&](TxId, std::string_view operation) -> Result<bool> {
        last = operation;
        return true;
      });
    });
  }));
  CHECK(last == expected.value());
}

TEST_CASE("a node's room is known to writers with the heartbeat that tells of it") {
  NamespaceFixture f(Store::kMemory);
  Datanode node;
  node.uuid = "dn-4";
  node.ip = "10.0.0.4";
  node.xfer_port = 9866;
  REQUIRE(f.mutate([&](Transaction& tx) { return register_datanode(f.ns(), tx, node); }));
  beat(f, beat_of(4));
  const auto view = f.ns().cluster_view();
  CHECK(std::ranges::count_if(view->nodes, [](const auto& n) { return n->uuid == "dn-4" && n->remaining() > 0; }) == 1);
}
