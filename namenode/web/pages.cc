#include "namenode/web/pages.h"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <map>

#include "namenode/web/totals.h"

namespace tusker::namenode {
namespace {

Task<net::HttpResponse> overview(Namesystem* ns) {
  const auto view = ns->cluster_view();
  const Totals t = totals_of(*view);
  const BlockHealth h = ns->block_health();
  const Usage u = usage_of_root(*ns);
  net::HttpResponse response;
  response.content_type = "text/html; charset=utf-8";
  response.body =
      "<!doctype html><meta charset=utf-8><meta name=viewport content='width=device-width'><title>NameNode</title>"
      "<style>body{font:15px sans-serif;margin:2em;max-width:60em}td,th{padding:.2em .8em;text-align:left}</style>";
  response.body += fmt::format(
      "<h1>NameNode</h1><p>{}</p><table><tr><th>Cluster<td>{}<tr><th>Files, directories<td>{}, {}<tr><th>Blocks<td>{} ({} "
      "under-replicated, {} missing)"
      "<tr><th>Capacity<td>{} bytes, {} used, {} free<tr><th>DataNodes<td>{} live, {} dead</table>",
      ns->safe_mode().on() ? "Safe mode is ON. " + ns->safe_mode().tip() : "Safe mode is off.", ns->identity().cluster_id, u.files,
      u.directories, h.total, h.low_redundancy, h.missing, t.capacity, t.used, t.remaining, t.live, t.dead);
  response.body += "<h2>DataNodes</h2><table><tr><th>Address<th>Rack<th>State<th>Replicas<th>Used<th>Free";
  for (const auto& node : view->nodes) {
    response.body +=
        fmt::format("<tr><td><a href='http://{}:{}/'>{}</a><td>{}<td>{}<td>{}<td>{}<td>{}", node->ip, node->info_port, node->xfer_address(),
                    node->rack, node->alive ? "live" : "dead", node->blocks, node->dfs_used(), node->remaining());
  }
  response.body += "</table><p><a href=/jmx>jmx</a> <a href=/prom>prom</a> <a href=/conf>conf</a></p>";
  co_return response;
}

// NetworkTopologyServlet: the live nodes by rack.
Task<net::HttpResponse> topology(Namesystem* ns, net::HttpRequest request) {
  std::map<std::string, std::map<std::string, std::string>> racks;
  for (const auto& node : ns->cluster_view()->nodes) {
    if (node->alive) racks[node->rack][node->xfer_address()] = node->host_name;
  }
  const bool as_json = request.header("accept").find("application/json") != std::string::npos;
  net::HttpResponse response;
  response.content_type = as_json ? "application/json;charset=utf-8" : "text/plain;charset=utf-8";
  if (racks.empty()) {
    response.body = "No DataNodes";
    co_return response;
  }
  boost::json::array list;
  for (const auto& [rack, nodes] : racks) {
    boost::json::array members;
    response.body += "Rack: " + rack + "\n";
    for (const auto& [address, host] : nodes) {
      members.push_back(boost::json::object{{"ip", address}, {"hostname", host}});
      response.body += fmt::format("   {} ({})\n", address, host);
    }
    response.body += "\n";
    list.push_back(boost::json::object{{rack, std::move(members)}});
  }
  if (as_json) response.body = boost::json::serialize(list);
  co_return response;
}

// IsNameNodeActiveServlet: what load balancers ask.
Task<net::HttpResponse> is_active() {
  net::HttpResponse response;
  response.content_type = "text/plain;charset=utf-8";
  response.body = "I am Active!";
  response.close = true;
  co_return response;
}

Task<net::HttpResponse> not_found(std::string path) { co_return net::error_page(404, path); }

}  // namespace

void add_namenode_pages(net::HttpServer& server, Namesystem& ns) {
  server.route("/isActive", [](net::HttpRequest) { return is_active(); });
  server.route("/topology", [&ns](net::HttpRequest request) { return topology(&ns, std::move(request)); });
  server.route("/", [&ns](net::HttpRequest request) {
    return request.path == "/" || request.path == "/dfshealth.html" ? overview(&ns) : not_found(request.path);
  });
}

}  // namespace tusker::namenode
