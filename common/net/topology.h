#pragma once

#include <map>
#include <string>
#include <string_view>

#include "common/base/result.h"
#include "common/env/disk.h"

namespace tusker::net {

// Which rack a machine stands in, by the table that net.topology.table.file.name names (org.apache.hadoop.net.TableMapping): a line a host,
// name or address, white space, rack; '#' begins a comment. Constant after it was read.
class Topology {
 public:
  // An empty path is an empty table. Blocks. kIo names the line that can't be read.
  static Result<Topology> load(Disk& disk, const std::string& path);

  // By name or else by address; "/default-rack" when the table has neither.
  std::string rack_of(std::string_view host, std::string_view address = "") const;

 private:
  std::map<std::string, std::string, std::less<>> racks_;
};

}  // namespace tusker::net
