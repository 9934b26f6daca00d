#pragma once

#include <optional>

#include "namenode/ops/operations.h"

namespace tusker::namenode {

// The permission bits that a client asks for: with its umask taken off, and without (FsCreateModes; older clients don't say).
struct CreateModes {
  uint16_t masked = 0;
  std::optional<uint16_t> unmasked;
  // The owner may pass directories that are made on the way.
  CreateModes for_parents() const { return {static_cast<uint16_t>((masked & 0777) | 0300), unmasked}; }
};

// Creates the directories of at.components[0, count) that are missing, each with `modes`, the caller's name and its parent's group, and
// appends them to at.chain. Those that could be made stay when a further one can't (Transaction::keep_on_failure).
Result<void> make_missing_directories(Namesystem& ns, Transaction& tx, const OpContext& op, Resolved& at, size_t count,
                                      const CreateModes& modes);

// The limits on a name and on the entries of its directory (FSDirectory.verifyFSLimits).
Result<void> check_limits(const Settings& settings, const Inode& parent, const std::string& parent_path, const std::string& name);

// Whether at.components[at.chain.size() - 1] may be made in the last directory of the chain: limits, then quotas
// (FSDirectory.addLastINode).
Result<void> check_new_name(Namesystem& ns, Transaction& tx, const Resolved& at, const Usage& usage);

// Mode and ACL of a new inode, by what its parent's default ACL has it inherit (FSDirectory.copyINodeDefaultAcl).
void inherit_permissions(const Settings& settings, const Inode& parent, const CreateModes& modes, Inode& child);

}  // namespace tusker::namenode
