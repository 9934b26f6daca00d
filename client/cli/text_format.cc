#include "client/cli/text_format.h"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <ctime>

#include "common/base/binary_prefix.h"

namespace tusker::cli {

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
