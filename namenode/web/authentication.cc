#include "namenode/web/authentication.h"

#include <fmt/format.h>

#include <algorithm>
#include <regex>

#include "common/config/keys_core.h"
#include "common/net/http_server.h"
#include "common/security/digest.h"
#include "common/webhdfs/exception.h"
#include "common/webhdfs/text.h"

namespace tusker::namenode {
namespace {

constexpr std::string_view kCookie = "hadoop.auth";
constexpr config::Key<bool> kCsrfEnabled{"dfs.webhdfs.rest-csrf.enabled", false};
constexpr config::Key<std::string_view> kCsrfHeader{"dfs.webhdfs.rest-csrf.custom-header", "X-XSRF-HEADER"};
constexpr config::Key<std::string_view> kCsrfMethods{"dfs.webhdfs.rest-csrf.methods-to-ignore", "GET,OPTIONS,HEAD,TRACE"};
constexpr config::Key<std::string_view> kCsrfBrowsers{"dfs.webhdfs.rest-csrf.browser-useragents-regex", "^Mozilla.*,^Opera.*"};
constexpr size_t kAgentBytesMax = 1024;

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

// The first parameter of that name, whatever its case: the filters look at names in lower case, the operations don't.
std::optional<std::string> any_case(const net::HttpRequest& request, const std::string& name) {
  if (const auto exact = request.query.lower_bound(name); exact != request.query.end() && exact->first == name) return exact->second;
  for (const auto& [key, value] : request.query) {
    if (lower(key) == name) return value;
  }
  return std::nullopt;
}

net::HttpResponse json_answer(int status, std::string body) {
  net::HttpResponse out;
  out.status = status;
  out.content_type = "application/json";
  out.body = std::move(body);
  return out;
}

std::string_view value_of(std::string_view token, std::string_view key) {
  const size_t at = token.find(key);
  if (at == std::string_view::npos) return {};
  token.remove_prefix(at + key.size());
  return token.substr(0, token.find('&'));
}

}  // namespace

Authentication::Authentication(Env& env, const config::Config& config, security::Groups& groups,
                               const std::atomic<std::shared_ptr<const security::ProxyUsers>>& proxy_users)
    : env_(env),
      groups_(groups),
      proxy_users_(proxy_users),
      secret_(env.random.bytes(32)),
      static_user_(config.get(config::kHttpStaticUser)),
      cookie_domain_(config.get(config::kHttpCookieDomain)),
      anonymous_allowed_(config.get(config::kHttpAnonymousAllowed).value_or(true)),
      validity_ms_(config.get(config::kHttpTokenValidity).value_or(std::chrono::hours(10)).count()) {}

std::string Authentication::cookie_line(const std::string& value) const {
  std::string out = fmt::format("{}={}; Path=/", kCookie, value.empty() ? "" : "\"" + value + "\"");
  if (!cookie_domain_.empty()) out += "; Domain=" + cookie_domain_;
  return out + "; HttpOnly";
}

std::string Authentication::cookie_for(const std::string& user) const {
  const std::string token = fmt::format("u={0}&p={0}&t=simple&e={1}", user, env_.clock.wall_ms() + validity_ms_);
  return fmt::format("{}&s={}", token, security::base64(security::hmac_sha256(secret_, token)));
}

std::optional<std::string> Authentication::user_of_cookie(const net::HttpRequest& request) const {
  const std::string all = request.header("cookie");
  std::string_view rest = all;
  while (!rest.empty()) {
    const size_t end = std::min(rest.find(';'), rest.size());
    std::string cookie = webhdfs::trimmed(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (!cookie.starts_with(std::string(kCookie) + "=")) continue;
    std::string_view value = std::string_view(cookie).substr(kCookie.size() + 1);
    if (value.size() >= 2 && value.starts_with('"') && value.ends_with('"')) value = value.substr(1, value.size() - 2);
    const size_t signature = value.rfind("&s=");
    if (signature == std::string_view::npos) continue;
    const std::string_view token = value.substr(0, signature);
    if (!security::equal_secrets(value.substr(signature + 3), security::base64(security::hmac_sha256(secret_, token)))) continue;
    const auto expiry = webhdfs::parse_java_number(value_of(token, "&e="), 10, "long");
    if (!expiry || *expiry < env_.clock.wall_ms() || !token.starts_with("u=")) continue;
    return std::string(value_of(token, "u="));
  }
  return std::nullopt;
}

// AuthenticationFilter and ProxyUserAuthenticationFilter. False when `outcome` holds the answer.
Task<bool> Authentication::pass_filter(net::HttpRequest request, Outcome* outcome) const {
  std::optional<std::string> principal = user_of_cookie(request);
  if (!principal) {
    const auto named = request.query.lower_bound("user.name");
    if (named != request.query.end() && named->first == "user.name") {
      if (named->second.empty() || named->second.find('&') != std::string::npos) {
        outcome->refusal =
            net::error_page(500, request.path, "java.lang.IllegalArgumentException: userName is NULL, empty or contains a '&'");
        outcome->refusal->close = true;
        co_return false;
      }
      principal = named->second;
      outcome->cookie = cookie_line(cookie_for(*principal));
    } else if (!anonymous_allowed_) {
      outcome->refusal = net::error_page(401, request.path, "Authentication required");
      outcome->refusal->headers.emplace_back("WWW-Authenticate", "PseudoAuth");
      outcome->cookie = cookie_line("");
      co_return false;
    }
  }
  const auto do_as = any_case(request, "doas");
  if (!principal || !do_as || *do_as == *principal) co_return true;
  if (do_as->empty()) {
    outcome->refusal = net::HttpResponse();
    outcome->refusal->status = 500;
    outcome->refusal->content_type.clear();
    outcome->refusal->close = true;
    co_return false;
  }
  const auto users = proxy_users_.load();
  const auto allowed = co_await users->check(groups_, security::User{*do_as, *principal}, request.remote);
  if (allowed) co_return true;
  outcome->refusal = json_answer(403, webhdfs::filter_exception_json(allowed.error()));
  co_return false;
}

Task<Authentication::Outcome> Authentication::identify(net::HttpRequest request) const {
  Outcome out;
  // A delegation token passes by the filter; without security it says nothing about the user either.
  if (!any_case(request, "delegation")) {
    const bool passed = co_await pass_filter(request, &out);
    if (!passed) co_return out;
  }
  const std::string remote_user = any_case(request, "user.name").value_or(static_user_);
  const auto do_as = any_case(request, "doas");
  if (!do_as || *do_as == remote_user) {
    out.user = security::User{remote_user, ""};
    co_return out;
  }
  const security::User user{*do_as, remote_user};
  const auto users = proxy_users_.load();
  const auto allowed = co_await users->check(groups_, user, request.remote);
  if (allowed) {
    out.user = user;
  } else {
    const auto failure = webhdfs::remote_exception(
        webhdfs::java_exception("java.lang.SecurityException",
                                "Failed to obtain user group information: org.apache.hadoop.security.authorize.AuthorizationException: " +
                                    allowed.error().message()));
    out.refusal = json_answer(failure.http_status, failure.json);
  }
  co_return out;
}

CsrfFilter::CsrfFilter(const config::Config& config)
    : enabled_(config.get(kCsrfEnabled).value_or(false)),
      header_(lower(config.get(kCsrfHeader))),
      methods_to_ignore_(config.get_list(kCsrfMethods)),
      browsers_(config.get_list(kCsrfBrowsers)) {}

std::optional<net::HttpResponse> CsrfFilter::check(const net::HttpRequest& request) const {
  if (!enabled_ || std::ranges::find(methods_to_ignore_, request.method) != methods_to_ignore_.end()) return std::nullopt;
  if (request.headers.contains(header_)) return std::nullopt;
  const std::string agent = request.header("user-agent").substr(0, kAgentBytesMax);
  const bool browser = std::ranges::any_of(browsers_, [&agent](const std::string& pattern) {
    try {
      return std::regex_match(agent, std::regex(pattern));
    } catch (const std::regex_error&) {
      return true;  // a pattern that can't be read protects from everybody
    }
  });
  if (!browser) return std::nullopt;
  return net::error_page(400, request.path, "Missing Required Header for CSRF Vulnerability Protection");
}

}  // namespace tusker::namenode
