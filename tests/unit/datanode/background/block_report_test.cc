#include "datanode/background/block_report.h"

#include "common/base/bytes.h"
#include "tests/support/catch.h"

using namespace tusker;
using namespace tusker::datanode;

TEST_CASE("the buffer encoding of a full report") {
  hadoop::hdfs::datanode::StorageBlockReportProto report;
  set_blocks(report, {{BlockId(-16), GenerationStamp(1001), 5, ReplicaState::kFinalized, 0, nullptr},
                      {BlockId(1073741825), GenerationStamp(1002), 300, ReplicaState::kRwr, 0, nullptr}});
  CHECK(report.numberofblocks() == 2);
  REQUIRE(report.blocksbuffers_size() == 1);
  // zig-zag id, length, stamp, state: -16 → 31; 2^30+1 → 2^31+2.
  CHECK(to_hex(report.blocksbuffers(0)) ==
        "1f05e90700"
        "8280808008"
        "ac02"
        "ea07"
        "02");
}

TEST_CASE("entries go on over slices of 64 KiB") {
  std::vector<Replica> replicas;
  for (int64_t id = 0; id < 20000; ++id)
    replicas.push_back({BlockId(id), GenerationStamp(1001), 1 << 20, ReplicaState::kFinalized, 0, nullptr});
  hadoop::hdfs::datanode::StorageBlockReportProto report;
  set_blocks(report, replicas);
  REQUIRE(report.blocksbuffers_size() > 1);
  std::string joined;
  for (int i = 0; i < report.blocksbuffers_size(); ++i) {
    CHECK(report.blocksbuffers(i).size() <= 64 << 10);
    joined += report.blocksbuffers(i);
  }
  std::string_view rest = joined;
  for (int64_t id = 0; id < 20000; ++id) {
    REQUIRE(read_varint(rest) == zigzag(id));
    REQUIRE(read_varint(rest) == 1 << 20);
    REQUIRE(read_varint(rest) == 1001);
    REQUIRE(read_varint(rest) == 0);
  }
  CHECK(rest.empty());
}

TEST_CASE("replicas under recovery are reported as they were") {
  Replica replica{BlockId(1), GenerationStamp(1001), 5, ReplicaState::kRur, 0, std::make_shared<ReplicaActivity>()};
  replica.activity->before_recovery = ReplicaState::kRwr;
  hadoop::hdfs::datanode::StorageBlockReportProto report;
  set_blocks(report, {replica});
  CHECK(to_hex(report.blocksbuffers(0)) == "0205e90702");
}
