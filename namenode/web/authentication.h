#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>

#include "common/config/config.h"
#include "common/env/env.h"
#include "common/net/http_message.h"
#include "common/security/groups.h"
#include "common/security/proxy_users.h"

namespace tusker::namenode {

// Who a WebHDFS request comes from, without Kerberos: AuthFilter with PseudoAuthenticationHandler and its hadoop.auth cookie, then
// JspHelper.getUGI. Constant after it is made; any thread.
class Authentication {
 public:
  // The parameters must outlive it. The cookies' key is made anew, so they end with the process.
  Authentication(Env& env, const config::Config& config, security::Groups& groups,
                 const std::atomic<std::shared_ptr<const security::ProxyUsers>>& proxy_users);

  struct Outcome {
    std::optional<security::User> user;        // none: `refusal` is the answer
    std::optional<net::HttpResponse> refusal;  // without the cookie
    std::optional<std::string> cookie;         // a value for Set-Cookie
  };
  Task<Outcome> identify(net::HttpRequest request) const;

 private:
  std::optional<std::string> user_of_cookie(const net::HttpRequest& request) const;
  std::string cookie_for(const std::string& user) const;
  std::string cookie_line(const std::string& value) const;
  Task<bool> pass_filter(net::HttpRequest request, Outcome* outcome) const;

  Env& env_;
  security::Groups& groups_;
  const std::atomic<std::shared_ptr<const security::ProxyUsers>>& proxy_users_;  // read anew on an operator's word
  std::string secret_;
  std::string static_user_;
  std::string cookie_domain_;
  bool anonymous_allowed_ = true;
  int64_t validity_ms_ = 0;
};

// The protection against forged requests of browsers (RestCsrfPreventionFilter), off unless dfs.webhdfs.rest-csrf.enabled.
class CsrfFilter {
 public:
  explicit CsrfFilter(const config::Config& config);
  // An answer for a request that doesn't pass.
  std::optional<net::HttpResponse> check(const net::HttpRequest& request) const;

 private:
  bool enabled_ = false;
  std::string header_;  // lower case
  std::vector<std::string> methods_to_ignore_;
  std::vector<std::string> browsers_;  // patterns of user agents
};

}  // namespace tusker::namenode
