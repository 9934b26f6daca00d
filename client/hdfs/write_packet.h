#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "common/transfer/checksum.h"
#include "common/transfer/packet.h"

namespace tusker::client {

// A packet being filled or under way (DFSPacket): room for its head, checksums and data in one piece of memory, in the order of the wire.
class WritePacket {
 public:
  WritePacket(const transfer::DataChecksum& checksum, int64_t data_bytes_max);

  // Begins anew, for bytes at `offset` of the block, at most `data_bytes_max` of them (no more than the constructor's).
  void reset(int64_t seqno, int64_t offset, int64_t data_bytes_max);
  size_t room() const { return static_cast<size_t>(limit_ - header.data_bytes); }
  // Takes what there is room for; returns how much.
  size_t append(std::string_view bytes);
  // Computes the checksums; nothing is appended afterwards.
  void seal();
  bool empty() const { return header.data_bytes == 0; }
  int64_t end_offset() const { return header.offset_in_block + header.data_bytes; }
  std::string_view data() const { return {data_at(), static_cast<size_t>(header.data_bytes)}; }

  // What goes on the wire, in one piece. The head is written anew each time, as its flags may have changed.
  std::string_view encode();

  transfer::PacketHeader header;

 private:
  char* data_at() const { return memory_.get() + transfer::kPacketHeadBytesMax + sums_max_; }

  transfer::DataChecksum checksum_;
  size_t sums_max_;
  size_t sums_bytes_ = 0;
  int64_t capacity_;
  int64_t limit_;
  std::unique_ptr<char[]> memory_;
};

using WritePacketPtr = std::unique_ptr<WritePacket>;

}  // namespace tusker::client
