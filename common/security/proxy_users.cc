#include "common/security/proxy_users.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/ip/address_v4.hpp>
#include <charconv>

#include "common/log/log.h"

namespace tusker::security {
namespace {

constexpr std::string_view kPrefix = "hadoop.proxyuser.";

std::optional<uint32_t> number_of(const std::string& address) {
  boost::system::error_code ec;
  const auto parsed = boost::asio::ip::make_address_v4(address, ec);
  return ec ? std::nullopt : std::optional<uint32_t>(parsed.to_uint());
}

}  // namespace

bool ProxyUsers::Names::has(const std::string& name) const { return all || std::ranges::find(names, name) != names.end(); }

bool ProxyUsers::Hosts::has(const std::string& address) const {
  if (all) return true;
  const auto number = number_of(address);
  return number && std::ranges::any_of(ranges, [&number](const Range& r) { return (*number & r.mask) == r.network; });
}

ProxyUsers::Names ProxyUsers::read_names(const std::vector<std::string>& list) {
  return {std::ranges::find(list, "*") != list.end(), list};
}

// Addresses, ranges as "10.0.0.0/8", and names (MachineList).
ProxyUsers::Hosts ProxyUsers::read_hosts(const std::vector<std::string>& list, Network& network) {
  Hosts out;
  for (const auto& entry : list) {
    if (entry == "*") {
      out.all = true;
      continue;
    }
    const size_t slash = entry.find('/');
    uint32_t bits = 32;
    if (slash != std::string::npos) std::from_chars(entry.data() + slash + 1, entry.data() + entry.size(), bits);
    const auto resolved = network.resolve(entry.substr(0, slash));
    const auto number = resolved ? number_of(*resolved) : std::nullopt;
    if (!number || bits > 32) {
      LOG_WARN("{}*.hosts names {}, which is no address, range or known host; it matches nothing", kPrefix, entry);
      continue;
    }
    const uint32_t mask = bits == 0 ? 0 : ~uint32_t{0} << (32 - bits);
    out.ranges.push_back({*number & mask, mask});
  }
  return out;
}

ProxyUsers::ProxyUsers(const config::Config& config, Network& network) {
  for (const auto& [key, value] : config.all()) {
    if (!key.starts_with(kPrefix)) continue;
    const size_t dot = key.rfind('.');
    if (dot < kPrefix.size()) continue;
    const std::string what = key.substr(dot + 1);
    const auto list = config.get_list({key, ""});
    Rule& rule = rules_[key.substr(kPrefix.size(), dot - kPrefix.size())];
    if (what == "users") {
      rule.users = read_names(list);
    } else if (what == "groups") {
      rule.groups = read_names(list);
    } else if (what == "hosts") {
      rule.hosts = read_hosts(list, network);
    }
  }
}

Task<Result<void>> ProxyUsers::check(Groups& groups, User user, Endpoint from) const {
  const auto rule = rules_.find(user.real_name);
  bool may = rule != rules_.end() && (rule->second.users.has(user.name) || rule->second.groups.all);
  if (!may && rule != rules_.end() && !rule->second.groups.names.empty()) {
    const auto member_of = co_await groups.of(user.name);
    may = std::ranges::any_of(member_of, [&rule](const std::string& group) { return rule->second.groups.has(group); });
  }
  if (!may)
    co_return error(StatusCode::kAuthorization, fmt::format("User: {} is not allowed to impersonate {}", user.real_name, user.name));
  if (!rule->second.hosts.has(from.host)) {
    co_return error(StatusCode::kAuthorization,
                    fmt::format("Unauthorized connection for super-user: {} from IP {}", user.real_name, from.host));
  }
  co_return Result<void>();
}

}  // namespace tusker::security
