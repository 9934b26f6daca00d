#include "common/transfer/packet.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "common/transfer/checksum.h"
#include "tests/support/catch.h"
#include "tests/support/in_memory_stream.h"

using namespace tusker;
using namespace tusker::transfer;

namespace {

// As Apache's client sends "hello\n".
constexpr auto kHello =
    "0000000e"
    "0019"
    "09"
    "0000000000000000"
    "11"
    "0000000000000000"
    "1800"
    "25"
    "06000000"
    "353dd8be"
    "68656c6c6f0a";
constexpr auto kLast =
    "00000004"
    "0019"
    "09"
    "0600000000000000"
    "11"
    "0100000000000000"
    "1801"
    "25"
    "00000000";
constexpr auto kHeartbeat =
    "00000004"
    "0019"
    "09"
    "0000000000000000"
    "11"
    "ffffffffffffffff"
    "1800"
    "25"
    "00000000";
constexpr auto kEmptySync =
    "00000004"
    "001b"
    "09"
    "0600000000000000"
    "11"
    "0100000000000000"
    "1800"
    "25"
    "00000000"
    "2801";

std::string hello() {
  const DataChecksum checksum(ChecksumType::kCrc32c, 512);
  const std::string data = "hello\n";
  std::string sums(4, '\0');
  checksum.compute(data, MutableBytes(sums));
  char head[kPacketHeadBytesMax];
  char* const end = head + sizeof head;
  const char* begin = encode_packet_head(end, {0, 0, false, 6, false}, sums.size());
  return std::string(begin, static_cast<size_t>(end - begin)) + sums + data;
}

}  // namespace

TEST_CASE("packets have the bytes that Apache's have") {
  CHECK(to_hex(hello()) == kHello);
  CHECK(to_hex(encode_empty_packet({6, 1, true, 0, false})) == kLast);
  CHECK(to_hex(encode_empty_packet({0, kHeartbeatSeqno, false, 0, false})) == kHeartbeat);
  CHECK(to_hex(encode_empty_packet({6, 1, false, 0, true})) == kEmptySync);
}

TEST_CASE("a packet is parsed when it is complete") {
  const std::string bytes = hello();
  size_t wanted = 0;
  for (size_t have = 0; have < bytes.size(); ++have) {
    const auto packet = parse_packet(std::string_view(bytes).substr(0, have), wanted);
    REQUIRE(packet);
    CHECK(!*packet);
    CHECK(wanted > have);
  }
  const std::string more = bytes + "more";
  const auto packet = parse_packet(more, wanted);
  REQUIRE(packet);
  REQUIRE(*packet);
  CHECK((*packet)->header == PacketHeader{0, 0, false, 6, false});
  CHECK((*packet)->data == "hello\n");
  CHECK(to_hex((*packet)->checksums) == "353dd8be");
  CHECK((*packet)->whole == bytes);
}

TEST_CASE("a header with the sync flag, or fields in another order, is understood") {
  size_t wanted = 0;
  const std::string sync = encode_empty_packet({6, 1, false, 0, true});
  const auto packet = parse_packet(sync, wanted);
  REQUIRE(packet);
  CHECK((*packet)->header.sync_block);
  // seqno first, then offset: legal protobuf.
  std::string odd("\x00\x00\x00\x04\x00\x19", 6);
  odd += std::string("\x11\x05\0\0\0\0\0\0\0", 9) + std::string("\x09\x07\0\0\0\0\0\0\0", 9) + std::string("\x18\x00\x25\0\0\0\0", 7);
  const auto reordered = parse_packet(odd, wanted);
  REQUIRE(reordered);
  CHECK((*reordered)->header == PacketHeader{7, 5, false, 0, false});
}

TEST_CASE("sizes that can't be are refused") {
  size_t wanted = 0;
  CHECK(!parse_packet(std::string("\x00\x00\x00\x03\x00\x19", 6), wanted));
  CHECK(!parse_packet(std::string("\x7f\xff\xff\xff\x00\x19", 6), wanted));
  CHECK(!parse_packet(std::string("\x00\x00\x00\x04\xff\xff", 6), wanted));
  std::string lying = hello();
  lying[2] = 0;  // the length says 4 + nothing, the header 6 bytes of data
  lying[3] = 4;
  CHECK(!parse_packet(lying, wanted));
}

namespace {

Task<void> read_all(Stream& stream, std::vector<std::string>& data, bool& at_end) {
  InputBuffer in(stream, 64);
  for (;;) {
    const auto packet = co_await read_packet(in, kNever);
    if (!packet) {
      at_end = packet.error().code() == StatusCode::kEof;
      co_return;
    }
    data.emplace_back(packet->data);
  }
}

}  // namespace

TEST_CASE("packets are read from a stream however it is cut") {
  for (const size_t piece : {size_t{1}, size_t{7}, size_t{33}, size_t{1000}}) {
    asio::io_context io;
    tests::InMemoryStream stream(io.get_executor(), hello() + hello() + encode_empty_packet({12, 2, true, 0, false}), piece);
    std::vector<std::string> data;
    bool at_end = false;
    asio::co_spawn(io, read_all(stream, data, at_end), [](std::exception_ptr) {});
    io.run();
    CHECK(data == std::vector<std::string>{"hello\n", "hello\n", ""});
    CHECK(at_end);
  }
}
