#include "client/hdfs/write_packet.h"

#include "tests/support/catch.h"

using namespace tusker;
using namespace tusker::client;

TEST_CASE("a packet is head, checksums and data in one piece") {
  WritePacket packet({}, 1024);
  packet.reset(7, 512, 1024);
  CHECK(packet.append("hello\n") == 6);
  packet.seal();
  size_t wanted = 0;
  const auto parsed = transfer::parse_packet(packet.encode(), wanted);
  REQUIRE(parsed);
  REQUIRE(*parsed);
  CHECK((*parsed)->header == transfer::PacketHeader{512, 7, false, 6, false});
  CHECK(to_hex((*parsed)->checksums) == "353dd8be");
  CHECK((*parsed)->data == "hello\n");
  // Flags may change after the checksums are made: a packet that is sent again, now to be synced.
  packet.header.sync_block = true;
  const auto again = transfer::parse_packet(packet.encode(), wanted);
  REQUIRE(again);
  CHECK((*again)->header.sync_block);
  CHECK((*again)->data == "hello\n");
}

TEST_CASE("a packet takes what there is room for, and can be used again") {
  WritePacket packet({}, 1024);
  packet.reset(0, 0, 600);
  CHECK(packet.append(std::string(1000, 'a')) == 600);
  CHECK(packet.room() == 0);
  packet.reset(1, 600, 5000);
  CHECK(packet.empty());
  CHECK(packet.room() == 1024);
  packet.seal();
  CHECK(packet.encode().size() == 31);
}
