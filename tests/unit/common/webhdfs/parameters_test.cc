#include "common/webhdfs/parameters.h"

#include "tests/support/catch.h"

using namespace tusker;
using webhdfs::Parameters;

namespace {

Result<void> any_op(const std::string&) { return {}; }

std::string failure(std::string_view method, Parameters::Query query) {
  const auto parsed = Parameters::of_namenode(method, query, webhdfs::Patterns(), any_op);
  return parsed ? "" : parsed.error().message();
}

constexpr std::string_view kHead = "Invalid value for webhdfs parameter \"";
constexpr std::string_view kClass = "\": java.lang.IllegalArgumentException: ";

std::string text(std::string_view name, std::string_view why) {
  return std::string(kHead) + std::string(name) + std::string(kClass) + std::string(why);
}

}  // namespace

TEST_CASE("bad values are refused with Hadoop's texts") {
  CHECK(failure("PUT", {{"replication", "x"}}) == text("replication", "Failed to parse \"x\" as a radix-10 short integer."));
  CHECK(failure("PUT", {{"replication", "0"}}) == text("replication", "Invalid parameter range: replication = 0 < 1"));
  CHECK(failure("PUT", {{"permission", "7777"}}) == text("permission", "Invalid parameter range: permission = 7777 > 1777"));
  CHECK(failure("PUT", {{"permission", "9"}}) == text("permission", "Failed to parse \"9\" as a radix-8 short integer."));
  CHECK(failure("PUT", {{"blocksize", "1.5"}}) == text("blocksize", "Failed to parse \"1.5\" as a radix-10 long integer."));
  CHECK(failure("GET", {{"buffersize", "a"}}) == text("buffersize", "Failed to parse \"a\" as a radix-10 integer."));
  CHECK(failure("PUT", {{"overwrite", "1"}}) == text("overwrite", "Failed to parse \"1\" to Boolean."));
  CHECK(failure("PUT", {{"createflag", "create,foo"}}) == text("createflag", "No enum constant org.apache.hadoop.fs.CreateFlag.FOO"));
  CHECK(failure("GET", {{"fsaction", "xwx"}}) == text("fsaction", "Invalid value: \"xwx\" does not belong to the domain [r-][w-][x-]"));
  CHECK(failure("PUT", {{"destination", "b"}}) ==
        text("destination", "Invalid parameter value: destination = \"b\" is not an absolute path."));
  CHECK(failure("GET", {{"user.name", "a b"}}) ==
        text("user.name", "Invalid value: \"a b\" does not belong to the domain ^[A-Za-z_][A-Za-z0-9._-]*[$]?$"));
  CHECK(failure("PUT", {{"aclspec", "user:bob"}})
            .starts_with(text("aclspec", "Invalid value: \"user:bob\" does not belong to the domain ^(d")));
}

TEST_CASE("the first wrong parameter in Hadoop's order is told, and others' parameters aren't looked at") {
  CHECK(failure("GET", {{"offset", "-1"}, {"user.name", "1"}}).find("user.name") != std::string::npos);
  CHECK(failure("DELETE", {{"offset", "-1"}}).empty());
  CHECK(failure("GET", {{"offset", "-1"}}) == text("offset", "Invalid parameter range: offset = -1 < 0"));
}

TEST_CASE("absent and empty parameters have their defaults") {
  const auto p = Parameters::of_namenode("PUT", {{"overwrite", ""}, {"permission", "null"}, {"createflag", "overwrite,create"}},
                                         webhdfs::Patterns(), any_op);
  REQUIRE(p);
  CHECK_FALSE(p->flag("overwrite"));
  CHECK(p->flag("createparent"));
  CHECK_FALSE(p->number("permission"));
  CHECK(p->number("modificationtime") == -1);
  CHECK(p->words("createflag") == std::vector<std::string>{"CREATE", "OVERWRITE"});
  CHECK(webhdfs::value_string(*p, "createflag") == "CREATE,OVERWRITE");
  CHECK_FALSE(webhdfs::value_string(*p, "blocksize"));
  CHECK_FALSE(p->text("owner"));
}

TEST_CASE("a site's patterns replace Hadoop's") {
  config::Config config;
  config.set("dfs.webhdfs.user.provider.user.pattern", "[0-9]+");
  const auto patterns = webhdfs::Patterns::read(config);
  REQUIRE(patterns);
  CHECK(patterns->check_user("123"));
  CHECK_FALSE(patterns->check_user("abc"));
  CHECK_FALSE(patterns->check_user(std::string(100'000, '1')));
  config.set("dfs.webhdfs.acl.provider.permission.pattern", "(");
  CHECK_FALSE(webhdfs::Patterns::read(config));
}

TEST_CASE("every parameter of every method has a row") {
  for (const std::string_view method : {"GET", "PUT", "POST", "DELETE"}) {
    CHECK_FALSE(webhdfs::parameters_of(method).empty());
    for (const auto name : webhdfs::parameters_of(method)) CHECK(webhdfs::parameter_row(name).name == name);
  }
}
