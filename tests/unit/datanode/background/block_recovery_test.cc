#include "datanode/background/block_recovery.h"

#include "tests/support/catch.h"

using namespace tusker;
using namespace tusker::datanode;

namespace {

RecoveryReplica replica(size_t location, ReplicaState state, int64_t bytes) {
  return {location, state, {BlockId(1), GenerationStamp(1001), bytes}};
}

std::vector<size_t> locations(const RecoveryPlan& plan) {
  std::vector<size_t> out;
  for (const auto& participant : plan.participants) out.push_back(participant.location);
  return out;
}

}  // namespace

TEST_CASE("a finalized replica settles the length, and growing ones of that length take part") {
  const auto plan = plan_recovery({replica(0, ReplicaState::kRbw, 90), replica(1, ReplicaState::kFinalized, 100),
                                   replica(2, ReplicaState::kRbw, 100), replica(3, ReplicaState::kRwr, 100)});
  REQUIRE(plan);
  CHECK(plan->bytes == 100);
  CHECK(locations(*plan) == std::vector<size_t>{1, 2});
}

TEST_CASE("finalized replicas of different lengths are a contradiction") {
  const auto plan = plan_recovery({replica(0, ReplicaState::kFinalized, 90), replica(1, ReplicaState::kFinalized, 100)});
  REQUIRE(!plan);
  CHECK(plan.error().message().starts_with("Inconsistent size of finalized replicas"));
}

TEST_CASE("else the shortest of the best state") {
  const auto growing =
      plan_recovery({replica(0, ReplicaState::kRbw, 90), replica(1, ReplicaState::kRbw, 100), replica(2, ReplicaState::kRwr, 10)});
  REQUIRE(growing);
  CHECK(growing->bytes == 90);
  CHECK(locations(*growing) == std::vector<size_t>{0, 1});
  const auto waiting = plan_recovery({replica(0, ReplicaState::kRwr, 90), replica(1, ReplicaState::kRwr, 80)});
  REQUIRE(waiting);
  CHECK(waiting->bytes == 80);
  CHECK(!plan_recovery({replica(0, ReplicaState::kTemporary, 90)}));
}
