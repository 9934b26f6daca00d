#include "namenode/rpc/web.h"

#include <fmt/format.h>

#include <boost/json.hpp>

#include "namenode/ops/operations.h"

namespace tusker::namenode {
namespace {

struct Totals {
  int64_t live = 0;
  int64_t dead = 0;
  int64_t capacity = 0;
  int64_t used = 0;
  int64_t remaining = 0;
  int64_t non_dfs = 0;
  int64_t load = 0;
};

Totals totals_of(const ClusterView& view) {
  Totals t;
  for (const auto& node : view.nodes) {
    if (!node->alive) {
      ++t.dead;
      continue;
    }
    ++t.live;
    t.capacity += node->capacity();
    t.used += node->dfs_used();
    t.remaining += node->remaining();
    t.non_dfs += node->non_dfs_used();
    t.load += node->xceivers;
  }
  return t;
}

Usage usage_of_root(Namesystem& ns) { return ReadView(ns.engine(), kv::Tier::kAll).usage(kRootInode).value_or(Usage{}); }

metrics::Attributes namesystem_state(Namesystem& ns) {
  const Totals t = totals_of(*ns.cluster_view());
  const BlockHealth h = ns.block_health();
  const Usage u = usage_of_root(ns);
  return {{"CapacityTotal", t.capacity},
          {"CapacityUsed", t.used},
          {"CapacityRemaining", t.remaining},
          {"TotalLoad", t.load},
          {"BlocksTotal", h.total},
          {"FilesTotal", u.files + u.directories},
          {"UnderReplicatedBlocks", h.low_redundancy},
          {"PendingReplicationBlocks", h.pending_reconstruction},
          {"ScheduledReplicationBlocks", h.pending_reconstruction},
          {"PendingDeletionBlocks", h.pending_deletion},
          {"MissingBlocks", h.missing},
          {"CorruptBlocks", h.corrupt},
          {"FSState", std::string(ns.safe_mode().on() ? "safeMode" : "Operational")},
          {"NumLiveDataNodes", t.live},
          {"NumDeadDataNodes", t.dead},
          {"NumStaleDataNodes", int64_t{0}},
          {"NumDecomLiveDataNodes", int64_t{0}},
          {"LastWrittenTransactionId", ns.last_tx().value}};
}

metrics::Attributes namenode_info(Namesystem& ns, int64_t start_wall_ms) {
  const auto view = ns.cluster_view();
  const Totals t = totals_of(*view);
  boost::json::object live;
  boost::json::object dead;
  for (const auto& node : view->nodes) {
    boost::json::object o{{"infoAddr", fmt::format("{}:{}", node->ip, node->info_port)},
                          {"xferaddr", node->xfer_address()},
                          {"location", node->rack},
                          {"uuid", node->uuid},
                          {"usedSpace", node->dfs_used()},
                          {"capacity", node->capacity()},
                          {"remaining", node->remaining()},
                          {"numBlocks", node->blocks},
                          {"version", node->software_version},
                          {"lastContact", (ns.now_ms() - node->last_heartbeat_ms) / 1000},
                          {"adminState", "In Service"}};
    (node->alive ? live : dead)[node->host_name + ":" + std::to_string(node->xfer_port)] = std::move(o);
  }
  const BlockHealth h = ns.block_health();
  return {{"Version", std::string("3.5.0, Tusker " TUSKER_VERSION)},
          {"SoftwareVersion", std::string("3.5.0")},
          {"ClusterId", ns.identity().cluster_id},
          {"BlockPoolId", ns.identity().block_pool_id},
          {"Total", t.capacity},
          {"Used", t.used},
          {"Free", t.remaining},
          {"Safemode", ns.safe_mode().on() ? "Safe mode is ON. " + ns.safe_mode().tip() : std::string()},
          {"TotalBlocks", h.total},
          {"NumberOfMissingBlocks", h.missing},
          {"LiveNodes", boost::json::serialize(live)},
          {"DeadNodes", boost::json::serialize(dead)},
          {"NNStartedTimeInMillis", start_wall_ms}};
}

metrics::Attributes rpc_activity(const rpc::Server& server) {
  const auto& s = server.stats();
  return {{"ReceivedBytes", s.bytes_received.load()},   {"SentBytes", s.bytes_sent.load()},
          {"NumOpenConnections", s.connections.load()}, {"CallQueueLength", s.calls_in_progress.load()},
          {"TotalRequests", s.calls_total.load()},      {"RpcClientBackoff", s.calls_refused.load()}};
}

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

Task<net::HttpResponse> not_found(std::string path) {
  net::HttpResponse response;
  response.status = 404;
  response.body = "Not found: " + path + "\n";
  co_return response;
}

}  // namespace

void add_namenode_beans(metrics::Registry& registry, Namesystem& ns, const rpc::Server& server, int64_t start_wall_ms) {
  registry.add_bean("Hadoop:service=NameNode,name=FSNamesystemState", [&ns] { return namesystem_state(ns); });
  registry.add_bean("Hadoop:service=NameNode,name=FSNamesystem", [&ns] { return namesystem_state(ns); });
  registry.add_bean("Hadoop:service=NameNode,name=NameNodeInfo", [&ns, start_wall_ms] { return namenode_info(ns, start_wall_ms); });
  registry.add_bean("Hadoop:service=NameNode,name=NameNodeStatus", [&ns] {
    return metrics::Attributes{{"State", std::string("active")},
                               {"NNRole", std::string("NameNode")},
                               {"SecurityEnabled", false},
                               {"HostAndPort", ns.settings().rpc_bind.to_string()}};
  });
  registry.add_bean(fmt::format("Hadoop:service=NameNode,name=RpcActivityForPort{}", ns.settings().rpc_bind.port),
                    [&server] { return rpc_activity(server); });
}

void add_namenode_pages(net::HttpServer& server, Namesystem& ns) {
  server.route("/", [&ns](net::HttpRequest request) {
    return request.path == "/" || request.path == "/dfshealth.html" ? overview(&ns) : not_found(request.path);
  });
}

}  // namespace tusker::namenode
