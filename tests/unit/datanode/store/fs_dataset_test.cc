#include "datanode/store/fs_dataset.h"

#include <filesystem>

#include "tests/unit/datanode/store/dataset_fixture.h"

using namespace tusker;
using namespace tusker::datanode;

namespace {

Block block(int64_t id, int64_t stamp = 1001, int64_t bytes = 0) { return {BlockId(id), GenerationStamp(stamp), bytes}; }

std::unique_ptr<ReplicaWriter> create(tests::DatasetFixture& fixture, Block b) {
  auto writer = fixture.dataset->create_rbw(b, {}, {}, {});
  REQUIRE(writer);
  return std::move(*writer);
}

}  // namespace

TEST_CASE("finalized replicas lie where Hadoop looks for them, also those of negative ids") {
  tests::DatasetFixture fixture;
  fixture.make_finalized(block(0x40123456), "x");
  CHECK(fixture.disk.exists(fixture.pool() + "/current/finalized/subdir18/subdir20/blk_1074934870"));
  fixture.make_finalized(block(-9223372036854775792), "x");
  CHECK(fixture.disk.exists(fixture.pool() + "/current/finalized/subdir0/subdir0/blk_-9223372036854775792_1001.meta"));
}

TEST_CASE("after a restart finalized replicas are there, temporary ones gone") {
  tests::DatasetFixture fixture;
  fixture.make_finalized(block(1), "one");
  fixture.make_finalized(block(2), "");
  auto temporary = fixture.dataset->create_temporary(block(3), {}, {}, false);
  REQUIRE(temporary);
  REQUIRE(fixture.write(**temporary, 0, "copy"));
  temporary->reset();
  const std::string uuid = fixture.dataset->datanode_uuid();
  const std::string storage = fixture.dataset->volumes()[0]->storage_uuid();
  const int64_t used = fixture.dataset->usage()[0].dfs_used;
  fixture.reopen();
  CHECK(fixture.dataset->datanode_uuid() == uuid);
  CHECK(fixture.dataset->volumes()[0]->storage_uuid() == storage);
  CHECK(fixture.content_of(block(1)) == "one");
  CHECK(fixture.content_of(block(2)).empty());
  CHECK(!fixture.dataset->find(BlockId(3)));
  CHECK(fixture.dataset->usage()[0].dfs_used == used - 4 - 7 - 4);
}

TEST_CASE("a replica that was being written waits for recovery, with its good bytes") {
  tests::DatasetFixture fixture;
  auto writer = create(fixture, block(1));
  REQUIRE(fixture.write(*writer, 0, std::string(1300, 'a')));
  writer.reset();
  const std::string path = fixture.pool() + "/current/rbw/blk_1";
  // Bytes whose checksum never came, as after a crash.
  auto file = fixture.disk.open(path, OpenMode::kReadWrite, 0644);
  REQUIRE((*file)->write_at(1300, std::string(900, 'z')));
  fixture.reopen();
  auto found = fixture.dataset->find(BlockId(1));
  REQUIRE(found);
  CHECK(found->state == ReplicaState::kRwr);
  CHECK(found->bytes == 1024);  // the last run's checksum stands for fewer bytes than there are now
  CHECK(fixture.disk.stat(path)->size == 1024);
  CHECK(fixture.dataset->visible_bytes(block(1)) == -1);
  CHECK(!fixture.dataset->open_for_read(block(1)));
}

TEST_CASE("a replica whose move was cut off by a crash is put together again") {
  tests::DatasetFixture fixture;
  fixture.make_finalized(block(1), std::string(700, 'a'));
  fixture.make_finalized(block(2), std::string(700, 'b'));
  const std::string finalized = fixture.pool() + "/current/finalized/subdir0/subdir0/";
  const std::string rbw = fixture.pool() + "/current/rbw/";
  REQUIRE(fixture.disk.rename(finalized + "blk_1_1001.meta", rbw + "blk_1_1002.meta"));  // an append begun
  REQUIRE(fixture.disk.rename(finalized + "blk_2", rbw + "blk_2"));                      // a finalize not ended
  fixture.reopen();
  for (const int64_t id : {1, 2}) {
    const auto found = fixture.dataset->find(BlockId(id));
    REQUIRE(found);
    CHECK(found->state == ReplicaState::kRwr);
    CHECK(found->bytes == 700);
  }
  CHECK(fixture.dataset->find(BlockId(1))->generation_stamp == GenerationStamp(1002));
}

TEST_CASE("a finalized replica stays when a crash left its old name too") {
  tests::DatasetFixture fixture;
  fixture.make_finalized(block(1), "whole");
  const std::string finalized = fixture.pool() + "/current/finalized/subdir0/subdir0/";
  const std::string rbw = fixture.pool() + "/current/rbw/";
  for (const std::string name : {"blk_1", "blk_1_1001.meta"}) {
    const auto bytes = fixture.disk.read_file(finalized + name);
    REQUIRE(bytes);
    REQUIRE(fixture.disk.replace_file(rbw + name, *bytes));
  }
  fixture.reopen();
  CHECK(fixture.dataset->find(BlockId(1))->state == ReplicaState::kFinalized);
  CHECK(fixture.content_of(block(1)) == "whole");
  CHECK(!fixture.disk.exists(rbw + "blk_1"));
}

TEST_CASE("of two replicas of a block the newer stays") {
  tests::DatasetFixture fixture(2);
  fixture.make_finalized(block(5, 1001), "old");
  const int volume = fixture.disk.exists(fixture.pool(0) + "/current/finalized/subdir0/subdir0/blk_5") ? 0 : 1;
  const std::string from = fixture.pool(volume) + "/current/finalized/subdir0/subdir0/";
  const std::string to = fixture.pool(1 - volume) + "/current/finalized/subdir0/subdir0/";
  REQUIRE(fixture.disk.make_directories(to, 0755));
  REQUIRE(fixture.disk.replace_file(to + "blk_5", "newer"));
  REQUIRE(fixture.disk.replace_file(to + "blk_5_1002.meta", transfer::encode_meta_header({})));
  fixture.reopen();
  CHECK(fixture.dataset->find(BlockId(5))->generation_stamp == GenerationStamp(1002));
  CHECK(!fixture.disk.exists(from + "blk_5"));
  CHECK(fixture.disk.exists(to + "blk_5"));
}

TEST_CASE("a block is created once, or again with a later stamp") {
  tests::DatasetFixture fixture;
  auto writer = create(fixture, block(1));
  CHECK(!fixture.dataset->create_rbw(block(1), {}, {}, {}));
  CHECK(fixture.dataset->create_rbw(block(1, 1005), {}, {}, GenerationStamp(1005)));
  CHECK(!fixture.dataset->finalize(*writer));  // the former writer has lost it
}

TEST_CASE("pipeline recovery cuts to what was acknowledged and stamps anew") {
  tests::DatasetFixture fixture;
  auto writer = create(fixture, block(1));
  REQUIRE(fixture.write(*writer, 0, std::string(1000, 'a')));
  writer->progress()->set_acked(600);
  writer.reset();
  CHECK(!fixture.dataset->recover_rbw(block(1), GenerationStamp(1002), 700, 2000));  // fewer were acknowledged
  CHECK(!fixture.dataset->recover_rbw(block(1), GenerationStamp(1002), 0, 900));     // more were received than sent
  CHECK(!fixture.dataset->recover_rbw(block(1, 1003), GenerationStamp(1004), 0, 2000));
  CHECK(!fixture.dataset->recover_rbw(block(2), GenerationStamp(1002), 0, 2000));
  auto recovered = fixture.dataset->recover_rbw(block(1), GenerationStamp(1002), 600, 1000);
  REQUIRE(recovered);
  CHECK((*recovered)->bytes_on_disk() == 600);
  REQUIRE(fixture.write(**recovered, 512, std::string(88, 'a') + "rest"));
  REQUIRE(fixture.dataset->finalize(**recovered));
  CHECK(fixture.content_of(block(1, 1002)) == std::string(600, 'a') + "rest");
  CHECK(!fixture.dataset->open_for_read(block(1, 1003)));
  CHECK(fixture.content_of(block(1, 1001)).size() == 604);  // older locations are served
}

TEST_CASE("append goes on within the last run") {
  tests::DatasetFixture fixture;
  fixture.make_finalized(block(1), std::string(700, 'a'));
  CHECK(!fixture.dataset->append(block(1, 1001, 699), GenerationStamp(1002), false));
  CHECK(!fixture.dataset->append(block(1, 1001, 700), GenerationStamp(1000), false));
  auto writer = fixture.dataset->append(block(1, 1001, 700), GenerationStamp(1002), false);
  REQUIRE(writer);
  CHECK(fixture.dataset->find(BlockId(1))->state == ReplicaState::kRbw);
  CHECK(fixture.dataset->visible_bytes(block(1)) == 700);
  REQUIRE(fixture.write(**writer, 700, std::string(324, 'b')));
  REQUIRE(fixture.write(**writer, 1024, "c"));
  REQUIRE(fixture.dataset->finalize(**writer));
  CHECK(fixture.content_of(block(1, 1002)) == std::string(700, 'a') + std::string(324, 'b') + "c");
}

TEST_CASE("a failed append is recovered, a pipeline's missing end too") {
  tests::DatasetFixture fixture;
  fixture.make_finalized(block(1), "abc");
  auto first = fixture.dataset->append(block(1, 1001, 3), GenerationStamp(1002), false);
  REQUIRE(first);
  first->reset();
  CHECK(!fixture.dataset->append(block(1, 1001, 3), GenerationStamp(1003), false));
  auto again = fixture.dataset->append(block(1, 1001, 3), GenerationStamp(1003), true);
  REQUIRE(again);
  REQUIRE(fixture.write(**again, 3, "de"));
  again->reset();
  CHECK(!fixture.dataset->recover_close(block(1, 1003, 4), GenerationStamp(1004)));
  CHECK(fixture.dataset->recover_close(block(1, 1003, 5), GenerationStamp(1004)));
  CHECK(fixture.content_of(block(1, 1004)) == "abcde");
  CHECK(fixture.dataset->recover_close(block(1, 1004, 5), GenerationStamp(1005)));  // finalized already: only the stamp
  CHECK(fixture.content_of(block(1, 1005)) == "abcde");
}

TEST_CASE("a copy becomes part of a pipeline") {
  tests::DatasetFixture fixture;
  auto writer = fixture.dataset->create_temporary(block(1), {}, {}, true);
  REQUIRE(writer);
  REQUIRE(fixture.write(**writer, 0, "copied"));
  REQUIRE(fixture.dataset->convert_temporary_to_rbw(**writer));
  writer->reset();
  auto recovered = fixture.dataset->recover_rbw(block(1), GenerationStamp(1002), 6, 6);
  REQUIRE(recovered);
  REQUIRE(fixture.write(**recovered, 0, "copied and more"));
  REQUIRE(fixture.dataset->finalize(**recovered));
  CHECK(fixture.content_of(block(1, 1002)) == "copied and more");
}

TEST_CASE("deletion wants the right stamp and frees what was used") {
  tests::DatasetFixture fixture;
  fixture.make_finalized(block(1), std::string(5000, 'a'));
  CHECK(!fixture.dataset->invalidate(block(1, 1000)));
  CHECK(!fixture.dataset->invalidate(block(2)));
  CHECK(fixture.dataset->invalidate(block(1)) == fixture.dataset->volumes()[0]->storage_uuid());
  CHECK(fixture.dataset->usage()[0].dfs_used == 0);
  CHECK(!fixture.disk.exists(fixture.pool() + "/current/finalized/subdir0/subdir0/blk_1"));
}

TEST_CASE("full reports have every replica but temporary ones, by id") {
  tests::DatasetFixture fixture;
  fixture.make_finalized(block(300), "c");
  fixture.make_finalized(block(2), "a");
  auto rbw = create(fixture, block(64));
  auto temporary = fixture.dataset->create_temporary(block(7), {}, {}, false);
  std::vector<int64_t> ids;
  for (const auto& replica : fixture.dataset->report(0)) ids.push_back(replica.id.value);
  CHECK(ids == std::vector<int64_t>{2, 64, 300});
}

TEST_CASE("a copy gives way to nothing as new, and replaces a finalized replica only for a pipeline") {
  tests::DatasetFixture fixture;
  fixture.make_finalized(block(1, 1005), "finalized");
  auto& dataset = *fixture.dataset;
  CHECK(!dataset.may_create_temporary(block(1, 1004), true));
  CHECK(!dataset.may_create_temporary(block(1, 1005), true));
  CHECK(!dataset.may_create_temporary(block(1, 1006), false));
  CHECK(dataset.may_create_temporary(block(1, 1006), true));
  const auto rbw = create(fixture, block(2, 1005));
  CHECK(!dataset.create_temporary(block(2, 1004), {}, {}, false));
  CHECK(!dataset.create_temporary(block(2, 1005), {}, {}, true));
  CHECK(dataset.find(BlockId(2))->state == ReplicaState::kRbw);
  CHECK(dataset.create_temporary(block(2, 1006), {}, {}, false));
  CHECK(!dataset.create_temporary(block(2, 1006), {}, {}, false));  // another copy has begun
}

TEST_CASE("what a failed write left behind the replica's end is cut off") {
  const auto leave_tail = [](tests::DatasetFixture& fixture) {
    auto file = fixture.disk.open(fixture.pool() + "/current/rbw/blk_1", OpenMode::kReadWrite, 0644);
    REQUIRE((*file)->write_at(700, std::string(900, 'z')));
  };
  SECTION("by a pipeline's recovery") {
    tests::DatasetFixture fixture;
    const auto writer = create(fixture, block(1));
    REQUIRE(fixture.write(*writer, 0, std::string(700, 'a')));
    writer->progress()->set_acked(700);
    leave_tail(fixture);
    auto recovered = fixture.dataset->recover_rbw(block(1), GenerationStamp(1002), 700, 2000);
    REQUIRE(recovered);
    REQUIRE(fixture.dataset->finalize(**recovered));
  }
  SECTION("by the recovery of a pipeline's end") {
    tests::DatasetFixture fixture;
    auto writer = create(fixture, block(1));
    REQUIRE(fixture.write(*writer, 0, std::string(700, 'a')));
    leave_tail(fixture);
    REQUIRE(fixture.dataset->recover_close(block(1, 1001, 700), GenerationStamp(1002)));
    writer.reset();
    fixture.reopen();
    CHECK(fixture.content_of(block(1, 1002)) == std::string(700, 'a'));
  }
  SECTION("by a lease's recovery") {
    tests::DatasetFixture fixture;
    auto writer = create(fixture, block(1));
    REQUIRE(fixture.write(*writer, 0, std::string(700, 'a')));
    leave_tail(fixture);
    REQUIRE(fixture.dataset->init_recovery(block(1), GenerationStamp(1002)));
    REQUIRE(fixture.dataset->update_under_recovery(block(1, 1001, 700), GenerationStamp(1002), BlockId(1), 700));
    writer.reset();
    fixture.reopen();
    CHECK(fixture.content_of(block(1, 1002)) == std::string(700, 'a'));
  }
}

TEST_CASE("only a replica whose meta file is missing is read without checksums") {
  tests::DatasetFixture fixture;
  fixture.make_finalized(block(1), "content");
  const std::string folder = fixture.pool() + "/current/finalized/subdir0/subdir0/";
  const std::string meta = folder + "blk_1_1001.meta";
  REQUIRE(fixture.disk.remove(meta));
  auto reader = fixture.dataset->open_for_read(block(1));
  REQUIRE(reader);
  CHECK(!reader->has_checksums());
  std::filesystem::create_symlink(meta, meta);  // can't be opened
  const auto refused = fixture.dataset->open_for_read(block(1));
  REQUIRE(!refused);
  CHECK(refused.error().code() == StatusCode::kIo);
  REQUIRE(fixture.disk.remove(folder + "blk_1"));
  const auto gone = fixture.dataset->open_for_read(block(1));
  REQUIRE(!gone);
  CHECK(gone.error().code() == StatusCode::kFileNotFound);
}

TEST_CASE("a volume that can't be attached counts as failed") {
  tests::DatasetFixture fixture(2, 1);
  for (int64_t id = 1; id <= 4; ++id) fixture.make_finalized(block(id), "x");
  const std::string version = fixture.root(1) + "/current/" + tests::kNamespace.block_pool_id + "/current/VERSION";
  REQUIRE(fixture.disk.remove(version));
  REQUIRE(fixture.disk.make_directories(version, 0755));  // can't be read
  fixture.reopen();
  CHECK(fixture.dataset->failed_volumes() == 1);
  CHECK(!fixture.dataset->too_many_failed());
  CHECK(fixture.dataset->replica_count() == 2);
  CHECK(fixture.dataset->usage().size() == 1);
  for (int64_t id = 11; id <= 14; ++id) fixture.make_finalized(block(id), "y");
  CHECK(fixture.dataset->replica_count() == 6);
}

TEST_CASE("a volume that stops working is given up with its replicas") {
  tests::DatasetFixture fixture(2, 1);
  for (int64_t id = 1; id <= 4; ++id) fixture.make_finalized(block(id), "x");
  const TimePoint now{std::chrono::hours(1)};
  CHECK(fixture.dataset->check_volumes(now).empty());
  CHECK(fixture.dataset->replica_count() == 4);
  REQUIRE(fixture.disk.remove_tree(fixture.pool(0)));
  CHECK(fixture.dataset->check_volumes(now + std::chrono::seconds(1)).empty());  // too soon after the last time
  const auto lost = fixture.dataset->check_volumes(now + std::chrono::seconds(20));
  REQUIRE(lost.size() == 2);
  CHECK(lost[0].storage_uuid == fixture.dataset->volumes()[0]->storage_uuid());
  CHECK(fixture.dataset->failed_volumes() == 1);
  CHECK(fixture.dataset->replica_count() == 2);
  CHECK(!fixture.dataset->find(lost[0].block.id));
  CHECK(fixture.dataset->report(0).empty());
  REQUIRE(fixture.dataset->usage().size() == 1);
  CHECK(fixture.dataset->usage()[0].volume == 1);
  CHECK(!fixture.dataset->too_many_failed());
  REQUIRE(fixture.disk.remove_tree(fixture.pool(1)));
  CHECK(fixture.dataset->check_volumes(now + std::chrono::seconds(40)).size() == 2);
  CHECK(fixture.dataset->too_many_failed());
}
