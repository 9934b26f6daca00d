#include "tests/unit/datanode/store/dataset_fixture.h"

using namespace tusker;
using namespace tusker::datanode;

namespace {

Block block(int64_t stamp, int64_t bytes) { return {BlockId(1), GenerationStamp(stamp), bytes}; }
GenerationStamp stamp(int64_t value) { return GenerationStamp(value); }

}  // namespace

TEST_CASE("recovery of a replica: the higher id wins") {
  tests::DatasetFixture fixture;
  CHECK(!fixture.dataset->init_recovery(block(1001, 0), stamp(1005))->has_value());
  fixture.make_finalized(block(1001, 0), std::string(1000, 'a'));
  CHECK(!fixture.dataset->init_recovery(block(1002, 0), stamp(1005)));  // the replica is older than the block
  CHECK(!fixture.dataset->init_recovery(block(1001, 0), stamp(1001)));  // and not older than the recovery
  const auto first = fixture.dataset->init_recovery(block(1001, 0), stamp(1003));
  REQUIRE(first);
  CHECK((*first)->original_state == ReplicaState::kFinalized);
  CHECK((*first)->block.bytes == 1000);
  const auto same = fixture.dataset->init_recovery(block(1001, 0), stamp(1003));
  REQUIRE(!same);
  CHECK(same.error().code() == StatusCode::kRecoveryInProgress);
  CHECK(fixture.dataset->init_recovery(block(1001, 0), stamp(1005)));
  CHECK(!fixture.dataset->update_under_recovery(block(1001, 1000), stamp(1003), BlockId(1), 700));  // overtaken
  const auto updated = fixture.dataset->update_under_recovery(block(1001, 1000), stamp(1005), BlockId(1), 700);
  REQUIRE(updated);
  CHECK(updated->block.bytes == 700);
  CHECK(fixture.content_of(block(1005, 700)) == std::string(700, 'a'));
  fixture.reopen();
  CHECK(fixture.content_of(block(1005, 700)) == std::string(700, 'a'));
}

TEST_CASE("recovery takes a replica from its writer") {
  tests::DatasetFixture fixture;
  auto writer = fixture.dataset->create_rbw(block(1001, 0), {}, {}, {});
  REQUIRE(writer);
  REQUIRE(fixture.write(**writer, 0, "written"));
  const auto started = fixture.dataset->init_recovery(block(1001, 0), stamp(1002));
  REQUIRE(started);
  CHECK((*started)->original_state == ReplicaState::kRbw);
  CHECK((*started)->block.bytes == 7);
  CHECK(!fixture.dataset->finalize(**writer));
  CHECK(!fixture.dataset->update_under_recovery(block(1001, 6), stamp(1002), BlockId(1), 6));  // not the length that was agreed on
  CHECK(!fixture.dataset->update_under_recovery(block(1001, 7), stamp(1002), BlockId(1), 8));  // nor can it grow
  REQUIRE(fixture.dataset->update_under_recovery(block(1001, 7), stamp(1002), BlockId(1), 7));
  CHECK(fixture.content_of(block(1002, 0)) == "written");
}

TEST_CASE("a replica that waited for recovery gets it") {
  tests::DatasetFixture fixture;
  {
    auto writer = fixture.dataset->create_rbw(block(1001, 0), {}, {}, {});
    REQUIRE(fixture.write(**writer, 0, std::string(2000, 'a')));
  }
  fixture.reopen();
  const auto started = fixture.dataset->init_recovery(block(1001, 0), stamp(1002));
  REQUIRE(started);
  CHECK((*started)->original_state == ReplicaState::kRwr);
  REQUIRE(fixture.dataset->update_under_recovery(block(1001, 2000), stamp(1002), BlockId(1), 2000));
  CHECK(fixture.content_of(block(1002, 0)) == std::string(2000, 'a'));
}

TEST_CASE("truncation of what a snapshot shows makes a copy") {
  tests::DatasetFixture fixture;
  fixture.make_finalized(block(1001, 0), std::string(1000, 'a'));
  REQUIRE(fixture.dataset->init_recovery(block(1001, 0), stamp(1002)));
  REQUIRE(fixture.dataset->update_under_recovery(block(1001, 1000), stamp(1002), BlockId(2), 600));
  CHECK(fixture.content_of(block(1001, 0)) == std::string(1000, 'a'));
  CHECK(fixture.content_of({BlockId(2), stamp(1002), 0}) == std::string(600, 'a'));
}
