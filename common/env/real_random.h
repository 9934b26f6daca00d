#pragma once

#include "common/env/random.h"

namespace tusker {

// The kernel's generator (getrandom).
class RealRandom final : public Random {
 public:
  uint64_t next_u64() override;
};

}  // namespace tusker
