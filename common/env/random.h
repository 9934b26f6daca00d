#pragma once

#include <cstdint>
#include <string>

namespace tusker {

// The only source of chance. Any thread may ask it. The real one is fit for keys and tokens.
class Random {
 public:
  virtual ~Random() = default;
  virtual uint64_t next_u64() = 0;

  // Uniform in [0, bound); bound > 0.
  uint64_t below(uint64_t bound) { return next_u64() % bound; }
  std::string bytes(size_t count);
  // A version 4 UUID in its text form.
  std::string uuid();
};

}  // namespace tusker
