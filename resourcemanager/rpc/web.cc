#include <fmt/format.h>

#include <boost/json.hpp>

#include "common/yarn/convert.h"
#include "common/yarn/protocols.h"
#include "resourcemanager/ops/submit_application.h"
#include "resourcemanager/rpc/convert.h"
#include "resourcemanager/rpc/protocols.h"

// The web port: /ws/v1/cluster/… (RMWebServices), /cluster, /proxy/<application>/.

namespace tusker::resourcemanager {

namespace json = boost::json;
using net::HttpRequest;
using net::HttpResponse;

namespace {

HttpResponse json_response(const json::value& value, int status = 200) {
  HttpResponse response;
  response.status = status;
  response.content_type = "application/json;charset=utf-8";
  response.body = json::serialize(value);
  return response;
}

// Hadoop's {"RemoteException": …}.
HttpResponse error_response(int status, std::string_view exception, std::string_view message, std::string_view java_class) {
  return json_response(
      json::object{{"RemoteException", json::object{{"exception", exception}, {"message", message}, {"javaClassName", java_class}}}},
      status);
}

HttpResponse not_found(std::string_view message) {
  return error_response(404, "NotFoundException", message, "org.apache.hadoop.yarn.webapp.NotFoundException");
}

HttpResponse redirect(std::string location) {
  HttpResponse response;
  response.status = 302;
  response.headers.emplace_back("Location", std::move(location));
  return response;
}

json::object resource_json(const yarn::Resource& resource) { return {{"memory", resource.memory_mb}, {"vCores", resource.vcores}}; }

json::object app_json(const Cluster& cluster, const Application& application, Now now) {
  const Submission& submission = application.submission;
  const Attempt* attempt = application.current();
  bool live = attempt != nullptr && !is_final(application.state);
  yarn::Resource used = live ? cluster.scheduler.used_by(attempt->id) : yarn::Resource{-1, -1};
  auto [memory_seconds, vcore_seconds] = resource_seconds(cluster, application, now);
  std::string tags;
  for (const std::string& tag : submission.tags) tags += (tags.empty() ? "" : ",") + tag;
  float progress = application.state == AppState::kFinished ? 1.0F : attempt != nullptr ? attempt->progress : 0.0F;
  int64_t end_ms = application.finish_ms != 0 ? application.finish_ms : now.wall_ms;
  json::object app{{"id", submission.id.to_string()},
                   {"user", submission.user},
                   {"name", submission.name},
                   {"queue", submission.queue},
                   {"state", name_of(application.state)},
                   {"finalStatus", name_of(application.final_status)},
                   {"progress", progress * 100},
                   {"trackingUI", is_final(application.state)                   ? "History"
                                  : attempt != nullptr && attempt->registered() ? "ApplicationMaster"
                                                                                : "UNASSIGNED"},
                   {"trackingUrl", tracking_url(cluster, application)},
                   {"diagnostics", application.diagnostics},
                   {"clusterId", cluster.options.start_ms},
                   {"applicationType", submission.type},
                   {"applicationTags", tags},
                   {"priority", submission.priority},
                   {"startedTime", application.submit_ms},
                   {"launchTime", application.launch_ms},
                   {"finishedTime", application.finish_ms},
                   {"elapsedTime", end_ms - application.submit_ms}};
  if (attempt != nullptr && attempt->master) {
    app["amHostHttpAddress"] = attempt->master_http_address;
    app["amContainerLogs"] =
        fmt::format("http://{}/node/containerlogs/{}/{}", attempt->master_http_address, attempt->master->to_string(), submission.user);
    app["masterNodeId"] = attempt->master_node.to_string();
    if (attempt->rpc_port >= 0) app["amRPCAddress"] = fmt::format("{}:{}", attempt->host, attempt->rpc_port);
  }
  app["allocatedMB"] = used.memory_mb;
  app["allocatedVCores"] = used.vcores;
  app["reservedMB"] = live ? 0 : -1;
  app["reservedVCores"] = live ? 0 : -1;
  app["runningContainers"] = live ? static_cast<int64_t>(attempt->containers.size()) : -1;
  app["memorySeconds"] = memory_seconds;
  app["vcoreSeconds"] = vcore_seconds;
  app["preemptedResourceMB"] = 0;
  app["preemptedResourceVCores"] = 0;
  app["numNonAMContainerPreempted"] = 0;
  app["numAMContainerPreempted"] = 0;
  app["logAggregationStatus"] = "DISABLED";
  app["unmanagedApplication"] = submission.unmanaged;
  app["amNodeLabelExpression"] = "";
  return app;
}

json::object node_json(const Node& node) {
  return {{"rack", node.rack},
          {"state", name_of(node.state)},
          {"id", node.id.to_string()},
          {"nodeHostName", node.id.host},
          {"nodeHTTPAddress", node.http_address()},
          {"lastHealthUpdate", node.last_health_ms},
          {"version", node.version},
          {"healthReport", node.health_report},
          {"numContainers", static_cast<int64_t>(node.containers.size())},
          {"usedMemoryMB", node.used.memory_mb},
          {"availMemoryMB", node.capability.memory_mb - node.used.memory_mb},
          {"usedVirtualCores", node.used.vcores},
          {"availableVirtualCores", node.capability.vcores - node.used.vcores},
          {"usedResource", resource_json(node.used)},
          {"availableResource", resource_json(node.capability - node.used)},
          {"totalResource", resource_json(node.capability)}};
}

json::object info_json(const ClusterOptions& options) {
  const std::string version(yarn::kHadoopVersion);
  const std::string build = version + " Tusker " TUSKER_VERSION;
  return {{"clusterInfo", json::object{{"id", options.start_ms},
                                       {"startedOn", options.start_ms},
                                       {"state", "STARTED"},
                                       {"haState", "ACTIVE"},
                                       {"rmStateStoreName", "memory"},
                                       {"resourceManagerVersion", version},
                                       {"resourceManagerBuildVersion", build},
                                       {"hadoopVersion", version},
                                       {"hadoopBuildVersion", build},
                                       {"haZooKeeperConnectionState", "ResourceManager HA is not enabled."}}}};
}

json::object metrics_json(const MetricsSnapshot& m) {
  return {{"clusterMetrics",
           json::object{{"appsSubmitted", m.apps_submitted},
                        {"appsCompleted", m.apps_completed},
                        {"appsPending", m.apps_pending},
                        {"appsRunning", m.apps_running},
                        {"appsFailed", m.apps_failed},
                        {"appsKilled", m.apps_killed},
                        {"reservedMB", 0},
                        {"availableMB", m.total.memory_mb - m.used.memory_mb},
                        {"allocatedMB", m.used.memory_mb},
                        {"pendingMB", m.pending.memory_mb},
                        {"reservedVirtualCores", 0},
                        {"availableVirtualCores", m.total.vcores - m.used.vcores},
                        {"allocatedVirtualCores", m.used.vcores},
                        {"pendingVirtualCores", m.pending.vcores},
                        {"containersAllocated", m.containers_allocated},
                        {"containersReserved", 0},
                        {"containersPending", m.containers_pending},
                        {"totalMB", m.total.memory_mb},
                        {"totalVirtualCores", m.total.vcores},
                        {"totalNodes", m.active_nodes + m.unhealthy_nodes + m.lost_nodes + m.rebooted_nodes + m.shutdown_nodes},
                        {"lostNodes", m.lost_nodes},
                        {"unhealthyNodes", m.unhealthy_nodes},
                        {"decommissioningNodes", 0},
                        {"decommissionedNodes", 0},
                        {"rebootedNodes", m.rebooted_nodes},
                        {"activeNodes", m.active_nodes},
                        {"shutdownNodes", m.shutdown_nodes}}}};
}

// True when `list` (comma-separated, any case; empty: all) names `value`.
bool named_in(std::string list, std::string_view value) {
  if (list.empty()) return true;
  for (char& c : list) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return ("," + list + ",").find(fmt::format(",{},", value)) != std::string::npos;
}

json::value apps_json(const Cluster& cluster, const HttpRequest& request, Now now) {
  std::string states = request.parameter("states", request.parameter("state"));
  std::string user = request.parameter("user");
  std::string types = request.parameter("applicationTypes");
  json::array apps;
  for (const auto& [id, application] : cluster.applications) {
    if (!named_in(states, name_of(application.state)) || !named_in(request.parameter("finalStatus"), name_of(application.final_status)))
      continue;
    if (!user.empty() && user != application.submission.user) continue;
    std::string type = application.submission.type;
    for (char& c : type) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    if (!named_in(types, type)) continue;
    apps.push_back(app_json(cluster, application, now));
  }
  json::object inner;
  if (!apps.empty()) inner["app"] = std::move(apps);
  return json::object{{"apps", std::move(inner)}};
}

json::value nodes_json(const Cluster& cluster, const HttpRequest& request) {
  std::string states = request.parameter("states");
  json::array nodes;
  for (const auto& [id, node] : cluster.nodes) {
    if (named_in(states, name_of(node.state))) nodes.push_back(node_json(node));
  }
  for (const auto& [id, node] : cluster.inactive_nodes) {
    if (!states.empty() && named_in(states, name_of(node.state))) nodes.push_back(node_json(node));
  }
  json::object inner;
  if (!nodes.empty()) inner["node"] = std::move(nodes);
  return json::object{{"nodes", std::move(inner)}};
}

json::object attempt_json(const Cluster& cluster, const Application& application, const Attempt& attempt) {
  return {{"id", attempt.id.attempt},
          {"startTime", attempt.start_ms},
          {"finishedTime", attempt.finish_ms},
          {"containerId", attempt.master ? attempt.master->to_string() : ""},
          {"nodeHttpAddress", attempt.master_http_address},
          {"nodeId", attempt.master ? attempt.master_node.to_string() : ""},
          {"logsLink", attempt.master ? fmt::format("http://{}/node/containerlogs/{}/{}", attempt.master_http_address,
                                                    attempt.master->to_string(), application.submission.user)
                                      : ""},
          {"appAttemptId", attempt.id.to_string()},
          {"appAttemptState", name_of(attempt.state)},
          {"trackingUrl", tracking_url(cluster, application)}};
}

// /ws/v1/cluster/apps/<id>[/state|/appattempts].
HttpResponse app_response(Cluster& cluster, const std::string& rest, Now now) {
  size_t slash = rest.find('/');
  auto id = yarn::parse_application_id(rest.substr(0, slash));
  if (!id) return error_response(400, "BadRequestException", id.error().message(), "org.apache.hadoop.yarn.webapp.BadRequestException");
  const Application* application = cluster.find(*id);
  if (application == nullptr) return not_found(fmt::format("java.lang.Exception: app with id: {} not found", id->to_string()));
  std::string what = slash == std::string::npos ? "" : rest.substr(slash + 1);
  if (what.empty()) return json_response(json::object{{"app", app_json(cluster, *application, now)}});
  if (what == "state") return json_response(json::object{{"state", name_of(application->state)}});
  if (what == "appattempts") {
    json::array attempts;
    for (const Attempt& attempt : application->attempts) attempts.push_back(attempt_json(cluster, *application, attempt));
    return json_response(json::object{{"appAttempts", json::object{{"appAttempt", std::move(attempts)}}}});
  }
  return not_found("java.lang.Exception: there is no " + what);
}

// PUT /ws/v1/cluster/apps/<id>/state {"state":"KILLED"}.
HttpResponse put_state(Cluster& cluster, const std::string& rest, const HttpRequest& request, Now now) {
  boost::system::error_code ec;
  json::value body = json::parse(request.body, ec);
  const json::value* state = !ec && body.is_object() ? body.get_object().if_contains("state") : nullptr;
  auto id = yarn::parse_application_id(rest.substr(0, rest.find('/')));
  if (!id || state == nullptr || !state->is_string() || state->get_string() != "KILLED") {
    return error_response(400, "BadRequestException", "Only the state KILLED can be asked for",
                          "org.apache.hadoop.yarn.webapp.BadRequestException");
  }
  std::string user = request.parameter("user.name", "dr.who");
  auto killed = kill_application(cluster, *id, fmt::format("Application {} was killed by user {}", id->to_string(), user), now);
  if (!killed) return not_found(killed.error().message());
  return json_response(json::object{{"state", name_of(cluster.find(*id)->state)}});
}

Task<HttpResponse> rest(Services& services, HttpRequest request) {
  constexpr std::string_view kPrefix = "/ws/v1/cluster";
  std::string path = request.path.substr(std::min(request.path.size(), kPrefix.size()));
  while (path.ends_with('/')) path.pop_back();
  if (path.empty() || path == "/info") co_return json_response(info_json(services.options));
  if (path == "/metrics") co_return json_response(metrics_json(services.core.metrics()));
  co_return co_await services.core.run([path, request = std::move(request)](Cluster& cluster, Now now) -> HttpResponse {
    if (path == "/apps") return json_response(apps_json(cluster, request, now));
    if (path == "/nodes") return json_response(nodes_json(cluster, request));
    if (path.starts_with("/apps/")) {
      std::string what = path.substr(6);
      return request.method == "PUT" && what.ends_with("/state") ? put_state(cluster, what, request, now)
                                                                 : app_response(cluster, what, now);
    }
    if (path.starts_with("/nodes/")) {
      auto id = yarn::parse_node_id(path.substr(7));
      const Node* node = id ? cluster.find_node(*id) : nullptr;
      if (node != nullptr) return json_response(json::object{{"node", node_json(*node)}});
    }
    return not_found("java.lang.Exception: there is nothing at " + path);
  });
}

std::string escape(std::string_view text) {
  std::string out;
  for (char c : text) {
    switch (c) {
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '&':
        out += "&amp;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out.push_back(c);
    }
  }
  return out;
}

std::string application_row(const Application& application) {
  const Attempt* attempt = application.current();
  std::string logs = attempt != nullptr && attempt->master
                         ? fmt::format("<a href=\"http://{}/node/containerlogs/{}/{}\">logs</a>", attempt->master_http_address,
                                       attempt->master->to_string(), escape(application.submission.user))
                         : "";
  const std::string id = application.submission.id.to_string();
  return fmt::format("<tr><td><a href=\"/cluster/app/{}\">{}</a><td>{}<td>{}<td>{}<td>{}<td>{}<td>{:.0f} %<td>{}<td>{}\n", id, id,
                     escape(application.submission.user), escape(application.submission.name), escape(application.submission.type),
                     name_of(application.state), name_of(application.final_status), attempt != nullptr ? attempt->progress * 100 : 0, logs,
                     escape(application.diagnostics));
}

// The page of the cluster, or of the one application that its path names.
std::string page(const Cluster& cluster, const std::string& path) {
  std::string body =
      "<!doctype html><meta charset=utf-8><title>Tusker ResourceManager</title>"
      "<style>body{font-family:sans-serif}td,th{padding:2px "
      "8px;text-align:left;vertical-align:top}</style>\n<h1>ResourceManager</h1>\n<h2>Applications</h2>\n"
      "<table><tr><th>Id<th>User<th>Name<th>Type<th>State<th>Final status<th>Progress<th>Master<th>Diagnostics\n";
  std::string only = path.starts_with("/cluster/app/") ? path.substr(13) : "";
  for (auto it = cluster.applications.rbegin(); it != cluster.applications.rend(); ++it) {
    if (only.empty() || only == it->first.to_string()) body += application_row(it->second);
  }
  body += "</table>\n<h2>Nodes</h2>\n<table><tr><th>Node<th>Rack<th>State<th>Containers<th>Used<th>Total\n";
  for (const auto& [id, node] : cluster.nodes) {
    body += fmt::format("<tr><td><a href=\"http://{}/node\">{}</a><td>{}<td>{}<td>{}<td>{}<td>{}\n", node.http_address(), id.to_string(),
                        escape(node.rack), name_of(node.state), node.containers.size(), escape(node.used.to_string()),
                        escape(node.capability.to_string()));
  }
  return body + "</table>\n<p><a href=\"/ws/v1/cluster/metrics\">metrics</a> · <a href=\"/jmx\">jmx</a> · <a href=\"/conf\">conf</a>\n";
}

Task<HttpResponse> cluster_page(Services& services, HttpRequest request) {
  co_return co_await services.core.run([path = request.path](Cluster& cluster, Now) -> HttpResponse {
    HttpResponse response;
    response.content_type = "text/html; charset=utf-8";
    response.body = page(cluster, path);
    return response;
  });
}

// A browser is sent on to the application's own pages.
Task<HttpResponse> proxy(Services& services, HttpRequest request) {
  co_return co_await services.core.run([path = request.path](Cluster& cluster, Now) -> HttpResponse {
    std::string rest = path.substr(std::min(path.size(), std::string_view("/proxy/").size()));
    size_t slash = rest.find('/');
    auto id = yarn::parse_application_id(rest.substr(0, slash));
    const Application* application = id ? cluster.find(*id) : nullptr;
    if (application == nullptr) return not_found("Application " + rest + " could not be found");
    const Attempt* attempt = application->current();
    if (attempt == nullptr || attempt->tracking_url.empty()) return redirect("/cluster/app/" + id->to_string());
    std::string target = attempt->tracking_url;
    if (target.find("://") == std::string::npos) target = "http://" + target;
    if (slash != std::string::npos && slash + 1 < rest.size() && !is_final(application->state)) target += rest.substr(slash);
    return redirect(target);
  });
}

}  // namespace

void add_web_routes(net::HttpServer& server, Services& services) {
  Services* s = &services;
  server.route("/ws/v1/cluster", [s](HttpRequest request) { return rest(*s, std::move(request)); });
  server.route("/cluster", [s](HttpRequest request) { return cluster_page(*s, std::move(request)); });
  server.route("/proxy", [s](HttpRequest request) { return proxy(*s, std::move(request)); });
  server.route("/", [](HttpRequest request) -> Task<HttpResponse> {
    co_return request.path == "/" ? redirect("/cluster") : not_found("there is nothing at " + request.path);
  });
}

}  // namespace tusker::resourcemanager
