#include "common/security/proxy_users.h"

#include "common/env/real_env.h"
#include "tests/support/catch.h"

using namespace tusker;
using security::Groups;
using security::ProxyUsers;
using security::User;

namespace {

Task<void> ask(const ProxyUsers* rules, Groups* groups, User user, std::string from, Result<void>* out) {
  *out = co_await rules->check(*groups, std::move(user), Endpoint{std::move(from), 1});
}

}  // namespace

TEST_CASE("only whom hadoop.proxyuser.* names may act for others, for whom and from where it says") {
  config::Config conf;
  conf.set("hadoop.proxyuser.hive.groups", "*");
  conf.set("hadoop.proxyuser.hive.hosts", "10.1.0.0/16, 192.168.7.9,no-such-host.invalid");
  conf.set("hadoop.proxyuser.oozie.users", "alice,bob");
  conf.set("hadoop.proxyuser.oozie.hosts", "*");
  conf.set("hadoop.proxyuser.livy.groups", "root");
  conf.set("hadoop.proxyuser.livy.hosts", "localhost");
  conf.set("hadoop.proxyuser.halfway.users", "*");  // no hosts: from nowhere
  RealEnv real;
  const ProxyUsers rules(conf, real.env().network);
  Groups groups(real.env());
  const auto check = [&](const std::string& real_name, const std::string& name, const std::string& from) {
    Result<void> out;
    real.run(ask(&rules, &groups, User{name, real_name}, from, &out));
    return out;
  };
  CHECK(check("hive", "anybody", "10.1.2.3"));
  CHECK(check("hive", "anybody", "192.168.7.9"));
  const auto elsewhere = check("hive", "anybody", "10.2.0.1");
  REQUIRE_FALSE(elsewhere);
  CHECK(elsewhere.error().message() == "Unauthorized connection for super-user: hive from IP 10.2.0.1");
  CHECK(check("oozie", "bob", "1.2.3.4"));
  const auto stranger = check("oozie", "carol", "1.2.3.4");
  REQUIRE_FALSE(stranger);
  CHECK(stranger.error().code() == StatusCode::kAuthorization);
  CHECK(stranger.error().message() == "User: oozie is not allowed to impersonate carol");
  CHECK(check("livy", "root", "127.0.0.1"));  // a member of its own group
  CHECK_FALSE(check("livy", "nobody-knows-him", "127.0.0.1"));
  CHECK_FALSE(check("halfway", "alice", "127.0.0.1"));
  CHECK_FALSE(check("nobody", "alice", "127.0.0.1"));
}
