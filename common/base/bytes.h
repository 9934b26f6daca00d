#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace tusker {

// Bytes are held in std::string, looked at through std::string_view, filled through MutableBytes.
using MutableBytes = std::span<char>;

// Integers in big-endian order, as Hadoop writes them outside protobuf. `load` reads sizeof(T) bytes from `p`.
template <class T>
T load_be(const void* p) {
  T v;
  std::memcpy(&v, p, sizeof v);
  return std::byteswap(v);
}
template <class T>
void store_be(void* p, T v) {
  v = std::byteswap(v);
  std::memcpy(p, &v, sizeof v);
}
template <class T>
void append_be(std::string& out, T v) {
  v = std::byteswap(v);
  out.append(reinterpret_cast<const char*>(&v), sizeof v);
}

// Base-128 varints as in protobuf. `read_varint` removes what it read from `in`; nullopt if `in` ends early or has more than 10 bytes.
void append_varint(std::string& out, uint64_t v);
std::optional<uint64_t> read_varint(std::string_view& in);
constexpr uint64_t zigzag(int64_t v) { return (static_cast<uint64_t>(v) << 1) ^ static_cast<uint64_t>(v >> 63); }
constexpr int64_t unzigzag(uint64_t v) { return static_cast<int64_t>(v >> 1) ^ -static_cast<int64_t>(v & 1); }

std::string to_hex(std::string_view bytes);

}  // namespace tusker
