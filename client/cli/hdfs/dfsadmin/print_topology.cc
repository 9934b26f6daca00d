#include <fmt/format.h>

#include <map>
#include <set>

#include "client/cli/hdfs/dfsadmin/dfsadmin.h"

namespace tusker::cli {

Task<Result<void>> print_topology(client::FileSystem& fs) {
  hadoop::hdfs::GetDatanodeReportRequestProto request;
  request.set_type(hadoop::hdfs::ALL);
  CO_TRY(const auto nodes, co_await fs.call<hadoop::hdfs::GetDatanodeReportResponseProto>("getDatanodeReport", request));
  std::map<std::string, std::set<std::string>> racks;
  for (const auto& node : nodes.di()) {
    racks[node.location()].insert(fmt::format("   {}:{} ({}) In Service", node.id().ipaddr(), node.id().xferport(), node.id().hostname()));
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
