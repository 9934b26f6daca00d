#include "client/cli/hdfs/dfs/umask.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

namespace tusker::cli::dfs {
namespace {

constexpr config::Key<std::string_view> kUmask{"fs.permissions.umask-mode", "022"};

// What is done to the bits of one class: user, group, others or the sticky bit.
struct ClassChange {
  char operation = '+';
  unsigned bits = 0;  // 010 stands for X

  unsigned apply(unsigned existing, bool may_execute) const {
    unsigned mode = bits & 07;
    const bool capital_x = (bits & 010) != 0;
    if (capital_x) mode |= 1;
    unsigned out = operation == '+' ? mode | existing : operation == '-' ? existing & ~mode : mode;
    if (capital_x && !may_execute && (existing & 1) == 0) out &= ~1u;
    return out & 07;
  }
};

// A parsed mode (PermissionParser): a later clause about a class takes the place of an earlier one.
struct ModeChange {
  ClassChange user, group, others, sticky;

  uint16_t apply(uint16_t mode, bool may_execute) const {
    return static_cast<uint16_t>((sticky.apply((mode >> 9) & 1, false) & 1) << 9 | user.apply((mode >> 6) & 7, may_execute) << 6 |
                                 group.apply((mode >> 3) & 7, may_execute) << 3 | others.apply(mode & 7, may_execute));
  }
};

bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

// The longest run of `allowed` at the front of `text`, which it is taken from.
std::string_view take(std::string_view& text, std::string_view allowed) {
  const std::string_view out = text.substr(0, std::min(text.find_first_not_of(allowed), text.size()));
  text.remove_prefix(out.size());
  return out;
}

// "u+rwx,go-w", as ChmodParser's pattern takes it: [ugoa]*[+=-]+[rwxXt]+ between commas. A umask may leave the last part empty.
std::optional<ModeChange> parse_symbolic(std::string_view text, bool may_be_empty) {
  static constexpr std::string_view kBlanks = " \t\n\v\f\r";
  ModeChange out;
  bool comma = true;
  do {
    if (!comma) return std::nullopt;
    take(text, kBlanks);
    const std::string_view who = take(text, "ugoa");
    const std::string_view operations = take(text, "+=-");
    const std::string_view letters = take(text, may_be_empty ? "rwx" : "rwxXt");
    if (operations.empty() || (letters.empty() && !may_be_empty)) return std::nullopt;
    comma = take(text, ", \t\n\v\f\r").find(',') != std::string_view::npos;
    ClassChange change{operations.back(), 0};
    for (const char c : letters) change.bits |= c == 'r' ? 4u : c == 'w' ? 2u : c == 'x' ? 1u : c == 'X' ? 010u : 0u;
    const bool all = who.find_first_of("ugo") == std::string_view::npos;
    if (all || who.contains('u')) out.user = change;
    if (all || who.contains('g')) out.group = change;
    if (all || who.contains('o')) {
      out.others = change;
      out.sticky = {operations.back(), letters.contains('t') ? 1u : 0u};
    }
  } while (!text.empty());
  return out;
}

// "755", "1777", "+644" (the same as "644").
std::optional<uint16_t> parse_octal(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  if (text.starts_with('+')) text.remove_prefix(1);
  const bool fits = text.size() == 3 || (text.size() == 4 && (text[0] == '0' || text[0] == '1'));
  if (!fits || !std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '7'; })) return std::nullopt;
  unsigned mode = 0;
  for (const char c : text) mode = mode * 8 + static_cast<unsigned>(c - '0');
  return static_cast<uint16_t>(mode);
}

}  // namespace

Result<uint16_t> changed_mode(std::string_view text, uint16_t old_mode, bool is_directory) {
  if (const auto mode = parse_octal(text)) return *mode;
  const auto change = parse_symbolic(text, false);
  if (!change) {
    return error(StatusCode::kHadoopIllegalArgument, fmt::format("chmod : mode '{}' does not match the expected pattern.", text));
  }
  return change->apply(old_mode, is_directory || (old_mode & 0111) != 0);
}

Result<uint16_t> masked(const config::Config& conf, uint16_t mode) {
  const std::string text = conf.get(kUmask);
  const bool octal = !text.empty() && text.size() <= 4 && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '7'; });
  if (octal) {
    unsigned mask = 0;
    for (const char c : text) mask = mask * 8 + static_cast<unsigned>(c - '0');
    return static_cast<uint16_t>(mode & ~mask);
  }
  // A symbolic mask says what is allowed: "u=rwx,g=rx,o=rx" is 022 (UmaskParser).
  const auto allowed = parse_symbolic(text, true);
  if (!allowed) {
    return error(StatusCode::kIllegalArgument, fmt::format("fs.permissions.umask-mode = {} is neither octal nor symbolic", text));
  }
  return static_cast<uint16_t>(mode & (allowed->apply(0, false) | 01000));
}

}  // namespace tusker::cli::dfs
