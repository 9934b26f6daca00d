#include "common/base/binary_prefix.h"

#include <fmt/format.h>

#include <cstdlib>

namespace tusker {

std::string half_up(double value, size_t decimals) {
  std::string digits = fmt::format("{}", value);
  const size_t point = digits.find('.');
  if (point == std::string::npos || digits.find('e') != std::string::npos) return fmt::format("{:.{}f}", value, decimals);
  const size_t wanted = point + 1 + decimals;
  if (digits.size() <= wanted) return digits.append(wanted - digits.size(), '0');
  const bool up = digits[wanted] >= '5';
  digits.resize(decimals == 0 ? point : wanted);
  if (!up) return digits;
  for (size_t i = digits.size(); i-- > 0;) {
    if (digits[i] == '.') continue;
    if (digits[i] == '-') break;
    if (digits[i] != '9') {
      ++digits[i];
      return digits;
    }
    digits[i] = '0';
  }
  digits.insert(digits[0] == '-' ? 1 : 0, "1");
  return digits;
}

std::string binary_prefixed(int64_t bytes, std::string_view unit, size_t decimals) {
  static constexpr std::string_view kPrefixes = "KMGTPE";
  if (bytes == INT64_MIN) return fmt::format("-8 E{}", unit);
  const std::string sign = bytes < 0 ? "-" : "";
  const int64_t n = std::abs(bytes);
  if (n < 1024) return unit.empty() ? fmt::format("{}{}", sign, n) : fmt::format("{}{} {}", sign, n, unit);
  size_t prefix = 0;
  while (prefix + 1 < kPrefixes.size() && n >> (10 * (prefix + 2)) != 0) ++prefix;
  const auto scaled = [n](size_t p) { return static_cast<double>(n) / static_cast<double>(int64_t{1} << (10 * (p + 1))); };
  std::string number;
  if ((n & ((int64_t{1} << (10 * (prefix + 1))) - 1)) == 0) {
    number = std::to_string(n >> (10 * (prefix + 1)));  // a whole multiple
  } else {
    number = half_up(scaled(prefix), decimals);
    if (number.starts_with("1024")) number = half_up(scaled(++prefix), decimals);
  }
  return fmt::format("{}{} {}{}", sign, number, kPrefixes[prefix], unit);
}

}  // namespace tusker
