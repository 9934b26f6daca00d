#include "common/webhdfs/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>

namespace tusker::webhdfs {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

// How many bytes of `s` one well-formed character takes; 0 when it begins none. `bad` gets how many to replace at once.
size_t character_bytes(std::string_view s, size_t& bad) {
  const auto byte = [&s](size_t i) { return i < s.size() ? static_cast<unsigned char>(s[i]) : 0U; };
  const auto follows = [&byte](size_t i, unsigned low = 0x80, unsigned high = 0xBF) { return byte(i) >= low && byte(i) <= high; };
  const unsigned first = byte(0);
  bad = 1;
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return follows(1) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    const unsigned low = first == 0xE0 ? 0xA0 : 0x80;
    const unsigned high = first == 0xED ? 0x9F : 0xBF;
    if (!follows(1, low, high)) return 0;
    if (follows(2)) return 3;
    bad = 2;
    return 0;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    if (!follows(1, first == 0xF0 ? 0x90 : 0x80, first == 0xF4 ? 0x8F : 0xBF)) return 0;
    if (!follows(2)) return bad = 2, 0;
    if (!follows(3)) return bad = 3, 0;
    return 4;
  }
  return 0;
}

bool one_of(char c, std::string_view set) { return set.find(c) != std::string_view::npos; }

}  // namespace

std::string upper(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return out;
}

std::string trimmed(std::string_view text) {
  while (!text.empty() && static_cast<unsigned char>(text.front()) <= ' ') text.remove_prefix(1);
  while (!text.empty() && static_cast<unsigned char>(text.back()) <= ' ') text.remove_suffix(1);
  return std::string(text);
}

std::optional<int64_t> parse_java_number(std::string_view text, int radix, std::string_view type) {
  if (text.starts_with('+')) {
    text.remove_prefix(1);
    if (text.starts_with('-')) return std::nullopt;
  }
  int64_t number = 0;
  const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), number, radix);
  if (ec != std::errc() || end != text.data() + text.size() || text.empty()) return std::nullopt;
  const auto fits = [number](auto limits) { return number >= limits.min() && number <= limits.max(); };
  if (type == "short" && !fits(std::numeric_limits<int16_t>())) return std::nullopt;
  if (type == "integer" && !fits(std::numeric_limits<int32_t>())) return std::nullopt;
  return number;
}

std::string in_radix(int64_t number, int radix) {
  char text[72];
  const auto end = std::to_chars(text, text + sizeof(text), number, radix).ptr;
  return {text, end};
}

std::string url_encode(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (std::isalnum(static_cast<unsigned char>(c)) || one_of(c, ".-*_")) {
      out.push_back(c);
    } else if (c == ' ') {
      out.push_back('+');
    } else {
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return out;
}

std::string decoded_utf8(std::string_view bytes) {
  std::string out;
  while (!bytes.empty()) {
    size_t bad = 1;
    const size_t good = character_bytes(bytes, bad);
    if (good > 0) {
      out += bytes.substr(0, good);
    } else {
      out += kReplacement;
    }
    bytes.remove_prefix(good > 0 ? good : bad);
  }
  return out;
}

std::string uri_quoted(std::string_view text, bool is_query) {
  // RFC 2396: unreserved, and the reserved characters that java.net.URI leaves in this part.
  const std::string_view marks = is_query ? "-_.!~*'();/?:@&=+$,[]" : "-_.!~*'():@&=+$,;/";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x80 || std::isalnum(byte) || one_of(c, marks)) {
      out.push_back(c);
    } else {
      out += fmt::format("%{:02X}", byte);
    }
  }
  return out;
}

std::string ascii_uri(std::string_view uri) {
  std::string out;
  for (const char c : uri) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x80) {
      out += fmt::format("%{:02X}", byte);
    } else {
      out.push_back(c);
    }
  }
  return out;
}

std::string base64_url(std::string_view bytes) {
  static constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string out;
  uint32_t bits = 0;
  int count = 0;
  for (const char c : bytes) {
    bits = (bits << 8) | static_cast<unsigned char>(c);
    count += 8;
    while (count >= 6) {
      count -= 6;
      out.push_back(kDigits[(bits >> count) & 63]);
    }
  }
  if (count > 0) out.push_back(kDigits[(bits << (6 - count)) & 63]);
  return out;
}

std::string decode_base64_url(std::string_view text) {
  std::string out;
  uint32_t bits = 0;
  int count = 0;
  for (const char c : text) {
    int digit = -1;
    if (c >= 'A' && c <= 'Z') digit = c - 'A';
    if (c >= 'a' && c <= 'z') digit = c - 'a' + 26;
    if (c >= '0' && c <= '9') digit = c - '0' + 52;
    if (c == '+' || c == '-') digit = 62;
    if (c == '/' || c == '_') digit = 63;
    if (c == '=') break;
    if (digit < 0) continue;
    bits = (bits << 6) | static_cast<uint32_t>(digit);
    count += 6;
    if (count >= 8) {
      count -= 8;
      out.push_back(static_cast<char>((bits >> count) & 255));
    }
  }
  return out;
}

std::string hex(std::string_view bytes) {
  std::string out;
  for (const char c : bytes) out += fmt::format("{:02x}", static_cast<unsigned char>(c));
  return out;
}

}  // namespace tusker::webhdfs
