#include <fmt/format.h>

#include <boost/json.hpp>

#include "common/log/log.h"
#include "common/net/http_server.h"

namespace tusker::net {
namespace {

Task<HttpResponse> serve_jmx(const metrics::Registry& registry, HttpRequest request) {
  HttpResponse response;
  response.content_type = "application/json; charset=utf8";
  response.headers.emplace_back("Access-Control-Allow-Origin", "*");
  response.body = registry.jmx_json(request.parameter("qry"));
  co_return response;
}

Task<HttpResponse> serve_prometheus(const metrics::Registry& registry) {
  HttpResponse response;
  response.content_type = "text/plain; version=0.0.4; charset=utf-8";
  response.body = registry.prometheus_text();
  co_return response;
}

bool is_secret(std::string_view key) {
  return key.find("password") != std::string_view::npos || key.find("secret") != std::string_view::npos;
}

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

// Hadoop's ConfServlet: XML unless JSON is asked for; secrets are redacted.
Task<HttpResponse> serve_conf(const config::Config& config, HttpRequest request) {
  HttpResponse response;
  const auto accept = request.headers.find("accept");
  const bool as_json = request.parameter("format") == "json" ||
                       (accept != request.headers.end() && accept->second.find("application/json") != std::string::npos);
  const std::string only = request.parameter("name");
  boost::json::array properties;
  std::string xml = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"no\"?>\n<configuration>\n";
  for (const auto& [name, value] : config.all()) {
    if (!only.empty() && name != only) continue;
    const std::string text = is_secret(name) ? "<redacted>" : config.find(name).value_or("");
    properties.push_back(boost::json::object{{"key", name}, {"value", text}, {"isFinal", value.is_final}, {"resource", value.source}});
    xml += fmt::format("<property><name>{}</name><value>{}</value><final>{}</final><source>{}</source></property>\n", xml_escape(name),
                       xml_escape(text), value.is_final, xml_escape(value.source));
  }
  response.content_type = as_json ? "application/json; charset=utf-8" : "text/xml; charset=utf-8";
  response.body = as_json ? boost::json::serialize(boost::json::object{{"properties", std::move(properties)}}) : xml + "</configuration>\n";
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
  server.route("/prom", [&registry](HttpRequest) { return serve_prometheus(registry); });
  server.route("/conf", [&config](HttpRequest request) { return serve_conf(config, std::move(request)); });
  server.route("/logLevel", [](HttpRequest request) { return serve_log_level(std::move(request)); });
}

}  // namespace tusker::net
