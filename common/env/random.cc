#include "common/env/random.h"

#include <fmt/format.h>

namespace tusker {

std::string Random::bytes(size_t count) {
  std::string out;
  out.reserve(count + 8);
  while (out.size() < count) {
    const uint64_t word = next_u64();
    out.append(reinterpret_cast<const char*>(&word), sizeof word);
  }
  out.resize(count);
  return out;
}

std::string Random::uuid() {
  const uint64_t high = (next_u64() & ~0xf000ULL) | 0x4000ULL;
  const uint64_t low = (next_u64() & ~(3ULL << 62)) | (2ULL << 62);
  return fmt::format("{:08x}-{:04x}-{:04x}-{:04x}-{:012x}", high >> 32, (high >> 16) & 0xffff, high & 0xffff, low >> 48,
                     low & 0xffffffffffffULL);
}

}  // namespace tusker
