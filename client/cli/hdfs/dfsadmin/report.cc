#include <fmt/format.h>

#include <algorithm>

#include "client/cli/hdfs/dfsadmin/dfsadmin.h"
#include "client/cli/text_format.h"

namespace tusker::cli {
namespace {

using hadoop::hdfs::DatanodeInfoProto;

std::string bytes(uint64_t n) { return fmt::format("{} ({})", n, byte_description(static_cast<int64_t>(n))); }
std::string share(uint64_t part, uint64_t whole) {
  return percent(whole == 0 ? 0.0 : 100.0 * static_cast<double>(part) / static_cast<double>(whole));
}

std::string_view decommission_status(DatanodeInfoProto::AdminState state) {
  switch (state) {
    case DatanodeInfoProto::DECOMMISSION_INPROGRESS:
      return "Decommission in progress";
    case DatanodeInfoProto::DECOMMISSIONED:
      return "Decommissioned";
    case DatanodeInfoProto::ENTERING_MAINTENANCE:
      return "Entering maintenance";
    case DatanodeInfoProto::IN_MAINTENANCE:
      return "In maintenance";
    default:
      return "Normal";
  }
}

void print_node(const DatanodeInfoProto& n) {
  fmt::print("Name: {}:{} ({})\nHostname: {}\n", n.id().ipaddr(), n.id().xferport(), n.id().hostname(), n.id().hostname());
  if (n.location() != "/default-rack") fmt::print("Rack: {}\n", n.location());
  fmt::print("Decommission Status : {}\nConfigured Capacity: {}\nDFS Used: {}\nNon DFS Used: {}\nDFS Remaining: {}\n",
             decommission_status(n.adminstate()), bytes(n.capacity()), bytes(n.dfsused()), bytes(n.nondfsused()), bytes(n.remaining()));
  fmt::print("DFS Used%: {}\nDFS Remaining%: {}\n", share(n.dfsused(), n.capacity()), share(n.remaining(), n.capacity()));
  fmt::print(
      "Configured Cache Capacity: 0 (0 B)\nCache Used: 0 (0 B)\nCache Remaining: 0 (0 B)\nCache Used%: 100.00%\nCache Remaining%: 0.00%\n");
  fmt::print("Xceivers: {}\nLast contact: {}\nLast Block Report: {}\nNum of Blocks: {}\n\n\n", n.xceivercount(),
             java_date(static_cast<int64_t>(n.lastupdate())),
             n.lastblockreporttime() == 0 ? "Never" : java_date(static_cast<int64_t>(n.lastblockreporttime())), n.numblocks());
}

Task<Result<void>> print_summary(client::FileSystem& fs) {
  hadoop::hdfs::SetSafeModeRequestProto safe;
  safe.set_action(hadoop::hdfs::SAFEMODE_GET);
  CO_TRY(const auto mode, co_await fs.call<hadoop::hdfs::SetSafeModeResponseProto>("setSafeMode", safe));
  if (mode.result()) fmt::print("Safe mode is ON\n");
  CO_TRY(const auto s, co_await fs.call<hadoop::hdfs::GetFsStatsResponseProto>("getFsStats", hadoop::hdfs::GetFsStatusRequestProto()));
  const uint64_t present = s.used() + s.remaining();
  fmt::print("Configured Capacity: {}\nPresent Capacity: {}\nDFS Remaining: {}\nDFS Used: {}\nDFS Used%: {}\n", bytes(s.capacity()),
             bytes(present), bytes(s.remaining()), bytes(s.used()), share(s.used(), present));
  CO_TRY(const auto b, co_await fs.call<hadoop::hdfs::GetFsReplicatedBlockStatsResponseProto>(
                           "getFsReplicatedBlockStats", hadoop::hdfs::GetFsReplicatedBlockStatsRequestProto()));
  fmt::print(
      "Replicated Blocks:\n\tUnder replicated blocks: {}\n\tBlocks with corrupt replicas: {}\n\tMissing blocks: {}\n"
      "\tMissing blocks (with replication factor 1): {}\n\tBadly Distributed Blocks: {}\n\tLow redundancy blocks with highest priority to "
      "recover: {}\n"
      "\tPending deletion blocks: {}\n",
      b.low_redundancy(), b.corrupt_blocks(), b.missing_blocks(), b.missing_repl_one_blocks(), b.badly_distributed_blocks(),
      b.highest_prio_low_redundancy_blocks(), b.pending_deletion_blocks());
  CO_TRY(const auto e, co_await fs.call<hadoop::hdfs::GetFsECBlockGroupStatsResponseProto>(
                           "getFsECBlockGroupStats", hadoop::hdfs::GetFsECBlockGroupStatsRequestProto()));
  fmt::print(
      "Erasure Coded Block Groups: \n\tLow redundancy block groups: {}\n\tBlock groups with corrupt internal blocks: {}\n"
      "\tMissing block groups: {}\n\tBadly Distributed Blocks: {}\n\tLow redundancy blocks with highest priority to recover: {}\n"
      "\tPending deletion blocks: {}\n\n-------------------------------------------------\n",
      e.low_redundancy(), e.corrupt_blocks(), e.missing_blocks(), e.badly_distributed_blocks(), e.highest_prio_low_redundancy_blocks(),
      e.pending_deletion_blocks());
  co_return Result<void>();
}

Task<Result<void>> print_nodes(client::FileSystem& fs, hadoop::hdfs::DatanodeReportTypeProto type, const char* title, bool even_if_none) {
  hadoop::hdfs::GetDatanodeReportRequestProto request;
  request.set_type(type);
  CO_TRY(const auto nodes, co_await fs.call<hadoop::hdfs::GetDatanodeReportResponseProto>("getDatanodeReport", request));
  if (nodes.di_size() == 0 && !even_if_none) co_return Result<void>();
  fmt::print("{} ({}):\n\n", title, nodes.di_size());
  for (const auto& node : nodes.di()) print_node(node);
  co_return Result<void>();
}

}  // namespace

// DFSAdmin.report.
Task<Result<void>> report(client::FileSystem& fs, std::vector<std::string> words) {
  const auto asked = [&words](std::string_view flag) { return std::ranges::find(words, flag) != words.end(); };
  CO_TRY_VOID(co_await print_summary(fs));
  const bool all = words.empty();
  if (all || asked("-live")) CO_TRY_VOID(co_await print_nodes(fs, hadoop::hdfs::LIVE, "Live datanodes", asked("-live")));
  if (all || asked("-dead")) CO_TRY_VOID(co_await print_nodes(fs, hadoop::hdfs::DEAD, "Dead datanodes", asked("-dead")));
  if (all || asked("-decommissioning")) {
    CO_TRY_VOID(co_await print_nodes(fs, hadoop::hdfs::DECOMMISSIONING, "Decommissioning datanodes", asked("-decommissioning")));
  }
  if (all || asked("-enteringmaintenance")) {
    CO_TRY_VOID(
        co_await print_nodes(fs, hadoop::hdfs::ENTERING_MAINTENANCE, "Entering maintenance datanodes", asked("-enteringmaintenance")));
  }
  if (all || asked("-inmaintenance")) {
    CO_TRY_VOID(co_await print_nodes(fs, hadoop::hdfs::IN_MAINTENANCE, "In maintenance datanodes", asked("-inmaintenance")));
  }
  if (asked("-slownodes")) {
    CO_TRY(const auto slow, co_await fs.call<hadoop::hdfs::GetSlowDatanodeReportResponseProto>(
                                "getSlowDatanodeReport", hadoop::hdfs::GetSlowDatanodeReportRequestProto()));
    fmt::print("Slow datanodes ({}):\n\n", slow.datanodeinfoproto_size());
    for (const auto& node : slow.datanodeinfoproto()) print_node(node);
  }
  co_return Result<void>();
}

}  // namespace tusker::cli
