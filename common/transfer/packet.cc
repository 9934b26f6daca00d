#include "common/transfer/packet.h"

#include <fmt/format.h>

#include <cstring>

#include "common/base/bytes.h"
#include "hdfs/datatransfer.pb.h"

namespace tusker::transfer {
namespace {

// PacketHeaderProto with its four required fields, in order: tag 0x09 sfixed64, 0x11 sfixed64, 0x18 bool, 0x25 sfixed32; then 0x28 bool.
constexpr size_t kHeaderBytes = 25;
constexpr size_t kSyncBytes = 2;

template <class T>
T load_le(const char* p) {
  T v;
  std::memcpy(&v, p, sizeof v);
  return v;
}

template <class T>
void store_le(char* p, T v) {
  std::memcpy(p, &v, sizeof v);
}

bool decode_plain_header(std::string_view bytes, PacketHeader& out) {
  const char* p = bytes.data();
  if (bytes.size() != kHeaderBytes || p[0] != 0x09 || p[9] != 0x11 || p[18] != 0x18 || p[20] != 0x25) return false;
  out = {load_le<int64_t>(p + 1), load_le<int64_t>(p + 10), p[19] != 0, load_le<int32_t>(p + 21), false};
  return true;
}

bool decode_header(std::string_view bytes, PacketHeader& out) {
  if (decode_plain_header(bytes, out)) return true;
  hadoop::hdfs::PacketHeaderProto proto;
  if (!proto.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) return false;
  out = {proto.offsetinblock(), proto.seqno(), proto.lastpacketinblock(), proto.datalen(), proto.syncblock()};
  return true;
}

}  // namespace

char* encode_packet_head(char* end, const PacketHeader& header, size_t checksum_bytes) {
  const size_t header_bytes = kHeaderBytes + (header.sync_block ? kSyncBytes : 0);
  char* const p = end - header_bytes - kPacketLengthsBytes;
  store_be<int32_t>(p, static_cast<int32_t>(4 + checksum_bytes) + header.data_bytes);
  store_be<int16_t>(p + 4, static_cast<int16_t>(header_bytes));
  char* h = p + kPacketLengthsBytes;
  h[0] = 0x09;
  store_le<int64_t>(h + 1, header.offset_in_block);
  h[9] = 0x11;
  store_le<int64_t>(h + 10, header.seqno);
  h[18] = 0x18;
  h[19] = header.last_in_block ? 1 : 0;
  h[20] = 0x25;
  store_le<int32_t>(h + 21, header.data_bytes);
  if (header.sync_block) {
    h[25] = 0x28;
    h[26] = 1;
  }
  return p;
}

std::string encode_empty_packet(const PacketHeader& header) {
  char bytes[kPacketHeadBytesMax];
  char* const end = bytes + sizeof bytes;
  const char* begin = encode_packet_head(end, header, 0);
  return {begin, static_cast<size_t>(end - begin)};
}

Result<std::optional<Packet>> parse_packet(std::string_view bytes, size_t& wanted) {
  wanted = kPacketLengthsBytes;
  if (bytes.size() < wanted) return std::nullopt;
  const auto payload = load_be<int32_t>(bytes.data());
  const auto header_bytes = load_be<int16_t>(bytes.data() + 4);
  if (payload < 4 || header_bytes < 0 || static_cast<size_t>(payload) + static_cast<size_t>(header_bytes) > kPacketBytesMax) {
    return error(StatusCode::kIo, fmt::format("Incorrect value for packet payload size: {}, header {}", payload, header_bytes));
  }
  wanted = kPacketLengthsBytes + static_cast<size_t>(header_bytes) + static_cast<size_t>(payload) - 4;
  if (bytes.size() < wanted) return std::nullopt;
  Packet packet;
  packet.whole = bytes.substr(0, wanted);
  if (!decode_header(bytes.substr(kPacketLengthsBytes, static_cast<size_t>(header_bytes)), packet.header)) {
    return error(StatusCode::kIo, "Cannot decode a packet's header");
  }
  const std::string_view body = packet.whole.substr(kPacketLengthsBytes + static_cast<size_t>(header_bytes));
  if (packet.header.data_bytes < 0 || static_cast<size_t>(packet.header.data_bytes) > body.size()) {
    return error(StatusCode::kIo, fmt::format("A packet of {} bytes can't hold {} bytes of data", body.size(), packet.header.data_bytes));
  }
  const size_t sums = body.size() - static_cast<size_t>(packet.header.data_bytes);
  packet.checksums = body.substr(0, sums);
  packet.data = body.substr(sums);
  return packet;
}

Task<Result<Packet>> read_packet(InputBuffer& in, Deadline deadline) {
  for (;;) {
    size_t wanted = 0;
    CO_TRY(const std::optional<Packet> packet, parse_packet(in.view(), wanted));
    if (packet) {
      in.consume(packet->whole.size());
      co_return *packet;
    }
    CO_TRY_VOID(co_await in.fill(wanted, deadline, wanted + kPacketHeadBytesMax));
  }
}

Task<Result<std::optional<Packet>>> read_packet_behind(InputBuffer& in, Deadline deadline) {
  for (;;) {
    size_t wanted = 0;
    CO_TRY(const std::optional<Packet> packet, parse_packet(in.view(), wanted));
    if (packet) {
      in.consume(packet->whole.size());
      co_return packet;
    }
    if (!in.fits(wanted)) co_return std::nullopt;
    CO_TRY_VOID(co_await in.fill_behind(wanted, deadline, wanted + kPacketHeadBytesMax));
  }
}

Result<std::optional<Packet>> buffered_packet(InputBuffer& in) {
  size_t wanted = 0;
  TRY(std::optional<Packet> packet, parse_packet(in.view(), wanted));
  if (packet) in.consume(packet->whole.size());
  return packet;
}

}  // namespace tusker::transfer
