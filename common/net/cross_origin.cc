#include "common/net/cross_origin.h"

#include <algorithm>
#include <regex>

#include "common/config/keys_core.h"

namespace tusker::net {
namespace {

constexpr size_t kOriginBytesMax = 1024;
constexpr std::string_view kRegexPrefix = "regex:";
constexpr std::string_view kInitializer = "org.apache.hadoop.security.HttpCrossOriginFilterInitializer";

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const auto& word : words) out += (out.empty() ? "" : ",") + word;
  return out;
}

// Split at any of `separators`, empty words left out.
std::vector<std::string> words_of(std::string_view text, std::string_view separators) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const size_t end = std::min(text.find_first_of(separators), text.size());
    if (end > 0) out.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

// '*' is any run of characters.
bool star_matches(std::string_view pattern, std::string_view text) {
  const size_t star = pattern.find('*');
  if (star == std::string_view::npos) return pattern == text;
  if (!text.starts_with(pattern.substr(0, star))) return false;
  text.remove_prefix(star);
  pattern.remove_prefix(star + 1);
  for (size_t next = pattern.find('*'); next != std::string_view::npos; next = pattern.find('*')) {
    const size_t at = text.find(pattern.substr(0, next));
    if (at == std::string_view::npos) return false;
    text.remove_prefix(at + next);
    pattern.remove_prefix(next + 1);
  }
  return text.ends_with(pattern);
}

bool origin_matches(const std::string& pattern, const std::string& origin) {
  if (!pattern.starts_with(kRegexPrefix)) return star_matches(pattern, origin);
  try {
    return std::regex_match(origin, std::regex(pattern.substr(kRegexPrefix.size())));
  } catch (const std::regex_error&) {
    return false;
  }
}

}  // namespace

CrossOrigin::CrossOrigin(const config::Config& config) {
  const auto filters = config.get_list(config::kHttpFilterInitializers);
  enabled_ = std::ranges::find(filters, kInitializer) != filters.end() && config.get(config::kHttpCrossOriginEnabled).value_or(false);
  origins_ = config.get_list(config::kHttpCrossOriginOrigins);
  all_origins_ = std::ranges::find(origins_, "*") != origins_.end();
  methods_ = config.get_list(config::kHttpCrossOriginMethods);
  headers_ = config.get_list(config::kHttpCrossOriginHeaders);
  max_age_ = config.get(config::kHttpCrossOriginMaxAge);
}

bool CrossOrigin::origins_allowed(const std::string& origins) const {
  if (all_origins_) return true;
  for (const auto& origin : words_of(origins, " \t")) {
    for (const auto& allowed : origins_) {
      if (origin_matches(allowed, origin)) return true;
    }
  }
  return false;
}

void CrossOrigin::apply(const HttpRequest& request, HttpResponse& response) const {
  if (!enabled_ || !request.headers.contains("origin")) return;
  const std::string origins = request.header("origin");
  if (origins.size() > kOriginBytesMax || !origins_allowed(origins)) return;
  if (request.headers.contains("access-control-request-method") &&
      std::ranges::find(methods_, request.header("access-control-request-method")) == methods_.end()) {
    return;
  }
  for (const auto& header : words_of(request.header("access-control-request-headers"), ", \t")) {
    if (std::ranges::find(headers_, header) == headers_.end()) return;
  }
  response.headers.emplace_back("Access-Control-Allow-Origin", origins);
  response.headers.emplace_back("Access-Control-Allow-Credentials", "true");
  response.headers.emplace_back("Access-Control-Allow-Methods", joined(methods_));
  response.headers.emplace_back("Access-Control-Allow-Headers", joined(headers_));
  response.headers.emplace_back("Access-Control-Max-Age", max_age_);
}

}  // namespace tusker::net
