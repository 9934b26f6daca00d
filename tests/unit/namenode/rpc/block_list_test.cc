#include "namenode/rpc/block_list.h"

#include <random>

#include "common/base/bytes.h"
#include "tests/support/catch.h"

using namespace tusker;
using namespace tusker::namenode;

TEST_CASE("a report's entries may straddle its slices") {
  std::string bytes;
  for (int64_t i = 0; i < 100; ++i) {
    append_varint(bytes, zigzag(-(int64_t{1} << 40) + i));
    append_varint(bytes, static_cast<uint64_t>(i * 1000));
    append_varint(bytes, 1001);
    append_varint(bytes, static_cast<uint64_t>(i % 3));
  }
  hadoop::hdfs::datanode::StorageBlockReportProto report;
  report.set_numberofblocks(100);
  for (size_t at = 0; at < bytes.size(); at += 7) report.add_blocksbuffers(bytes.substr(at, 7));
  const auto list = read_block_list(report);
  REQUIRE(list);
  REQUIRE(list->size() == 100);
  CHECK((*list)[99].block == BlockId(-(int64_t{1} << 40) + 99));
  CHECK((*list)[99].bytes == 99'000);
  CHECK((*list)[1].state == ReplicaState::kBeingWritten);
}

TEST_CASE("malformed reports are errors") {
  hadoop::hdfs::datanode::StorageBlockReportProto report;
  report.set_numberofblocks(1'000'000'000);
  report.add_blocksbuffers("abc");
  CHECK_FALSE(read_block_list(report));
  hadoop::hdfs::datanode::StorageBlockReportProto longs;
  longs.add_blocks(1'000'000);
  longs.add_blocks(0);
  longs.add_blocks(5);
  CHECK_FALSE(read_block_list(longs));
}
