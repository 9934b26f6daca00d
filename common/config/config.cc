#include "common/config/config.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "common/env/real_env.h"

namespace tusker::config {
namespace {

constexpr int kExpansionDepthMax = 20;  // as in Hadoop's Configuration

std::string_view trim(std::string_view text) {
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.front()))) text.remove_prefix(1);
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back()))) text.remove_suffix(1);
  return text;
}

std::optional<int64_t> parse_integer(std::string_view text) {
  int base = 10;
  bool negative = false;
  if (text.starts_with('-')) {
    negative = true;
    text.remove_prefix(1);
  }
  if (text.starts_with("0x") || text.starts_with("0X")) {
    base = 16;
    text.remove_prefix(2);
  }
  int64_t value = 0;
  const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (ec != std::errc() || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return negative ? -value : value;
}

struct Suffix {
  std::string_view text;
  int64_t factor_us;
};
constexpr std::array<Suffix, 7> kTimeSuffixes = {
    {{"ns", 0}, {"us", 1}, {"ms", 1000}, {"s", 1'000'000}, {"m", 60'000'000}, {"h", 3'600'000'000}, {"d", 86'400'000'000}}};

std::optional<milliseconds> parse_duration(std::string_view text, milliseconds unit) {
  const size_t digits = text.find_first_not_of("-0123456789");
  const auto number = parse_integer(text.substr(0, digits));
  if (!number) return std::nullopt;
  if (digits == std::string_view::npos) return *number * unit;
  std::string suffix(trim(text.substr(digits)));
  std::ranges::transform(suffix, suffix.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  for (const auto& [name, factor_us] : kTimeSuffixes) {
    if (suffix == name) return milliseconds(factor_us == 0 ? *number / 1'000'000 : *number * factor_us / 1000);
  }
  return std::nullopt;
}

std::optional<int64_t> parse_size(std::string_view text) {
  if (text.empty()) return std::nullopt;
  static constexpr std::string_view kUnits = "kmgtpe";
  const auto unit = kUnits.find(static_cast<char>(std::tolower(static_cast<unsigned char>(text.back()))));
  if (unit == std::string_view::npos) return parse_integer(text);
  const auto number = parse_integer(trim(text.substr(0, text.size() - 1)));
  if (!number) return std::nullopt;
  return *number << (10 * (unit + 1));
}

std::unexpected<Status> bad_value(const Config& config, std::string_view key, std::string_view expected) {
  const auto it = config.all().find(key);
  return error(StatusCode::kIllegalArgument, fmt::format("{} = \"{}\" ({}) is not {}; correct it or remove it to get the default", key,
                                                         it->second.text, it->second.source, expected));
}

}  // namespace

void Config::set(std::string key, std::string value, std::string source) {
  values_.insert_or_assign(std::move(key), Value{std::move(value), std::move(source), false});
}

bool Config::has(std::string_view key) const { return values_.contains(key); }

std::optional<std::string> Config::find(std::string_view key) const {
  const auto it = values_.find(key);
  if (it == values_.end()) return std::nullopt;
  return expand(it->second.text, 0);
}

std::string Config::expand(std::string_view text, int depth) const {
  std::string out;
  while (true) {
    const size_t start = text.find("${");
    const size_t end = start == std::string_view::npos ? start : text.find('}', start);
    if (end == std::string_view::npos || depth >= kExpansionDepthMax) return out.append(text);
    out.append(text.substr(0, start));
    const std::string_view name = text.substr(start + 2, end - start - 2);
    std::optional<std::string> value;
    if (name.starts_with("env.")) {
      const size_t dash = name.find('-');
      const std::string variable(name.substr(4, dash == std::string_view::npos ? dash : dash - 4));
      value = environment_variable(variable.c_str());
      if (value->empty() && dash != std::string_view::npos) value = std::string(name.substr(dash + 1 + (name.substr(dash - 1, 1) == ":")));
    } else if (name == "user.name") {
      value = environment_variable("USER");
    } else if (const auto it = values_.find(name); it != values_.end()) {
      value = expand(it->second.text, depth + 1);
    }
    out.append(value ? std::string_view(*value) : text.substr(start, end - start + 1));
    text.remove_prefix(end + 1);
  }
}

std::string Config::get(const Key<std::string_view>& key) const {
  const auto text = find(key.name);
  return text ? std::string(trim(*text)) : expand(key.default_value, 0);
}

Result<int64_t> Config::get(const Key<int64_t>& key) const {
  const auto text = find(key.name);
  if (!text) return key.default_value;
  const auto value = parse_integer(trim(*text));
  if (!value) return bad_value(*this, key.name, "a whole number");
  return *value;
}

Result<bool> Config::get(const Key<bool>& key) const {
  const auto text = find(key.name);
  if (!text) return key.default_value;
  std::string value(trim(*text));
  std::ranges::transform(value, value.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (value == "true") return true;
  if (value == "false") return false;
  return bad_value(*this, key.name, "true or false");
}

Result<double> Config::get(const Key<double>& key) const {
  const auto text = find(key.name);
  if (!text) return key.default_value;
  std::string value(trim(*text));
  if (value.ends_with('f') || value.ends_with('F')) value.pop_back();
  double number = 0;
  const auto [end, ec] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (ec != std::errc() || end != value.data() + value.size() || !std::isfinite(number)) return bad_value(*this, key.name, "a number");
  return number;
}

Result<milliseconds> Config::get(const DurationKey& key) const {
  const auto text = find(key.name);
  if (!text) return *parse_duration(key.default_value, key.unit);
  const auto value = parse_duration(trim(*text), key.unit);
  if (!value) return bad_value(*this, key.name, "a time such as 500ms, 30s, 10m or a number of its unit");
  return *value;
}

Result<int64_t> Config::get(const SizeKey& key) const {
  const auto text = find(key.name);
  if (!text) return key.default_value;
  const auto value = parse_size(trim(*text));
  if (!value) return bad_value(*this, key.name, "a size such as 65536, 64k or 128m");
  return *value;
}

std::vector<std::string> Config::get_list(const Key<std::string_view>& key) const {
  std::vector<std::string> items;
  const std::string text = get(key);
  std::string_view rest = text;
  while (!rest.empty()) {
    const size_t comma = rest.find(',');
    const std::string_view item = trim(rest.substr(0, comma));
    if (!item.empty()) items.emplace_back(item);
    rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 1);
  }
  return items;
}

}  // namespace tusker::config
