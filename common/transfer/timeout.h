#pragma once

#include "common/env/clock.h"

namespace tusker::transfer {

// Hadoop's timeouts of sockets are off when they are 0. Such a one becomes a wait that nobody sees the end of, which can be added to.
inline constexpr Duration kNoTimeout = std::chrono::hours(24 * 365 * 10);
constexpr Duration none_if_zero(Duration configured) { return configured > Duration::zero() ? configured : kNoTimeout; }

}  // namespace tusker::transfer
