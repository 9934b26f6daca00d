#include "namenode/model/placement.h"

#include <random>
#include <set>

#include "tests/support/catch.h"

using namespace tusker::namenode;

namespace {

ClusterView cluster(int nodes, int racks) {
  ClusterView view;
  for (int i = 1; i <= nodes; ++i) {
    Datanode n;
    n.uuid = "dn-" + std::to_string(i);
    n.ip = "10.0.0." + std::to_string(i);
    n.xfer_port = 9866;
    n.rack = "/rack" + std::to_string(1 + (i - 1) * racks / nodes);
    n.alive = n.registered = true;
    Storage s;
    s.id = StorageId(i);
    s.uuid = "DS-" + std::to_string(i);
    s.capacity = s.remaining = int64_t{1} << 40;
    n.storages.push_back(s);
    view.storages[s.id] = {view.nodes.size(), 0};
    view.nodes.push_back(std::make_shared<const Datanode>(n));
  }
  return view;
}

std::mt19937_64 engine(3);
uint64_t below(uint64_t n) { return engine() % n; }

std::string rack_of(const ClusterView& view, StorageId id) { return view.node_of(id)->rack; }

}  // namespace

TEST_CASE("three replicas: the writer's node, another rack, that rack again") {
  const auto view = cluster(6, 2);
  for (int i = 0; i < 200; ++i) {
    PlacementRequest request;
    request.block_bytes = 128 << 20;
    request.writer_ip = "10.0.0.2";
    const auto targets = choose_targets(view, request, below);
    REQUIRE(targets.size() == 3);
    CHECK(view.node_of(targets[0])->ip == "10.0.0.2");
    CHECK(rack_of(view, targets[1]) != rack_of(view, targets[0]));
    CHECK(rack_of(view, targets[2]) == rack_of(view, targets[1]));
    CHECK(std::set(targets.begin(), targets.end()).size() == 3);
  }
}

TEST_CASE("excluded, dead and full nodes are passed by, and fewer targets come when there are no more") {
  auto view = cluster(3, 1);
  PlacementRequest request;
  request.block_bytes = 1;
  request.excluded_uuids = {"dn-1"};
  auto dead = std::make_shared<Datanode>(*view.nodes[1]);
  dead->alive = false;
  view.nodes[1] = dead;
  const auto targets = choose_targets(view, request, below);
  REQUIRE(targets.size() == 1);
  CHECK(targets[0] == StorageId(3));
}

TEST_CASE("a copy of two replicas on one rack goes to another rack") {
  const auto view = cluster(6, 2);
  PlacementRequest request;
  request.replicas = 1;
  request.existing = {StorageId(1), StorageId(2)};
  for (int i = 0; i < 50; ++i) {
    const auto targets = choose_targets(view, request, below);
    REQUIRE(targets.size() == 1);
    CHECK(rack_of(view, targets[0]) == "/rack2");
  }
}

TEST_CASE("excess goes from the crowded rack, and racks are judged") {
  const auto view = cluster(6, 2);
  const auto excess = choose_excess(view, {StorageId(1), StorageId(2), StorageId(3), StorageId(4)}, 1);
  REQUIRE(excess.size() == 1);
  CHECK(rack_of(view, excess[0]) == "/rack1");
  CHECK(racks_satisfied(view, {StorageId(1), StorageId(4)}, 2));
  CHECK_FALSE(racks_satisfied(view, {StorageId(1), StorageId(2)}, 2));
  CHECK(racks_satisfied(cluster(3, 1), {StorageId(1), StorageId(2)}, 2));
}

TEST_CASE("readers get the nearest replica first") {
  const auto view = cluster(6, 2);
  std::vector<StorageId> order = {StorageId(5), StorageId(1), StorageId(2)};
  sort_by_distance(view, "10.0.0.2", "/rack1", order, below);
  CHECK(order == std::vector<StorageId>{StorageId(2), StorageId(1), StorageId(5)});
}
