#include "client/cli/text_format.h"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <ctime>

namespace tusker::cli {

namespace {

// Java's "%.1f": the shortest decimal digits that tell the number, rounded half up, where C rounds the binary value half to even.
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

// StringUtils.TraditionalBinaryPrefix.long2String.
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

}  // namespace

std::string human_size(int64_t bytes) { return binary_prefixed(bytes, "", 1); }
std::string byte_description(int64_t bytes) { return binary_prefixed(bytes, "B", 2); }
std::string percent(double value, size_t decimals) { return std::isnan(value) ? "NaN%" : half_up(value, decimals) + "%"; }

namespace {

std::string format_time(int64_t wall_ms, const char* pattern, bool local) {
  const time_t seconds = wall_ms / 1000;
  tm parts{};
  if (local) {
    ::localtime_r(&seconds, &parts);
  } else {
    ::gmtime_r(&seconds, &parts);
  }
  std::array<char, 64> buffer;
  return {buffer.data(), std::strftime(buffer.data(), buffer.size(), pattern, &parts)};
}

}  // namespace

std::string minute_local(int64_t wall_ms) { return format_time(wall_ms, "%Y-%m-%d %H:%M", true); }
std::string second_utc(int64_t wall_ms) { return format_time(wall_ms, "%Y-%m-%d %H:%M:%S", false); }
std::string java_date(int64_t wall_ms) { return format_time(wall_ms, "%a %b %d %H:%M:%S %Z %Y", true); }

std::string permission_text(uint16_t mode) {
  std::string out;
  for (int shift = 8; shift >= 0; --shift) out.push_back((mode >> shift) & 1 ? "xwr"[shift % 3] : '-');
  if (mode & 01000) out.back() = out.back() == 'x' ? 't' : 'T';
  return out;
}

std::string pad_left(std::string_view text, size_t width) {
  return text.size() >= width ? std::string(text) : std::string(width - text.size(), ' ').append(text);
}
std::string pad_right(std::string_view text, size_t width) {
  return text.size() >= width ? std::string(text) : std::string(text).append(width - text.size(), ' ');
}

}  // namespace tusker::cli
