#include "common/transfer/checksum.h"

#include <fmt/format.h>
#include <isa-l/crc.h>

#include <algorithm>
#include <array>

namespace tusker::transfer {
namespace {

constexpr int32_t kBytesPerChecksumMax = 16 << 20;
constexpr int16_t kMetaVersion = 1;

// ISA-L takes the buffer as not const, but only reads it.
uint32_t crc32c(uint32_t crc, const char* data, size_t bytes) {
  auto* at = const_cast<unsigned char*>(reinterpret_cast<const unsigned char*>(data));
  return ~crc32_iscsi(at, static_cast<int>(bytes), ~crc);
}

uint32_t crc32(uint32_t crc, const char* data, size_t bytes) {
  return crc32_gzip_refl(crc, reinterpret_cast<const unsigned char*>(data), bytes);
}

// A linear map over GF(2) on the 32 bits of a CRC: column i is the image of bit i.
using Matrix = std::array<uint32_t, 32>;

uint32_t image_of(const Matrix& matrix, uint32_t vector) {
  uint32_t sum = 0;
  for (size_t i = 0; vector != 0; ++i, vector >>= 1) {
    if (vector & 1) sum ^= matrix[i];
  }
  return sum;
}

Matrix square(const Matrix& matrix) {
  Matrix out;
  for (size_t i = 0; i < out.size(); ++i) out[i] = image_of(matrix, matrix[i]);
  return out;
}

// Appending one zero bit to what was summed, for a reflected polynomial.
Matrix one_zero_bit(uint32_t polynomial) {
  Matrix out;
  out[0] = polynomial;
  for (size_t i = 1; i < out.size(); ++i) out[i] = 1U << (i - 1);
  return out;
}

}  // namespace

Result<DataChecksum> DataChecksum::of(int64_t type, int64_t bytes_per_checksum) {
  if (type < 0 || type > 2) return error(StatusCode::kIllegalArgument, fmt::format("Unknown checksum type {}", type));
  if (bytes_per_checksum < 1 || bytes_per_checksum > kBytesPerChecksumMax) {
    return error(StatusCode::kIllegalArgument, fmt::format("{} bytes per checksum are out of range", bytes_per_checksum));
  }
  return DataChecksum(static_cast<ChecksumType>(type), static_cast<int32_t>(bytes_per_checksum));
}

uint32_t DataChecksum::update(uint32_t crc, std::string_view data) const {
  switch (type_) {
    case ChecksumType::kNull:
      return 0;
    case ChecksumType::kCrc32:
      return crc32(crc, data.data(), data.size());
    case ChecksumType::kCrc32c:
      return crc32c(crc, data.data(), data.size());
  }
  return 0;
}

void DataChecksum::compute(std::string_view data, MutableBytes sums) const {
  if (type_ == ChecksumType::kNull) return;
  const auto run = static_cast<size_t>(bytes_per_checksum_);
  char* out = sums.data();
  for (size_t at = 0; at < data.size(); at += run, out += 4) {
    store_be<uint32_t>(out, update(0, data.substr(at, run)));
  }
}

std::optional<int64_t> DataChecksum::first_mismatch(std::string_view data, std::string_view sums) const {
  if (type_ == ChecksumType::kNull) return std::nullopt;
  const auto run = static_cast<size_t>(bytes_per_checksum_);
  const char* expected = sums.data();
  for (size_t at = 0; at < data.size(); at += run, expected += 4) {
    if (update(0, data.substr(at, run)) != load_be<uint32_t>(expected)) return static_cast<int64_t>(at);
  }
  return std::nullopt;
}

uint32_t DataChecksum::compose(uint32_t crc_a, uint32_t crc_b, int64_t bytes_b) const {
  if (type_ == ChecksumType::kNull || bytes_b <= 0) return crc_a;
  // Shift crc_a over 8 * bytes_b zero bits by repeated squaring.
  Matrix power = square(square(square(one_zero_bit(type_ == ChecksumType::kCrc32c ? 0x82f63b78U : 0xedb88320U))));
  for (auto left = static_cast<uint64_t>(bytes_b); left != 0; left >>= 1, power = square(power)) {
    if (left & 1) crc_a = image_of(power, crc_a);
  }
  return crc_a ^ crc_b;
}

std::string_view DataChecksum::name() const {
  switch (type_) {
    case ChecksumType::kNull:
      return "NULL";
    case ChecksumType::kCrc32:
      return "CRC32";
    case ChecksumType::kCrc32c:
      return "CRC32C";
  }
  return "NULL";
}

std::string encode_meta_header(const DataChecksum& checksum) {
  std::string out;
  append_be<int16_t>(out, kMetaVersion);
  out.push_back(static_cast<char>(checksum.type()));
  append_be<int32_t>(out, checksum.bytes_per_checksum());
  return out;
}

Result<DataChecksum> decode_meta_header(std::string_view bytes) {
  if (bytes.size() < static_cast<size_t>(kMetaHeaderBytes)) {
    return error(StatusCode::kCorruption, fmt::format("The meta file has {} bytes; its header alone has 7", bytes.size()));
  }
  const auto version = load_be<int16_t>(bytes.data());
  if (version != kMetaVersion) return error(StatusCode::kCorruption, fmt::format("Unexpected meta-file version {}", version));
  auto checksum = DataChecksum::of(static_cast<uint8_t>(bytes[2]), load_be<int32_t>(bytes.data() + 3));
  if (!checksum) return error(StatusCode::kCorruption, "The meta file's header is damaged: " + checksum.error().message());
  return *checksum;
}

}  // namespace tusker::transfer
