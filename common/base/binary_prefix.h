#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tusker {

// Java's "%.1f": the shortest decimal digits that tell the number, rounded half up, where C rounds the binary value half to even.
std::string half_up(double value, size_t decimals);

// "1.50 KB" of 1536, "B" and 2; below 1024 the number alone, followed by the unit (StringUtils.TraditionalBinaryPrefix.long2String).
std::string binary_prefixed(int64_t bytes, std::string_view unit, size_t decimals);

}  // namespace tusker
