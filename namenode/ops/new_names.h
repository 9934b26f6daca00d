#pragma once

#include "namenode/ops/operations.h"

namespace tusker::namenode {

// Creates the directories of at.components[0, count) that are missing, each with `mode`, the caller's name and its parent's group, and
// appends them to at.chain.
Result<void> make_missing_directories(Namesystem& ns, Transaction& tx, const OpContext& op, Resolved& at, size_t count, uint16_t mode);

// The limits on a name and on the entries of its directory (FSDirectory.verifyFSLimits).
Result<void> check_limits(const Settings& settings, const Inode& parent, const std::string& parent_path, const std::string& name);

}  // namespace tusker::namenode
