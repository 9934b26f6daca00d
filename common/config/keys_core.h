#pragma once

#include "common/config/config.h"

// Properties that every daemon and tool shares, with Hadoop's names.

namespace tusker::config {

// Hosts and their racks (org.apache.hadoop.net.TableMapping).
inline constexpr Key<std::string_view> kTopologyTableFile{"net.topology.table.file.name", ""};
// Ours: the address from which outgoing connections leave, where one machine plays several nodes.
inline constexpr Key<std::string_view> kOutgoingAddress{"tusker.net.bind-address", ""};

}  // namespace tusker::config
