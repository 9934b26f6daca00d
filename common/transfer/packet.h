#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/base/result.h"
#include "common/transfer/input_buffer.h"

namespace tusker::transfer {

// The head of a run of a block's bytes on the wire (org.apache.hadoop.hdfs.protocol.datatransfer.PacketHeader).
struct PacketHeader {
  int64_t offset_in_block = 0;
  int64_t seqno = 0;
  bool last_in_block = false;
  int32_t data_bytes = 0;
  bool sync_block = false;
  friend bool operator==(const PacketHeader&, const PacketHeader&) = default;
};

inline constexpr int64_t kHeartbeatSeqno = -1;
inline constexpr size_t kPacketBytesMax = 16 << 20;  // dfs.data.transfer.max.packet.size
inline constexpr size_t kPacketHeadBytesMax = 33;    // int32 length, int16 header length, header with the sync flag
// What a reader of packets needs to know a packet's size.
inline constexpr size_t kPacketLengthsBytes = 6;

// Writes length, header length and header in front of `checksum_bytes` checksums and the header's data, so that they end at `end`.
// Returns where they begin, at most kPacketHeadBytesMax before. All required fields are written, as readers with fixed sizes want.
char* encode_packet_head(char* end, const PacketHeader& header, size_t checksum_bytes);
// A whole packet without data and checksums: the last of a block, a heartbeat, an empty sync.
std::string encode_empty_packet(const PacketHeader& header);

// A packet in a buffer; the views last as long as the buffer's memory.
struct Packet {
  PacketHeader header;
  std::string_view checksums;
  std::string_view data;
  std::string_view whole;  // as received, to be passed on
};

// The packet at the start of `bytes`; nullopt while it isn't complete, and then `wanted` tells how many bytes would make progress.
// kIo if its sizes are out of range or contradict one another.
Result<std::optional<Packet>> parse_packet(std::string_view bytes, size_t& wanted);

// Receives the next packet and consumes it. Asks the stream for no more than this packet and the head of the next, so that big packets
// needn't be moved about.
Task<Result<Packet>> read_packet(InputBuffer& in, Deadline deadline);
// The same, without touching what was consumed before: views into earlier packets stay good. Nullopt when the buffer has no room for that.
Task<Result<std::optional<Packet>>> read_packet_behind(InputBuffer& in, Deadline deadline);
// The next packet if it has been received already; consumes it.
Result<std::optional<Packet>> buffered_packet(InputBuffer& in);

}  // namespace tusker::transfer
