#include "client/hdfs/write_packet.h"

#include <algorithm>
#include <cstring>

namespace tusker::client {

WritePacket::WritePacket(const transfer::DataChecksum& checksum, int64_t data_bytes_max)
    : checksum_(checksum),
      sums_max_(static_cast<size_t>(checksum.sums_bytes(data_bytes_max))),
      capacity_(data_bytes_max),
      limit_(data_bytes_max),
      memory_(std::make_unique_for_overwrite<char[]>(transfer::kPacketHeadBytesMax + sums_max_ + static_cast<size_t>(data_bytes_max))) {}

void WritePacket::reset(int64_t seqno, int64_t offset, int64_t data_bytes_max) {
  header = {offset, seqno, false, 0, false};
  limit_ = std::min(data_bytes_max, capacity_);
  sums_bytes_ = 0;
}

size_t WritePacket::append(std::string_view bytes) {
  const size_t taken = std::min(bytes.size(), room());
  std::memcpy(data_at() + header.data_bytes, bytes.data(), taken);
  header.data_bytes += static_cast<int32_t>(taken);
  return taken;
}

void WritePacket::seal() {
  sums_bytes_ = static_cast<size_t>(checksum_.sums_bytes(header.data_bytes));
  // Against the data, so that both go out as neighbours.
  checksum_.compute(data(), MutableBytes(data_at() - sums_bytes_, sums_bytes_));
}

std::string_view WritePacket::encode() {
  char* const sums = data_at() - sums_bytes_;
  const char* begin = transfer::encode_packet_head(sums, header, sums_bytes_);
  return {begin, static_cast<size_t>(data_at() + header.data_bytes - begin)};
}

}  // namespace tusker::client
