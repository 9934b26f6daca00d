#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <regex>
#include <sstream>

#include "common/config/keys_core.h"
#include "common/log/log.h"
#include "common/net/http_server.h"

namespace tusker::net {
namespace {

// JMXJsonServlet.
Task<HttpResponse> serve_jmx(const metrics::Registry& registry, HttpRequest request) {
  if (request.method == "TRACE") co_return error_page(405, request.path);
  if (request.method != "GET" && request.method != "HEAD") {
    co_return error_page(405, request.path, "HTTP method " + request.method + " is not supported by this URL");
  }
  HttpResponse response;
  response.content_type = "application/json; charset=utf8";
  response.headers.emplace_back("Access-Control-Allow-Methods", "GET");
  response.headers.emplace_back("Access-Control-Allow-Origin", "*");
  const std::string get = request.parameter("get");
  response.body = get.empty() ? registry.jmx_json(request.parameter("qry")) : registry.jmx_attribute_json(get);
  co_return response;
}

Task<HttpResponse> serve_prometheus(const metrics::Registry& registry) {
  HttpResponse response;
  response.content_type = "text/plain;charset=utf-8";
  response.body = registry.prometheus_text();
  co_return response;
}

// ConfigRedactor: which properties' values aren't told.
class Redactor {
 public:
  explicit Redactor(const config::Config& config) {
    std::string list = config.get(config::kSensitiveConfigKeys);
    std::ranges::replace(list, ',', ' ');
    std::istringstream words(list);
    for (std::string word; words >> word;) {
      try {
        patterns_.emplace_back(word);
      } catch (const std::regex_error&) {
        LOG_WARN("{}: can't read the pattern '{}'; it hides nothing", config::kSensitiveConfigKeys.name, word);
      }
    }
  }
  bool hides(const std::string& key) const {
    return std::ranges::any_of(patterns_, [&key](const std::regex& pattern) { return std::regex_search(key, pattern); });
  }

 private:
  std::vector<std::regex> patterns_;
};

std::string xml_escape(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      default:
        out.push_back(c);
    }
  }
  return out;
}

// ConfServlet: XML, or JSON for who accepts that; all properties that are set, or one by its name.
Task<HttpResponse> serve_conf(const config::Config& config, std::shared_ptr<const Redactor> redactor, HttpRequest request) {
  HttpResponse response;
  const bool as_json = request.header("accept").find("application/json") != std::string::npos;
  response.content_type = as_json ? "application/json;charset=utf-8" : "text/xml;charset=utf-8";
  const std::string only = request.parameter("name");
  if (!only.empty() && !config.has(only)) {
    response.status = 404;
    co_return response;
  }
  boost::json::array properties;
  std::string xml = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"no\"?><configuration>\n";
  for (const auto& [name, value] : config.all()) {
    if (!only.empty() && name != only) continue;
    const bool hidden = redactor->hides(name);
    const std::string text = hidden ? "" : config.find(name).value_or("");
    properties.push_back(boost::json::object{
        {"key", name}, {"value", hidden ? "<redacted>" : text}, {"isFinal", value.is_final}, {"resource", value.source}});
    xml += fmt::format("<property><name>{}</name><value>{}</value><final>{}</final><source>{}</source></property>\n", xml_escape(name),
                       hidden ? "******" : xml_escape(text), value.is_final, xml_escape(value.source));
  }
  if (!as_json) {
    response.body = xml + "</configuration>";
  } else if (only.empty()) {
    response.body = boost::json::serialize(boost::json::object{{"properties", std::move(properties)}});
  } else {
    response.body = boost::json::serialize(boost::json::object{{"property", std::move(properties[0])}});
  }
  co_return response;
}

// /logLevel?log=NAME[&level=LEVEL], with the marker lines that `hadoop daemonlog` looks for.
Task<HttpResponse> serve_log_level(HttpRequest request) {
  HttpResponse response;
  response.content_type = "text/html; charset=utf-8";
  const std::string logger = request.parameter("log");
  const std::string level = request.parameter("level");
  response.body = "<html><body><h1>Log Level</h1>\n";
  if (!logger.empty()) {
    response.body += fmt::format("<!-- OUTPUT -->Submitted Class Name: <b>{}</b><br />\n", xml_escape(logger));
    if (!level.empty()) {
      response.body += fmt::format("<!-- OUTPUT -->Submitted Level: <b>{}</b><br />\n", xml_escape(level));
      const bool known = log::set_level(logger, level);
      response.body += known ? "<!-- OUTPUT -->Setting Level to " + xml_escape(level) + " ...<br />\n"
                             : "<!-- OUTPUT -->Bad Level : <b>" + xml_escape(level) + "</b><br />\n";
    }
    response.body += fmt::format("<!-- OUTPUT -->Effective Level: <b>{}</b><br />\n", log::level_of(logger));
  }
  response.body += "</body></html>\n";
  co_return response;
}

}  // namespace

void add_standard_routes(HttpServer& server, const metrics::Registry& registry, const config::Config& config) {
  server.route("/jmx", [&registry](HttpRequest request) { return serve_jmx(registry, std::move(request)); });
  if (config.get(config::kPrometheusEnabled).value_or(false)) {
    server.route("/prom", [&registry](HttpRequest) { return serve_prometheus(registry); });
  }
  server.route("/conf", [&config, redactor = std::make_shared<const Redactor>(config)](HttpRequest request) {
    return serve_conf(config, redactor, std::move(request));
  });
  server.route("/logLevel", [](HttpRequest request) { return serve_log_level(std::move(request)); });
}

}  // namespace tusker::net
