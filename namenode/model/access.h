#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace tusker::namenode {

// rwx as bits, FsAction.
enum class Access : uint8_t {
  kNone = 0,
  kExecute = 1,
  kWrite = 2,
  kWriteExecute = 3,
  kRead = 4,
  kReadExecute = 5,
  kReadWrite = 6,
  kAll = 7
};

constexpr bool includes(uint32_t bits, Access wanted) { return (bits & static_cast<uint32_t>(wanted)) == static_cast<uint32_t>(wanted); }
constexpr Access access_of(uint32_t bits) { return static_cast<Access>(bits & 7); }
constexpr Access operator&(Access a, Access b) { return access_of(static_cast<uint32_t>(a) & static_cast<uint32_t>(b)); }
constexpr Access operator|(Access a, Access b) { return access_of(static_cast<uint32_t>(a) | static_cast<uint32_t>(b)); }

constexpr const char* access_name(Access access) {
  constexpr std::array kNames = {"NONE", "EXECUTE", "WRITE", "WRITE_EXECUTE", "READ", "READ_EXECUTE", "READ_WRITE", "ALL"};
  return kNames[static_cast<size_t>(access) & 7];
}

// "r-x"
constexpr const char* access_symbol(Access access) {
  constexpr std::array kSymbols = {"---", "--x", "-w-", "-wx", "r--", "r-x", "rw-", "rwx"};
  return kSymbols[static_cast<size_t>(access) & 7];
}

}  // namespace tusker::namenode
