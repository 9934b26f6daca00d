#include "client/cli/hdfs/dfs/umask.h"

#include <fmt/format.h>

#include <algorithm>

namespace tusker::cli::dfs {
namespace {

constexpr config::Key<std::string_view> kUmask{"fs.permissions.umask-mode", "022"};

std::unexpected<Status> bad_mode(std::string_view text) {
  return error(StatusCode::kHadoopIllegalArgument, fmt::format("chmod : mode '{}' does not match the expected pattern.", text));
}

bool is_octal(std::string_view text) {
  return !text.empty() && text.size() <= 4 && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '7'; });
}

// One clause "u+rwx" applied to `mode`; nullopt if it is malformed.
std::optional<uint16_t> apply_clause(std::string_view clause, uint16_t mode, bool is_directory) {
  unsigned who = 0;
  size_t at = 0;
  for (; at < clause.size() && std::string_view("ugoa").find(clause[at]) != std::string_view::npos; ++at) {
    who |= clause[at] == 'u' ? 0700u : clause[at] == 'g' ? 0070u : clause[at] == 'o' ? 0007u : 0777u;
  }
  if (who == 0) who = 0777;
  if (at >= clause.size() || std::string_view("+-=").find(clause[at]) == std::string_view::npos) return std::nullopt;
  const char operation = clause[at++];
  unsigned bits = 0;
  bool sticky = false;
  for (; at < clause.size(); ++at) {
    switch (clause[at]) {
      case 'r':
        bits |= 0444;
        break;
      case 'w':
        bits |= 0222;
        break;
      case 'x':
        bits |= 0111;
        break;
      case 'X':
        bits |= is_directory || (mode & 0111) != 0 ? 0111u : 0u;
        break;
      case 't':
        sticky = true;
        break;
      default:
        return std::nullopt;
    }
  }
  const unsigned change = (bits & who) | (sticky ? 01000u : 0u);
  if (operation == '+') return static_cast<uint16_t>(mode | change);
  if (operation == '-') return static_cast<uint16_t>(mode & ~change);
  return static_cast<uint16_t>((mode & ~who) | change);
}

}  // namespace

Result<uint16_t> changed_mode(std::string_view text, uint16_t old_mode, bool is_directory) {
  std::string_view digits = text;
  if (const size_t sign = digits.find_first_of("+-="); sign == 0 && is_octal(digits.substr(1))) digits.remove_prefix(1);
  if (is_octal(digits)) {
    uint16_t mode = 0;
    for (const char c : digits) mode = static_cast<uint16_t>(mode * 8 + (c - '0'));
    if (digits.size() == text.size() || text[0] == '=') return mode;
    return static_cast<uint16_t>(text[0] == '+' ? old_mode | mode : old_mode & ~mode);
  }
  uint16_t mode = old_mode;
  std::string_view rest = text;
  if (rest.empty()) return bad_mode(text);
  while (!rest.empty()) {
    const size_t comma = rest.find(',');
    const auto next = apply_clause(rest.substr(0, comma), mode, is_directory);
    if (!next) return bad_mode(text);
    mode = *next;
    rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 1);
  }
  return mode;
}

Result<uint16_t> masked(const config::Config& conf, uint16_t mode) {
  const std::string text = conf.get(kUmask);
  if (is_octal(text)) {
    uint16_t mask = 0;
    for (const char c : text) mask = static_cast<uint16_t>(mask * 8 + (c - '0'));
    return static_cast<uint16_t>(mode & ~mask);
  }
  // A symbolic mask says what is allowed: "u=rwx,g=rx,o=rx" is 022.
  const auto allowed = changed_mode(text, 0, true);
  if (!allowed)
    return error(StatusCode::kIllegalArgument, fmt::format("fs.permissions.umask-mode = {} is neither octal nor symbolic", text));
  return static_cast<uint16_t>(mode & *allowed);
}

}  // namespace tusker::cli::dfs
