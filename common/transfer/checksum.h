#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/base/bytes.h"
#include "common/base/result.h"

namespace tusker::transfer {

// The numbers that meta files and ChecksumTypeProto carry.
enum class ChecksumType : uint8_t { kNull = 0, kCrc32 = 1, kCrc32c = 2 };

// How a block's bytes are summed: one CRC, four bytes big-endian, for each run of `bytes_per_checksum` bytes of the block, the last run
// maybe shorter (org.apache.hadoop.util.DataChecksum). A value without state; any thread.
class DataChecksum {
 public:
  DataChecksum() = default;
  DataChecksum(ChecksumType type, int32_t bytes_per_checksum) : type_(type), bytes_per_checksum_(bytes_per_checksum) {}
  // Of numbers from disk or wire. kIllegalArgument for an unknown type, or a run that isn't within 1 byte and 16 MiB.
  static Result<DataChecksum> of(int64_t type, int64_t bytes_per_checksum);

  ChecksumType type() const { return type_; }
  int32_t bytes_per_checksum() const { return bytes_per_checksum_; }
  // Bytes of one checksum: 4, or 0 of type NULL.
  int64_t size() const { return type_ == ChecksumType::kNull ? 0 : 4; }
  int64_t chunks_of(int64_t bytes) const { return (bytes + bytes_per_checksum_ - 1) / bytes_per_checksum_; }
  // Bytes of the checksums of `bytes` data bytes that begin at a run's start.
  int64_t sums_bytes(int64_t bytes) const { return chunks_of(bytes) * size(); }

  // The CRC of bytes whose CRC is `crc`, followed by `data`; of nothing it is 0.
  uint32_t update(uint32_t crc, std::string_view data) const;
  // Sums `data` into `sums`, which has sums_bytes(data.size()) bytes.
  void compute(std::string_view data, MutableBytes sums) const;
  // The offset in `data` of the first run that doesn't match its checksum; nullopt when all do. Type NULL matches everything.
  std::optional<int64_t> first_mismatch(std::string_view data, std::string_view sums) const;
  // The CRC of A followed by B, from their CRCs and B's length in bytes (org.apache.hadoop.util.CrcUtil).
  uint32_t compose(uint32_t crc_a, uint32_t crc_b, int64_t bytes_b) const;
  // "CRC32C", as Hadoop names it.
  std::string_view name() const;

  friend bool operator==(const DataChecksum&, const DataChecksum&) = default;

 private:
  ChecksumType type_ = ChecksumType::kCrc32c;
  int32_t bytes_per_checksum_ = 512;
};

// The head of a block's meta file: int16 version 1, a byte of type, int32 bytes per checksum (BlockMetadataHeader). Checksums follow.
inline constexpr int64_t kMetaHeaderBytes = 7;
std::string encode_meta_header(const DataChecksum& checksum);
// kCorruption when it is cut short, has another version or nonsense in it.
Result<DataChecksum> decode_meta_header(std::string_view bytes);

}  // namespace tusker::transfer
