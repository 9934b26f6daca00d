#include <fmt/format.h>

#include <algorithm>

#include "namenode/ops/operations.h"

namespace tusker::namenode {
namespace {

std::string lease_text(const std::string& holder) { return fmt::format("Holder {} does not have any open files.", holder); }

// Orders the replicas of a file's last block brought to one length; the file closes when the DataNodes report it done.
Result<void> start_block_recovery(Namesystem& ns, Transaction& tx, BlockInfo& block) {
  const auto view = ns.cluster_view();
  const Datanode* primary = nullptr;
  std::vector<StorageId> replicas;
  TRY(const auto reported, tx.replicas(block.id));
  std::vector<StorageId> candidates = block.expected;
  for (const auto& r : reported) {
    if (std::ranges::find(candidates, r.storage) == candidates.end()) candidates.push_back(r.storage);
  }
  for (const StorageId id : candidates) {
    if (!view->is_live(id)) continue;
    replicas.push_back(id);
    const Datanode* node = view->node_of(id);
    if (primary == nullptr || node->last_heartbeat_ms > primary->last_heartbeat_ms) primary = node;
  }
  if (primary == nullptr || !ns.leases().begin_recovery(block.id, ns.now_ms())) return {};
  block.recovery = tx.next_generation();
  block.state = BlockState::kUnderRecovery;
  tx.put_block(block);
  tx.log(Edit::set_generation(block.recovery));
  ns.cluster().add_recovery(primary->uuid, RecoveryWork{block, replicas});
  return {};
}

}  // namespace

Result<Inode> check_lease(const View& view, const std::string& path, InodeId id, const std::string& holder) {
  std::optional<Inode> file;
  if (id.value != 0) {
    TRY(file, view.inode(id));
    if (file) {
      TRY(const auto where, view.path_of(*file));
      if (!where) file.reset();
    }
  } else {
    Caller any;  // the writer was checked when it opened the file
    any.superuser = true;
    TRY(auto at, resolve(view, any, path, PathUse::kRead));
    if (at.exists()) file = at.target();
  }
  if (!file)
    return error(StatusCode::kFileNotFound, fmt::format("File does not exist: {} (inode {}) {}", path, id.value, lease_text(holder)));
  if (!file->is_file())
    return error(StatusCode::kLeaseExpired,
                 fmt::format("INode is not a regular file: {} (inode {}) {}", path, id.value, lease_text(holder)));
  if (!file->under_construction) {
    return error(StatusCode::kLeaseExpired,
                 fmt::format("File is not open for writing: {} (inode {}) {}", path, id.value, lease_text(holder)));
  }
  if (file->writer.client_name != holder) {
    return error(StatusCode::kLeaseExpired, fmt::format("Client (={}) is not the lease owner (={}: {} (inode {}) {}", holder,
                                                        file->writer.client_name, path, id.value, lease_text(holder)));
  }
  return *std::move(file);
}

Result<void> close_file(Namesystem&, Transaction& tx, Inode& file, const std::string& path) {
  tx.close_lease(file);
  file.under_construction = false;
  file.writer = {};
  file.mtime_ms = tx.now_ms();
  tx.put_inode(file);
  TRY(const auto blocks, blocks_of(tx, file));
  tx.log(Edit::close(path, file, blocks));
  return {};
}

Result<bool> release_lease(Namesystem& ns, Transaction& tx, Inode file, const std::string& path, const std::string& new_holder) {
  if (file.blocks.empty()) {
    TRY_VOID(close_file(ns, tx, file, path));
    return true;
  }
  TRY(auto found, tx.block(file.blocks.back()));
  if (!found) return error(StatusCode::kCorruption, fmt::format("the last block of {} has no row", path));
  BlockInfo last = *std::move(found);
  if (file.blocks.size() > 1) {
    TRY(auto penultimate, tx.block(file.blocks[file.blocks.size() - 2]));
    if (penultimate) {
      TRY(const bool done, try_complete_block(ns, tx, *penultimate));
      if (!done) {
        return error(
            StatusCode::kAlreadyBeingCreated,
            fmt::format("DIR* NameSystem.internalReleaseLease: Failed to release lease for file {}. Committed blocks are waiting to be "
                        "minimally replicated.",
                        path));
      }
    }
  }
  if (last.is_complete() || last.state == BlockState::kCommitted) {
    TRY(const bool done, try_complete_block(ns, tx, last));
    if (!done) {
      return error(
          StatusCode::kAlreadyBeingCreated,
          fmt::format("DIR* NameSystem.internalReleaseLease: Failed to release lease for file {}. Committed blocks are waiting to be "
                      "minimally replicated.",
                      path));
    }
    TRY_VOID(close_file(ns, tx, file, path));
    return true;
  }
  TRY(const auto replicas, tx.replicas(last.id));
  if (last.expected.empty() && replicas.empty() && last.bytes == 0) {
    TRY_VOID(release_block(tx, file, last));
    file.blocks.pop_back();
    TRY_VOID(delete_block_rows(tx, last.id));
    TRY_VOID(close_file(ns, tx, file, path));
    return true;
  }
  TRY_VOID(start_block_recovery(ns, tx, last));
  if (file.writer.client_name != new_holder) {
    // Whoever wrote it until now gets LeaseExpiredException from here on.
    tx.close_lease(file);
    tx.log(Edit::reassign_lease(file.writer.client_name, path, new_holder));
    file.writer.client_name = new_holder;
    tx.open_lease(file);
    tx.put_inode(file);
    ns.leases().renew(new_holder, ns.now_ms());
  }
  return false;
}

Status open_by_another(Namesystem& ns, Transaction& tx, const Inode& file, const std::string& path, const std::string& operation,
                       const std::string& client_name, const std::string& client_ip) {
  const auto because = [&](StatusCode code, const std::string& reason) {
    return Status(code, fmt::format("Failed to {} {} for {} on {} because {}", operation, path, client_name, client_ip, reason));
  };
  const std::string& holder = file.writer.client_name;
  if (holder == client_name)
    return because(StatusCode::kAlreadyBeingCreated, fmt::format("{} is already the current lease holder.", client_name));
  if (ns.leases().idle_ms(holder, ns.now_ms()) > kLeaseSoftLimitMs) {
    // An error answer changes nothing, so the recovery itself is left to the lease monitor, which looks at soft-expired leases that
    // somebody wants.
    ns.wanted_leases().insert(file.id);
    return because(StatusCode::kRecoveryInProgress, "lease recovery is in progress. Try again later.");
  }
  if (!file.blocks.empty()) {
    const auto last = tx.block(file.blocks.back());
    if (last && *last && (*last)->state == BlockState::kUnderRecovery) {
      return because(StatusCode::kRecoveryInProgress,
                     fmt::format("another recovery is in progress by {} on {}", holder, file.writer.client_machine));
    }
  }
  return because(StatusCode::kAlreadyBeingCreated,
                 fmt::format("this file lease is currently owned by {} on {}", holder, file.writer.client_machine));
}

Result<bool> recover_lease(Namesystem& ns, Transaction& tx, const OpContext& op, const std::string& path, const std::string&) {
  TRY(auto at, resolve_existing(tx, op.caller, path, PathUse::kWrite, "File does not exist: "));
  if (!at.target().is_file()) return error(StatusCode::kFileNotFound, fmt::format("Path is not a file: {}", path));
  TRY_VOID(check_access(op.caller, at.target(), at.path(), Access::kWrite));
  if (!at.target().under_construction) return true;
  return release_lease(ns, tx, at.target(), at.path(), std::string(kInternalLeaseHolder));
}

Result<void> commit_block_synchronization(Namesystem& ns, Transaction& tx, const SynchronizedBlock& result) {
  TRY(auto found, tx.block(result.block.id));
  if (!found) {
    if (result.delete_block) return {};  // a repeated call: the first one deleted it
    return error(StatusCode::kIo, fmt::format("Block (={}) not found", result.block.id.value));
  }
  BlockInfo block = *std::move(found);
  TRY(auto file_found, tx.inode(block.file));
  std::optional<std::string> path;
  if (file_found) {
    TRY(path, tx.path_of(*file_found));
  }
  if (!path) return error(StatusCode::kFileNotFound, fmt::format("File not found for block {}; it was likely deleted", block.id.value));
  Inode file = *std::move(file_found);
  if (!file.under_construction || block.is_complete()) return {};  // a repeated call
  if (block.recovery != result.new_generation) {
    return error(StatusCode::kIo, fmt::format("The recovery id {} does not match current recovery id {} for block blk_{}_{}",
                                              result.new_generation.value, block.recovery.value, block.id.value, block.generation.value));
  }
  ns.leases().end_recovery(block.id);
  if (result.delete_block) {
    TRY_VOID(release_block(tx, file, block));
    std::erase(file.blocks, block.id);
    TRY_VOID(delete_block_rows(tx, block.id));
  } else {
    block.generation = result.new_generation;
    block.state = BlockState::kCommitted;
    block.recovery = GenerationStamp();
    block.expected.clear();
    const auto view = ns.cluster_view();
    for (const auto& uuid : result.storage_uuids) {
      for (const auto& node : view->nodes) {
        for (const auto& storage : node->storages) {
          if (storage.uuid != uuid) continue;
          tx.put(kReplicaFamily, replica_key(block.id, storage.id), encode(Replica{storage.id, block.generation, result.new_bytes, false}));
          tx.put(kStorageFamily, storage_key(storage.id, block.id), "");
        }
      }
    }
    TRY_VOID(set_block_length(tx, file, block, result.new_bytes));
    TRY_VOID(try_complete_block(ns, tx, block));
  }
  if (result.close_file) {
    TRY_VOID(close_file(ns, tx, file, *path));
    if (!result.delete_block) TRY_VOID(check_redundancy(ns, tx, block, file.replication));
  } else {
    tx.put_inode(file);
    TRY(const auto blocks, blocks_of(tx, file));
    tx.log(Edit::update_blocks(*path, blocks, {}));
  }
  return {};
}

}  // namespace tusker::namenode
