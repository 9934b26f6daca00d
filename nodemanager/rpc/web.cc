#include "nodemanager/rpc/web.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>

#include "common/async/run_on.h"
#include "common/yarn/protocols.h"

namespace tusker::nodemanager {

namespace json = boost::json;
using net::HttpRequest;
using net::HttpResponse;

namespace {

constexpr int64_t kLogBytesMax = 64 << 20;  // of one answer

HttpResponse json_response(const json::value& value, int status = 200) {
  HttpResponse response;
  response.status = status;
  response.content_type = "application/json;charset=utf-8";
  response.body = json::serialize(value);
  return response;
}

HttpResponse not_found(std::string_view message) {
  return json_response(
      json::object{{"RemoteException", json::object{{"exception", "NotFoundException"},
                                                    {"message", message},
                                                    {"javaClassName", "org.apache.hadoop.yarn.webapp.NotFoundException"}}}},
      404);
}

json::object container_json(const Container& container, const NodeFacts& facts) {
  return {{"id", container.id.to_string()},
          {"state", name_of(container.state())},
          {"exitCode", container.exit_status()},
          {"diagnostics", container.diagnostics()},
          {"user", container.user},
          {"totalMemoryNeededMB", container.resource.memory_mb},
          {"totalVCoresNeeded", container.resource.vcores},
          {"executionType", "GUARANTEED"},
          {"containerLogsLink", fmt::format("http://{}:{}/node/containerlogs/{}/{}", facts.id.host, facts.http_port.load(),
                                            container.id.to_string(), container.user)},
          {"nodeId", facts.id.to_string()}};
}

json::object info_json(const ContainerCounts& counts, const NodeFacts& facts, int64_t now_ms) {
  const std::string version(yarn::kHadoopVersion);
  return {{"nodeInfo", json::object{{"healthReport", ""},
                                    {"totalVmemAllocatedContainersMB", counts.allocated.memory_mb},
                                    {"totalPmemAllocatedContainersMB", counts.allocated.memory_mb},
                                    {"totalVCoresAllocatedContainers", counts.allocated.vcores},
                                    {"totalMemoryMB", facts.capability.memory_mb},
                                    {"totalVCores", facts.capability.vcores},
                                    {"vmemCheckEnabled", false},
                                    {"pmemCheckEnabled", false},
                                    {"lastNodeUpdateTime", now_ms},
                                    {"nodeHealthy", true},
                                    {"nodeManagerVersion", version},
                                    {"nodeManagerBuildVersion", version + " Tusker " TUSKER_VERSION},
                                    {"hadoopVersion", version},
                                    {"id", facts.id.to_string()},
                                    {"nodeHostName", facts.id.host},
                                    {"nmStartupTime", facts.start_ms}}}};
}

// Where a container's logs lie: they outlive the container, so the name is found in the directories.
std::string log_directory(Disk& disk, const NodeFacts& facts, const std::string& container) {
  auto id = yarn::parse_container_id(container);
  if (!id) return "";
  for (const std::string& root : facts.log_dirs) {
    std::string directory = fmt::format("{}/{}/{}", root, id->attempt.application.to_string(), id->to_string());
    auto entries = disk.list(directory);
    if (entries && !entries->empty()) return directory;
  }
  return "";
}

bool is_plain_name(const std::string& name) { return !name.empty() && name != "." && name != ".." && name.find('/') == std::string::npos; }

int64_t number(const std::string& text, int64_t otherwise) {
  char* end = nullptr;
  long long value = std::strtoll(text.c_str(), &end, 10);
  return text.empty() || *end != '\0' ? otherwise : value;
}

// Bytes [start, end) of a log; negative numbers count from its end.
Result<std::string> read_log(Disk& disk, const std::string& path, int64_t start, int64_t end) {
  TRY(auto file, disk.open(path, OpenMode::kRead));
  TRY(int64_t size, file->size());
  if (start < 0) start = std::max<int64_t>(0, size + start);
  if (end < 0) end = std::max<int64_t>(0, size + end + 1);
  end = std::min({end, size, start + kLogBytesMax});
  if (start >= end) return "";
  std::string bytes(static_cast<size_t>(end - start), '\0');
  TRY(size_t length, file->read_at(start, MutableBytes(bytes)));
  bytes.resize(length);
  return bytes;
}

std::string escape(std::string_view text) {
  std::string out;
  for (char c : text) {
    if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else if (c == '&')
      out += "&amp;";
    else
      out.push_back(c);
  }
  return out;
}

HttpResponse log_list(Disk& disk, const std::string& directory, const std::string& base) {
  HttpResponse response;
  response.content_type = "text/html; charset=utf-8";
  response.body = "<!doctype html><meta charset=utf-8><title>Logs</title>\n";
  auto entries = disk.list(directory);
  if (!entries) return not_found(entries.error().message());
  std::ranges::sort(*entries, {}, &FileInfo::name);
  for (const FileInfo& entry : *entries) {
    response.body += fmt::format("<p><a href=\"{}/{}?start=0\">{}</a> : Total file length is {} bytes.\n", base, escape(entry.name),
                                 escape(entry.name), entry.size);
  }
  return response;
}

// The HTML page of a log, as links from the ResourceManager and from Spark name it.
HttpResponse log_page(Disk& disk, const std::string& directory, const std::string& file, const HttpRequest& request) {
  auto text = read_log(disk, directory + "/" + file, number(request.parameter("start"), -4096), number(request.parameter("end"), -1));
  if (!text) return not_found(text.error().message());
  HttpResponse response;
  response.content_type = "text/html; charset=utf-8";
  response.body = fmt::format("<!doctype html><meta charset=utf-8><title>{}</title>\n<p>Log Type: {}\n<pre>{}</pre>\n", escape(file),
                              escape(file), escape(*text));
  return response;
}

HttpResponse log_text(Disk& disk, const std::string& directory, const std::string& file, const HttpRequest& request) {
  int64_t size = number(request.parameter("size"), INT64_MAX);
  auto text = size < 0 ? read_log(disk, directory + "/" + file, size, -1) : read_log(disk, directory + "/" + file, 0, size);
  if (!text) return not_found(text.error().message());
  HttpResponse response;
  response.content_type = "text/plain; charset=utf-8";
  response.body = std::move(*text);
  return response;
}

std::vector<std::string> parts_of(std::string_view path) {
  std::vector<std::string> parts;
  while (!path.empty()) {
    size_t slash = std::min(path.find('/'), path.size());
    if (slash > 0) parts.emplace_back(path.substr(0, slash));
    path.remove_prefix(std::min(slash + 1, path.size()));
  }
  return parts;
}

// /node/containerlogs/CONTAINER/USER[/FILE]
Task<HttpResponse> container_logs(Services& services, const NodeFacts& facts, HttpRequest request) {
  Disk* disk = &services.env.disk;
  const NodeFacts* node = &facts;
  co_return co_await run_on(services.env.disk_pool, [disk, node, request = std::move(request)]() -> HttpResponse {
    auto parts = parts_of(request.path);
    if (parts.size() < 3) return not_found("a container's id is missing");
    std::string directory = log_directory(*disk, *node, parts[2]);
    if (directory.empty())
      return not_found("Logs not available for " + parts[2] + ". The container may not have run here, or its logs are gone.");
    if (parts.size() < 5)
      return log_list(*disk, directory, fmt::format("/node/containerlogs/{}/{}", parts[2], parts.size() > 3 ? parts[3] : "user"));
    if (!is_plain_name(parts[4])) return not_found("no such log");
    return log_page(*disk, directory, parts[4], request);
  });
}

// /ws/v1/node/containers/CONTAINER/logs[/FILE], /ws/v1/node/containerlogs/CONTAINER/FILE
HttpResponse rest_logs(Disk& disk, const NodeFacts& facts, const std::string& container, const std::string& file,
                       const HttpRequest& request) {
  std::string directory = log_directory(disk, facts, container);
  if (directory.empty()) return not_found("no logs of " + container);
  if (!file.empty()) return is_plain_name(file) ? log_text(disk, directory, file, request) : not_found("no such log");
  auto entries = disk.list(directory);
  if (!entries) return not_found(entries.error().message());
  json::array files;
  for (const FileInfo& entry : *entries) {
    files.push_back(json::object{
        {"fileName", entry.name}, {"fileSize", std::to_string(entry.size)}, {"lastModifiedTime", std::to_string(entry.mtime_ms)}});
  }
  return json_response(json::array{json::object{{"containerLogInfo", std::move(files)},
                                                {"logAggregationType", "LOCAL"},
                                                {"containerId", container},
                                                {"nodeId", facts.id.to_string()}}});
}

Task<HttpResponse> rest(Services& services, const NodeFacts& facts, HttpRequest request) {
  auto parts = parts_of(request.path);
  parts.erase(parts.begin(), parts.begin() + std::min<long>(3, static_cast<long>(parts.size())));
  const std::string what = parts.empty() ? "info" : parts[0];
  const std::string container = parts.size() > 1 ? parts[1] : "";
  Services* s = &services;
  const NodeFacts* node = &facts;
  if ((what == "containers" && parts.size() > 2 && parts[2] == "logs") || (what == "containerlogs" && !container.empty())) {
    size_t at = what == "containers" ? 3 : 2;
    std::string file = parts.size() > at ? parts[at] : "";
    co_return co_await run_on(services.env.disk_pool, [s, node, container, file, request = std::move(request)] {
      return rest_logs(s->env.disk, *node, container, file, request);
    });
  }
  co_return co_await run_on(services.core, [s, node, what, container]() -> HttpResponse {
    if (what == "info") return json_response(info_json(s->containers.counts(), *node, s->env.clock.wall_ms()));
    if (what == "apps") {
      json::array apps;
      for (const auto& id : s->containers.applications()) apps.push_back(json::object{{"id", id.to_string()}, {"state", "RUNNING"}});
      return json_response(json::object{{"apps", json::object{{"app", std::move(apps)}}}});
    }
    if (what != "containers") return not_found("there is nothing of that name");
    json::array all;
    for (const auto& [id, one] : s->containers.all()) {
      if (container.empty()) {
        all.push_back(container_json(*one, *node));
      } else if (id.to_string() == container) {
        return json_response(json::object{{"container", container_json(*one, *node)}});
      }
    }
    if (!container.empty()) return not_found("java.lang.Exception: container with id, " + container + ", not found");
    json::object inner;
    if (!all.empty()) inner["container"] = std::move(all);
    return json_response(json::object{{"containers", std::move(inner)}});
  });
}

Task<HttpResponse> node_page(Services& services, const NodeFacts& facts) {
  Services* s = &services;
  const NodeFacts* node = &facts;
  co_return co_await run_on(services.core, [s, node]() -> HttpResponse {
    HttpResponse response;
    response.content_type = "text/html; charset=utf-8";
    response.body = fmt::format(
        "<!doctype html><meta charset=utf-8><title>Tusker NodeManager</title><style>body{{font-family:sans-serif}}td,th{{padding:2px "
        "8px;text-align:left}}"
        "</style>\n<h1>NodeManager {}</h1>\n<p>{}\n<table><tr><th>Container<th>User<th>State<th>Exit<th>Resource\n",
        node->id.to_string(), escape(node->capability.to_string()));
    for (const auto& [id, container] : s->containers.all()) {
      response.body += fmt::format("<tr><td><a href=\"/node/containerlogs/{}/{}\">{}</a><td>{}<td>{}<td>{}<td>{}\n", id.to_string(),
                                   escape(container->user), id.to_string(), escape(container->user), name_of(container->state()),
                                   container->exit_status(), escape(container->resource.to_string()));
    }
    response.body += "</table>\n<p><a href=\"/ws/v1/node/info\">info</a> · <a href=\"/jmx\">jmx</a> · <a href=\"/conf\">conf</a>\n";
    return response;
  });
}

Task<HttpResponse> to_node_page() {
  HttpResponse response;
  response.status = 302;
  response.headers.emplace_back("Location", "/node");
  co_return response;
}

}  // namespace

void add_web_routes(net::HttpServer& server, Services& services, const NodeFacts& facts) {
  Services* s = &services;
  const NodeFacts* node = &facts;
  server.route("/ws/v1/node", [s, node](HttpRequest request) { return rest(*s, *node, std::move(request)); });
  server.route("/node/containerlogs", [s, node](HttpRequest request) { return container_logs(*s, *node, std::move(request)); });
  server.route("/node", [s, node](HttpRequest) { return node_page(*s, *node); });
  server.route("/", [](HttpRequest) { return to_node_page(); });
}

}  // namespace tusker::nodemanager
