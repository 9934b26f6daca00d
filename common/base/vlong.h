#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

// Hadoop's variable-length integers (WritableUtils.writeVLong), which are not protobuf's: -112..127 in one byte, else a byte that holds
// sign and length, then the magnitude (of a negative number its complement) in big-endian order. Inline: they stand in every record.

namespace tusker {

inline constexpr size_t kVLongBytesMax = 9;

// Bytes that encode_vlong writes for `v`.
constexpr size_t vlong_size(int64_t v) {
  if (v >= -112 && v <= 127) return 1;
  uint64_t magnitude = static_cast<uint64_t>(v < 0 ? ~v : v);
  return 1 + (static_cast<size_t>(std::bit_width(magnitude)) + 7) / 8;
}

// Writes at most kVLongBytesMax bytes at `out`; returns how many.
inline size_t encode_vlong(char* out, int64_t v) {
  if (v >= -112 && v <= 127) {
    *out = static_cast<char>(v);
    return 1;
  }
  uint64_t magnitude = static_cast<uint64_t>(v < 0 ? ~v : v);
  size_t bytes = (static_cast<size_t>(std::bit_width(magnitude)) + 7) / 8;
  out[0] = static_cast<char>((v < 0 ? -120 : -112) - static_cast<int>(bytes));
  for (size_t i = 0; i < bytes; ++i) out[1 + i] = static_cast<char>(magnitude >> (8 * (bytes - 1 - i)));
  return 1 + bytes;
}

// Reads one number in [in, end); returns the bytes read, 0 if they end early.
inline size_t decode_vlong(const char* in, const char* end, int64_t& v) {
  if (in == end) return 0;
  auto first = static_cast<signed char>(*in);
  if (first >= -112) {
    v = first;
    return 1;
  }
  bool negative = first < -120;
  auto bytes = static_cast<size_t>(negative ? -(first + 120) : -(first + 112));
  if (static_cast<size_t>(end - in) < 1 + bytes) return 0;
  uint64_t magnitude = 0;
  for (size_t i = 1; i <= bytes; ++i) magnitude = magnitude << 8 | static_cast<unsigned char>(in[i]);
  v = static_cast<int64_t>(negative ? ~magnitude : magnitude);
  return 1 + bytes;
}

}  // namespace tusker
