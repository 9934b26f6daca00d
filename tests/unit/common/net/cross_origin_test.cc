#include "common/net/cross_origin.h"

#include "tests/support/catch.h"

using namespace tusker;

namespace {

config::Config enabled(const std::string& origins) {
  config::Config config;
  config.set("hadoop.http.filter.initializers", "org.apache.hadoop.security.HttpCrossOriginFilterInitializer");
  config.set("hadoop.http.cross-origin.enabled", "true");
  config.set("hadoop.http.cross-origin.allowed-origins", origins);
  return config;
}

std::string allowed_origin(const config::Config& config, const std::map<std::string, std::string>& headers) {
  net::HttpRequest request;
  for (const auto& [name, value] : headers) request.headers[name] = value;
  net::HttpResponse response;
  net::CrossOrigin(config).apply(request, response);
  for (const auto& [name, value] : response.headers) {
    if (name == "Access-Control-Allow-Origin") return value;
  }
  return "";
}

}  // namespace

TEST_CASE("other origins are let in as the properties say") {
  CHECK(allowed_origin(config::Config(), {{"origin", "http://a.example"}}).empty());
  CHECK(allowed_origin(enabled("*"), {{"origin", "http://a.example"}}) == "http://a.example");
  CHECK(allowed_origin(enabled("*"), {}).empty());
  CHECK(allowed_origin(enabled("http://a.example"), {{"origin", "http://b.example"}}).empty());
  CHECK(allowed_origin(enabled("http://*.example, http://c.example"), {{"origin", "http://b.example"}}) == "http://b.example");
  CHECK(allowed_origin(enabled("regex:http://[ab].example"), {{"origin", "http://b.example"}}) == "http://b.example");
  CHECK(allowed_origin(enabled("regex:("), {{"origin", "http://b.example"}}).empty());
  CHECK(allowed_origin(enabled("*"), {{"origin", "o"}, {"access-control-request-method", "DELETE"}}).empty());
  CHECK(allowed_origin(enabled("*"), {{"origin", "o"}, {"access-control-request-method", "GET"}}) == "o");
  CHECK(allowed_origin(enabled("*"), {{"origin", "o"}, {"access-control-request-headers", "Accept, X-Other"}}).empty());
  CHECK(allowed_origin(enabled("*"), {{"origin", "o"}, {"access-control-request-headers", "Accept, Origin"}}) == "o");
}
