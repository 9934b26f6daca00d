#include <fmt/format.h>

#include <map>
#include <set>

#include "client/cli/hdfs/dfsadmin/dfsadmin.h"

namespace tusker::cli {

namespace {

using hadoop::hdfs::DatanodeInfoProto;

std::string_view state_name(DatanodeInfoProto::AdminState state) {
  switch (state) {
    case DatanodeInfoProto::DECOMMISSION_INPROGRESS:
      return "Decommission In Progress";
    case DatanodeInfoProto::DECOMMISSIONED:
      return "Decommissioned";
    case DatanodeInfoProto::ENTERING_MAINTENANCE:
      return "Entering Maintenance";
    case DatanodeInfoProto::IN_MAINTENANCE:
      return "In Maintenance";
    default:
      return "In Service";
  }
}

}  // namespace

Task<Result<void>> print_topology(client::FileSystem& fs) {
  hadoop::hdfs::GetDatanodeReportRequestProto request;
  request.set_type(hadoop::hdfs::ALL);
  CO_TRY(const auto nodes, co_await fs.call<hadoop::hdfs::GetDatanodeReportResponseProto>("getDatanodeReport", request));
  std::map<std::string, std::set<std::string>> racks;
  for (const auto& node : nodes.di()) {
    racks[node.location()].insert(
        fmt::format("   {}:{} ({}) {}", node.id().ipaddr(), node.id().xferport(), node.id().hostname(), state_name(node.adminstate())));
  }
  if (racks.empty()) fmt::print("No DataNodes\n");
  for (const auto& [rack, lines] : racks) {
    fmt::print("Rack: {}\n", rack);
    for (const auto& line : lines) fmt::print("{}\n", line);
    fmt::print("\n");
  }
  co_return Result<void>();
}

}  // namespace tusker::cli
