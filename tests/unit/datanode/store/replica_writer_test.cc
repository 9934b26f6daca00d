#include "datanode/store/replica_writer.h"

#include "tests/unit/datanode/store/dataset_fixture.h"

using namespace tusker;
using namespace tusker::datanode;
using transfer::ChecksumType;
using transfer::DataChecksum;

namespace {

const Block kBlock{BlockId(1073741825), GenerationStamp(1001), 0};

std::unique_ptr<ReplicaWriter> create(tests::DatasetFixture& fixture, DataChecksum checksum = {}) {
  auto writer = fixture.dataset->create_rbw(kBlock, checksum, {}, {});
  REQUIRE(writer);
  return std::move(*writer);
}

// Finalizes, and gives what a reader then gets, its checksums checked.
std::string finish(tests::DatasetFixture& fixture, ReplicaWriter& writer) {
  REQUIRE(fixture.dataset->finalize(writer));
  return fixture.content_of(kBlock);
}

}  // namespace

TEST_CASE("the meta file of Apache's six bytes") {
  tests::DatasetFixture fixture;
  const auto writer = create(fixture);
  REQUIRE(fixture.write(*writer, 0, "hello\n"));
  CHECK(finish(fixture, *writer) == "hello\n");
  const auto meta = fixture.disk.read_file(fixture.pool() + "/current/finalized/subdir0/subdir0/blk_1073741825_1001.meta");
  REQUIRE(meta);
  CHECK(to_hex(*meta) == "00010200000200353dd8be");
}

TEST_CASE("after a flush within a run the whole run comes again") {
  tests::DatasetFixture fixture;
  const auto writer = create(fixture);
  REQUIRE(fixture.write(*writer, 0, std::string(700, 'a')));
  REQUIRE(fixture.write(*writer, 512, std::string(188, 'a') + std::string(400, 'b')));
  CHECK(writer->bytes_on_disk() == 1100);
  CHECK(finish(fixture, *writer) == std::string(700, 'a') + std::string(400, 'b'));
}

TEST_CASE("a run can be gone on with where it ends") {
  tests::DatasetFixture fixture;
  const auto writer = create(fixture);
  REQUIRE(fixture.write(*writer, 0, std::string(100, 'a')));
  REQUIRE(fixture.write(*writer, 100, std::string(412, 'b')));
  REQUIRE(fixture.write(*writer, 512, std::string(10, 'c')));
  REQUIRE(fixture.write(*writer, 522, std::string(5, 'd')));
  CHECK(finish(fixture, *writer) == std::string(100, 'a') + std::string(412, 'b') + std::string(10, 'c') + std::string(5, 'd'));
}

TEST_CASE("what is there already is not written again") {
  tests::DatasetFixture fixture;
  const auto writer = create(fixture);
  REQUIRE(fixture.write(*writer, 0, std::string(1024, 'a')));
  REQUIRE(fixture.write(*writer, 512, std::string(512, 'x')));
  CHECK(finish(fixture, *writer) == std::string(1024, 'a'));
}

TEST_CASE("packets that break the rules are refused and leave nothing") {
  tests::DatasetFixture fixture;
  const auto writer = create(fixture);
  REQUIRE(fixture.write(*writer, 0, std::string(600, 'a')));
  CHECK(!fixture.write(*writer, 700, "gap"));                  // beyond the end
  CHECK(!fixture.write(*writer, 600, std::string(500, 'b')));  // crosses a run that it doesn't begin
  auto damaged = fixture.packet(600, "damaged");
  damaged->sums[0] = static_cast<char>(damaged->sums[0] ^ 1);
  size_t written = 9;
  const auto refused = writer->write({&damaged->packet, 1}, {}, true, written);
  REQUIRE(!refused);
  CHECK(refused.error().code() == StatusCode::kCorruption);
  CHECK(written == 0);
  auto short_sums = fixture.packet(600, "x");
  short_sums->packet.checksums = {};
  CHECK(!writer->write({&short_sums->packet, 1}, {}, true, written));
  CHECK(finish(fixture, *writer) == std::string(600, 'a'));
}

TEST_CASE("the writer's type of checksum is kept, another is translated") {
  tests::DatasetFixture fixture;
  const DataChecksum crc32(ChecksumType::kCrc32, 512);
  const auto writer = create(fixture, crc32);
  REQUIRE(fixture.write(*writer, 0, std::string(600, 'a'), crc32));
  REQUIRE(fixture.write(*writer, 512, std::string(200, 'a'), DataChecksum()));
  CHECK(finish(fixture, *writer) == std::string(712, 'a'));
  CHECK(fixture.dataset->open_for_read(kBlock)->checksum() == crc32);
}

TEST_CASE("without checksums") {
  tests::DatasetFixture fixture;
  const DataChecksum none(ChecksumType::kNull, 512);
  const auto writer = create(fixture, none);
  REQUIRE(fixture.write(*writer, 0, "bytes", none));
  REQUIRE(fixture.write(*writer, 5, " more", none));
  CHECK(finish(fixture, *writer) == "bytes more");
}

TEST_CASE("readers of a growing replica see length and checksum that fit") {
  tests::DatasetFixture fixture;
  const auto writer = create(fixture);
  REQUIRE(fixture.write(*writer, 0, std::string(700, 'a')));
  writer->progress()->set_acked(700);
  const auto early = fixture.dataset->open_for_read(kBlock);
  REQUIRE(early);
  REQUIRE(fixture.write(*writer, 512, std::string(188, 'a') + std::string(100, 'b')));
  std::string data(700, '\0');
  REQUIRE(early->data().read_at(0, MutableBytes(data)));
  const auto sums = early->checksums(0, 700);
  REQUIRE(sums);
  CHECK(!early->checksum().first_mismatch(data, *sums));
  CHECK(fixture.dataset->visible_bytes(kBlock) == 700);
}
