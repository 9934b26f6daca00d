#include "common/net/topology.h"

#include <fmt/format.h>

#include <sstream>

namespace tusker::net {

Result<Topology> Topology::load(Disk& disk, const std::string& path) {
  Topology topology;
  if (path.empty()) return topology;
  TRY(const std::string text, disk.read_file(path));
  std::istringstream lines(text);
  std::string line;
  for (int number = 1; std::getline(lines, line); ++number) {
    std::istringstream words(line.substr(0, line.find('#')));
    std::string host;
    std::string rack;
    if (!(words >> host)) continue;
    if (!(words >> rack) || !rack.starts_with('/')) {
      return error(StatusCode::kIo,
                   fmt::format("{} line {}: expected a host and a rack that begins with '/', found: {}", path, number, line));
    }
    topology.racks_[host] = rack;
  }
  return topology;
}

std::string Topology::rack_of(std::string_view host, std::string_view address) const {
  for (std::string_view name : {host, address}) {
    if (auto found = racks_.find(name); found != racks_.end()) return found->second;
  }
  return "/default-rack";
}

}  // namespace tusker::net
