#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <ctime>

#include "client/cli/yarn/command.h"
#include "common/yarn/convert.h"

namespace tusker::cli::yarn {

using namespace hadoop::yarn;

namespace {

constexpr std::string_view kUsage =
    "usage: node\n"
    " -all               with -list: nodes in every state\n"
    " -list              lists the running nodes\n"
    " -showDetails       with -list: more about each node\n"
    " -states <States>   with -list: nodes in these states, comma-separated\n"
    " -status <NodeId>   prints the report of a node\n";

std::string state_name(NodeStateProto state) { return NodeStateProto_Name(state).substr(3); }

// "PMem:1 MB, VMem:2 MB, VCores:0.5"; nothing from a node that doesn't measure.
std::string utilization(bool measured, const ResourceUtilizationProto& proto) {
  if (!measured) return "";
  return fmt::format("PMem:{} MB, VMem:{} MB, VCores:{}", proto.pmem(), proto.vmem(), proto.cpu());
}

std::string utilization_lines(const NodeReportProto& node) {
  return fmt::format("\tResource Utilization by Node : {}\n\tResource Utilization by Containers : {}\n",
                     utilization(node.has_node_utilization(), node.node_utilization()),
                     utilization(node.has_containers_utilization(), node.containers_utilization()));
}

std::string details(const NodeReportProto& node) {
  return fmt::format("Detailed Node Information :\n\tConfigured Resources : {}\n\tAllocated Resources : {}\n{}\tNode-Labels : \n",
                     tusker::yarn::from_proto(node.capability()).to_string(), tusker::yarn::from_proto(node.used()).to_string(),
                     utilization_lines(node));
}

Result<std::vector<NodeStateProto>> wanted_states(const std::vector<std::string>& arguments) {
  std::vector<NodeStateProto> states;
  if (std::ranges::find(arguments, "-all") != arguments.end()) return states;
  auto option = std::ranges::find(arguments, "-states");
  if (option == arguments.end() || option + 1 == arguments.end()) return std::vector{NS_RUNNING};
  std::string rest = *(option + 1) + ",";
  for (size_t comma; (comma = rest.find(',')) != std::string::npos; rest.erase(0, comma + 1)) {
    std::string name = rest.substr(0, comma);
    for (char& c : name) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    NodeStateProto state;
    if (name.empty()) continue;
    if (!NodeStateProto_Parse("NS_" + name, &state)) return error(StatusCode::kIllegalArgument, "The node state " + name + " is invalid.");
    states.push_back(state);
  }
  return states;
}

Task<Result<void>> list(client::YarnClient& client, std::vector<std::string> arguments) {
  CO_TRY(auto states, wanted_states(arguments));
  CO_TRY(auto nodes, co_await client.nodes(states));
  bool show_details = std::ranges::find(arguments, "-showDetails") != arguments.end();
  constexpr auto kRow = "{:>16}\t{:>15}\t{:>17}\t{:>28}\n";
  std::string out = fmt::format("Total Nodes:{}\n", nodes.size());
  out += fmt::format(fmt::runtime(kRow), "Node-Id", "Node-State", "Node-Http-Address", "Number-of-Running-Containers");
  for (const auto& node : nodes) {
    out += fmt::format(fmt::runtime(kRow), tusker::yarn::from_proto(node.nodeid()).to_string(), state_name(node.node_state()),
                       node.httpaddress(), node.numcontainers());
    if (show_details) out += details(node);
  }
  print(out);
  co_return Result<void>();
}

std::string report_of(const NodeReportProto& node) {
  std::string out = "Node Report : \n";
  auto line = [&out](std::string_view name, const auto& value) { out += fmt::format("\t{} : {}\n", name, value); };
  std::time_t seconds = node.last_health_report_time() / 1000;
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  line("Node-Id", tusker::yarn::from_proto(node.nodeid()).to_string());
  line("Rack", node.rackname());
  line("Node-State", state_name(node.node_state()));
  line("Node-Http-Address", node.httpaddress());
  line("Last-Health-Update", fmt::format("{:%a %d/%b/%y %I:%M:%S}:{:03}UTC", parts, node.last_health_report_time() % 1000));
  line("Health-Report", node.health_report());
  line("Containers", node.numcontainers());
  auto used = tusker::yarn::from_proto(node.used());
  auto capability = tusker::yarn::from_proto(node.capability());
  line("Memory-Used", fmt::format("{}MB", used.memory_mb));
  line("Memory-Capacity", fmt::format("{}MB", capability.memory_mb));
  line("CPU-Used", fmt::format("{} vcores", used.vcores));
  line("CPU-Capacity", fmt::format("{} vcores", capability.vcores));
  line("Node-Labels", "");
  line("Node Attributes", "");
  return out + utilization_lines(node) + "\n";
}

Task<Result<void>> status(client::YarnClient& client, std::string id_text) {
  CO_TRY(auto id, tusker::yarn::parse_node_id(id_text));
  CO_TRY(auto nodes, co_await client.nodes({}));
  for (const auto& node : nodes) {
    if (tusker::yarn::from_proto(node.nodeid()) == id) {
      print(report_of(node));
      co_return Result<void>();
    }
  }
  print("Could not find the node report for node id : " + id_text + "\n");
  co_return Result<void>();  // as Hadoop's
}

}  // namespace

Task<int> node(Call call) {
  client::YarnClient client(call.env, call.config, security::current_user());
  auto option = std::ranges::find(call.arguments, "-status");
  Result<void> done;
  if (std::ranges::find(call.arguments, "-list") != call.arguments.end()) {
    done = co_await list(client, call.arguments);
  } else if (option != call.arguments.end() && option + 1 != call.arguments.end()) {
    done = co_await status(client, *(option + 1));
  } else {
    done = error(StatusCode::kIllegalArgument, "Invalid Command Usage : \n" + std::string(kUsage));
  }
  co_await client.stop();
  if (done) co_return 0;
  print_error(done.error().message());
  co_return -1;
}

}  // namespace tusker::cli::yarn
