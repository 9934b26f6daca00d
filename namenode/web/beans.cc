#include "namenode/web/beans.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cmath>
#include <map>

#include "common/metrics/java_json.h"
#include "namenode/web/totals.h"

namespace tusker::namenode {
namespace {

namespace json = boost::json;
using metrics::Attributes;
using metrics::Json;

constexpr int64_t kGiB = int64_t{1} << 30;
const std::string kFsNamesystemClass = "org.apache.hadoop.hdfs.server.namenode.FSNamesystem";

// Java computes these as floats.
double percent(int64_t part, int64_t whole) {
  return whole <= 0 ? 0.0 : static_cast<double>(static_cast<float>(part) * 100.0F / static_cast<float>(whole));
}

// Rounded as FSNamesystem.roundBytesToGBytes.
double gigabytes(int64_t bytes) { return std::round(static_cast<double>(bytes) / static_cast<double>(kGiB)); }

std::string host_name(Namesystem& ns) { return ns.env().network.host_name(); }

// What FSNamesystem and FSNamesystemState both tell. Neither decommissioning nor maintenance, caches nor provided storage are there: their
// figures are zero.
Attributes common_state(Namesystem& ns) {
  const Totals t = totals_of(*ns.cluster_view());
  const BlockHealth h = ns.block_health();
  const Usage u = usage_of_root(ns);
  return {{"FilesTotal", u.files + u.directories},
          {"BlocksTotal", h.total},
          {"LowRedundancyBlocks", h.low_redundancy},
          {"UnderReplicatedBlocks", h.low_redundancy},
          {"CapacityTotal", t.capacity},
          {"CapacityUsed", t.used},
          {"CapacityRemaining", t.remaining},
          {"ProvidedCapacityTotal", int64_t{0}},
          {"NumEncryptionZones", int64_t{0}},
          {"NumLiveDataNodes", t.live},
          {"NumDeadDataNodes", t.dead},
          {"NumDecomLiveDataNodes", int64_t{0}},
          {"NumDecomDeadDataNodes", int64_t{0}},
          {"NumInServiceLiveDataNodes", t.live},
          {"NumDecommissioningDataNodes", int64_t{0}},
          {"NumInMaintenanceLiveDataNodes", int64_t{0}},
          {"NumInMaintenanceDeadDataNodes", int64_t{0}},
          {"NumEnteringMaintenanceDataNodes", int64_t{0}},
          {"VolumeFailuresTotal", t.failed_volumes},
          {"TotalLoad", t.load},
          {"PendingReplicationBlocks", h.pending_reconstruction},
          {"PendingReconstructionBlocks", h.pending_reconstruction},
          {"ScheduledReplicationBlocks", t.scheduled},
          {"PendingDeletionBlocks", h.pending_deletion}};
}

Attributes namesystem(Namesystem& ns) {
  const Totals t = totals_of(*ns.cluster_view());
  const BlockHealth h = ns.block_health();
  Attributes out = {{"tag.Context", std::string("dfs")}, {"tag.HAState", std::string("active")}, {"tag.Hostname", host_name(ns)}};
  std::ranges::move(common_state(ns), std::back_inserter(out));
  const Attributes own = {{"MissingBlocks", h.missing},
                          {"CorruptBlocks", h.corrupt},
                          {"LowRedundancyReplicatedBlocks", h.low_redundancy},
                          {"CorruptReplicatedBlocks", h.corrupt},
                          {"MissingReplicatedBlocks", h.missing},
                          {"PendingDeletionReplicatedBlocks", h.pending_deletion},
                          {"TotalReplicatedBlocks", h.total},
                          {"TotalECBlockGroups", int64_t{0}},
                          {"LowRedundancyECBlockGroups", int64_t{0}},
                          {"CorruptECBlockGroups", int64_t{0}},
                          {"MissingECBlockGroups", int64_t{0}},
                          {"PendingDeletionECBlocks", int64_t{0}},
                          {"CapacityUsedNonDFS", t.non_dfs},
                          {"CapacityTotalGB", gigabytes(t.capacity)},
                          {"CapacityUsedGB", gigabytes(t.used)},
                          {"CapacityRemainingGB", gigabytes(t.remaining)},
                          {"StaleDataNodes", int64_t{0}},
                          {"LastWrittenTransactionId", ns.last_tx().value}};
  std::ranges::copy(own, std::back_inserter(out));
  return out;
}

Attributes namesystem_state(Namesystem& ns) {
  Attributes out = common_state(ns);
  out.emplace_back("NumStaleDataNodes", int64_t{0});
  out.emplace_back("MaxObjects", int64_t{0});
  out.emplace_back("FSState", std::string(ns.safe_mode().on() ? "safeMode" : "Operational"));
  return out;
}

json::object live_node(Namesystem& ns, const Datanode& node) {
  const int64_t reported = node.last_block_report_ms > 0 ? (ns.now_ms() - node.last_block_report_ms) / 60'000 : 0;
  return {{"infoAddr", fmt::format("{}:{}", node.ip, node.info_port)},
          {"infoSecureAddr", fmt::format("{}:{}", node.ip, node.info_secure_port)},
          {"xferaddr", node.xfer_address()},
          {"location", node.rack},
          {"uuid", node.uuid},
          {"lastContact", (ns.now_ms() - node.last_heartbeat_ms) / 1000},
          {"usedSpace", node.dfs_used()},
          {"adminState", "In Service"},
          {"nonDfsUsedSpace", node.non_dfs_used()},
          {"capacity", node.capacity()},
          {"numBlocks", node.blocks},
          {"version", node.software_version},
          {"used", node.dfs_used()},
          {"remaining", node.remaining()},
          {"blockScheduled", node.scheduled.count()},
          {"blockPoolUsed", node.block_pool_used()},
          {"blockPoolUsedPercent", percent(node.block_pool_used(), node.capacity())},
          {"volfails", node.failed_volumes},
          {"lastBlockReport", reported}};
}

json::object dead_node(Namesystem& ns, const Datanode& node) {
  return {{"lastContact", (ns.now_ms() - node.last_heartbeat_ms) / 1000},
          {"decommissioned", false},
          {"adminState", "In Service"},
          {"xferaddr", node.xfer_address()},
          {"location", node.rack},
          {"uuid", node.uuid}};
}

// How evenly the live nodes are used: {"nodeUsage":{"min":"0.00%",…}}.
std::string node_usage(const ClusterView& view) {
  std::vector<double> used;
  for (const auto& node : view.nodes) {
    if (node->alive) used.push_back(percent(node->dfs_used(), node->capacity()));
  }
  std::ranges::sort(used);
  double mean = 0;
  double deviation = 0;
  for (const double p : used) mean += p / static_cast<double>(used.size());
  for (const double p : used) deviation += (p - mean) * (p - mean);
  if (!used.empty()) deviation = std::sqrt(deviation / static_cast<double>(used.size()));
  const auto text = [](double p) { return fmt::format("{:.2f}%", p); };
  return json::serialize(json::object{{"nodeUsage", json::object{{"min", text(used.empty() ? 0 : used.front())},
                                                                 {"median", text(used.empty() ? 0 : used[used.size() / 2])},
                                                                 {"max", text(used.empty() ? 0 : used.back())},
                                                                 {"stdDev", text(deviation)}}}});
}

Attributes namenode_info(Namesystem& ns, int64_t start_wall_ms) {
  const auto view = ns.cluster_view();
  const Totals t = totals_of(*view);
  const BlockHealth h = ns.block_health();
  json::object live;
  json::object dead;
  std::map<std::string, int64_t> versions;
  for (const auto& node : view->nodes) {
    (node->alive ? live : dead)[node->host_name + ":" + std::to_string(node->xfer_port)] =
        node->alive ? live_node(ns, *node) : dead_node(ns, *node);
    if (node->alive) ++versions[node->software_version];
  }
  json::array distinct;
  for (const auto& [version, count] : versions) distinct.push_back(json::object{{"key", version}, {"value", count}});
  const json::object directories = {{"active", json::object{{ns.settings().name_directory, "IMAGE_AND_EDITS"}}},
                                    {"failed", json::object()}};
  return {{"Version", std::string("3.5.0, Tusker " TUSKER_VERSION)},
          {"SoftwareVersion", std::string("3.5.0")},
          {"ClusterId", ns.identity().cluster_id},
          {"BlockPoolId", ns.identity().block_pool_id},
          {"UpgradeFinalized", true},
          {"RollingUpgradeStatus", nullptr},
          {"Safemode", ns.safe_mode().on() ? "Safe mode is ON. " + ns.safe_mode().tip() : std::string()},
          {"Total", t.capacity},
          {"Used", t.used},
          {"Free", t.remaining},
          {"NonDfsUsedSpace", t.non_dfs},
          {"PercentUsed", percent(t.used, t.capacity)},
          {"PercentRemaining", percent(t.remaining, t.capacity)},
          {"BlockPoolUsedSpace", t.block_pool_used},
          {"PercentBlockPoolUsed", percent(t.block_pool_used, t.capacity)},
          {"CacheCapacity", int64_t{0}},
          {"CacheUsed", int64_t{0}},
          {"ProvidedCapacity", int64_t{0}},
          {"TotalBlocks", h.total},
          {"NumberOfMissingBlocks", h.missing},
          {"LiveNodes", json::serialize(live)},
          {"DeadNodes", json::serialize(dead)},
          {"DecomNodes", std::string("{}")},
          {"EnteringMaintenanceNodes", std::string("{}")},
          {"NodeUsage", node_usage(*view)},
          {"NameDirStatuses", json::serialize(directories)},
          {"JournalTransactionInfo", json::serialize(json::object{{"LastAppliedOrWrittenTxId", std::to_string(ns.last_tx().value)},
                                                                  {"MostRecentCheckpointTxId", "0"}})},
          {"NNStartedTimeInMillis", start_wall_ms},
          {"DistinctVersionCount", std::ssize(versions)},
          {"DistinctVersions", Json{json::serialize(distinct)}}};
}

Attributes replicated_blocks(Namesystem& ns) {
  const BlockHealth h = ns.block_health();
  return {{"LowRedundancyReplicatedBlocks", h.low_redundancy},
          {"CorruptReplicatedBlocks", h.corrupt},
          {"MissingReplicatedBlocks", h.missing},
          {"PendingDeletionReplicatedBlocks", h.pending_deletion},
          {"TotalReplicatedBlocks", h.total}};
}

Attributes block_groups() {
  return {{"LowRedundancyECBlockGroups", int64_t{0}}, {"CorruptECBlockGroups", int64_t{0}},    {"MissingECBlockGroups", int64_t{0}},
          {"BytesInFutureECBlockGroups", int64_t{0}}, {"PendingDeletionECBlocks", int64_t{0}}, {"TotalECBlockGroups", int64_t{0}},
          {"EnabledEcPolicies", std::string()}};
}

Attributes block_stats(Namesystem& ns) {
  const Totals t = totals_of(*ns.cluster_view());
  const json::array types = {json::object{{"key", "DISK"},
                                          {"value", json::object{{"blockPoolUsed", t.block_pool_used},
                                                                 {"capacityNonDfsUsed", t.non_dfs},
                                                                 {"capacityRemaining", t.remaining},
                                                                 {"capacityTotal", t.capacity},
                                                                 {"capacityUsed", t.used},
                                                                 {"nodesInService", t.live},
                                                                 {"nodesInServiceXceiverCount", t.load},
                                                                 {"percentBlockPoolUsed", percent(t.block_pool_used, t.capacity)},
                                                                 {"percentRemaining", percent(t.remaining, t.capacity)},
                                                                 {"percentUsed", percent(t.used, t.capacity)}}}}};
  return {{"StorageTypeStats", Json{t.live == 0 ? "[]" : json::serialize(types)}}};
}

Attributes rpc_activity(Namesystem& ns, const rpc::Server& server) {
  const auto& s = server.stats();
  return {{"tag.port", std::to_string(server.local().port)},
          {"tag.serverName", std::string("ClientNamenodeProtocol")},
          {"tag.Context", std::string("rpc")},
          {"tag.Hostname", host_name(ns)},
          {"ReceivedBytes", s.bytes_received.load()},
          {"SentBytes", s.bytes_sent.load()},
          {"NumOpenConnections", s.connections.load()},
          {"CallQueueLength", s.calls_in_progress.load()},
          {"TotalRequests", s.calls_total.load()},
          {"RpcClientBackoff", s.calls_refused.load()}};
}

Attributes status(const rpc::Server& server, Namesystem& ns) {
  auto address = parse_endpoint(ns.settings().rpc_address).value_or(server.local());
  if (address.port == 0) address.port = server.local().port;
  return {{"State", std::string("active")}, {"NNRole", std::string("NameNode")},  {"HostAndPort", address.to_string()},
          {"SecurityEnabled", false},       {"LastHATransitionTime", int64_t{0}}, {"BytesWithFutureGenerationStamps", int64_t{0}},
          {"SlowPeersReport", nullptr},     {"SlowDisksReport", nullptr}};
}

}  // namespace

void add_namenode_beans(metrics::Registry& registry, Namesystem& ns, const rpc::Server& server, int64_t start_wall_ms) {
  const auto name = [](std::string_view bean) { return fmt::format("Hadoop:service=NameNode,name={}", bean); };
  const metrics::BeanOptions of_namesystem{.modeler_type = kFsNamesystemClass, .only_jmx = true};
  registry.add_bean(name("FSNamesystem"), [&ns] { return namesystem(ns); });
  registry.add_bean(name("FSNamesystemState"), [&ns] { return namesystem_state(ns); }, of_namesystem);
  registry.add_bean(name("NameNodeInfo"), [&ns, start_wall_ms] { return namenode_info(ns, start_wall_ms); }, of_namesystem);
  registry.add_bean(name("ReplicatedBlocksState"), [&ns] { return replicated_blocks(ns); }, of_namesystem);
  registry.add_bean(name("ECBlockGroupsState"), [] { return block_groups(); }, of_namesystem);
  registry.add_bean(name("BlockStats"), [&ns] { return block_stats(ns); },
                    {.modeler_type = "org.apache.hadoop.hdfs.server.blockmanagement.BlockManager", .only_jmx = true});
  registry.add_bean(name("NameNodeStatus"), [&server, &ns] { return status(server, ns); },
                    {.modeler_type = "org.apache.hadoop.hdfs.server.namenode.NameNode", .only_jmx = true});
  registry.add_bean(name(fmt::format("RpcActivityForPort{}", server.local().port)), [&ns, &server] { return rpc_activity(ns, server); },
                    {.record = "rpc"});
}

}  // namespace tusker::namenode
