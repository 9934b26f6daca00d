#include <fmt/format.h>

#include <algorithm>

#include "namenode/ops/operations.h"

namespace tusker::namenode {
namespace {

// What the texts of refusals say of a holder, as Hadoop's Lease does.
Result<std::string> lease_text(const View& view, const std::string& holder) {
  const std::string prefix = holder + '\0';
  int64_t files = 0;
  TRY_VOID(view.scan(kLeaseFamily, prefix, prefix_end(prefix), [&files](std::string_view, std::string_view) -> Result<bool> {
    ++files;
    return true;
  }));
  if (files == 0) return fmt::format("Holder {} does not have any open files.", holder);
  return fmt::format("[Lease.  Holder: {}, pending creates: {}]", holder, files);
}

}  // namespace

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
  if (file && file->is_file() && file->under_construction && file->writer.client_name == holder) return *std::move(file);
  TRY(const std::string lease, lease_text(view, holder));
  const std::string which = fmt::format("{} (inode {}) {}", path, id.value, lease);
  if (!file) return error(StatusCode::kFileNotFound, "File does not exist: " + which);
  if (!file->is_file()) return error(StatusCode::kLeaseExpired, "INode is not a regular file: " + which);
  if (!file->under_construction) return error(StatusCode::kLeaseExpired, "File is not open for writing: " + which);
  return error(StatusCode::kLeaseExpired,
               fmt::format("Client (={}) is not the lease owner (={}: {}", holder, file->writer.client_name, which));
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
  TRY(const auto blocks, blocks_of(tx, file));
  if (std::ranges::all_of(blocks, &BlockInfo::is_complete)) {
    TRY_VOID(close_file(ns, tx, file, path));
    return true;
  }
  BlockInfo last = blocks.back();
  if (blocks.size() > 1) {
    BlockInfo penultimate = blocks[blocks.size() - 2];
    TRY(const bool done, try_complete_block(ns, tx, penultimate));
    if (!done) {
      return error(
          StatusCode::kAlreadyBeingCreated,
          fmt::format("DIR* NameSystem.internalReleaseLease: Failed to release lease for file {}. Committed blocks are waiting to be "
                      "minimally replicated.",
                      path));
    }
  }
  TRY(const bool done, try_complete_block(ns, tx, last));
  if (done) {
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
  if (new_holder.empty()) {
    ns.leases().renew(file.writer.client_name, ns.now_ms());
  } else if (file.writer.client_name != new_holder) {
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

Result<void> recover_for_newcomer(Namesystem& ns, Transaction& tx, const Inode& file, const Newcomer& newcomer) {
  if (!file.under_construction) return {};
  const auto because = [&](StatusCode code, const std::string& reason) {
    return error(code, fmt::format("Failed to {} {} for {} on {} because {}", newcomer.operation, newcomer.path, newcomer.client_name,
                                   newcomer.client_ip, reason));
  };
  const std::string& holder = file.writer.client_name;
  if (holder == newcomer.client_name) {
    return because(StatusCode::kAlreadyBeingCreated, fmt::format("{} is already the current lease holder.", holder));
  }
  if (ns.leases().idle_ms(holder, ns.now_ms()) > kLeaseSoftLimitMs) {
    TRY(const bool closed, release_lease(ns, tx, file, newcomer.path, ""));
    tx.keep_on_failure();
    if (closed) return {};
    return because(StatusCode::kRecoveryInProgress, "lease recovery is in progress. Try again later.");
  }
  std::optional<BlockInfo> last;
  if (!file.blocks.empty()) {
    TRY(last, tx.block(file.blocks.back()));
  }
  if (last && last->state == BlockState::kUnderRecovery) {
    return because(StatusCode::kRecoveryInProgress,
                   fmt::format("another recovery is in progress by {} on {}", holder, file.writer.client_machine));
  }
  return because(StatusCode::kAlreadyBeingCreated,
                 fmt::format("this file lease is currently owned by {} on {}", holder, file.writer.client_machine));
}

Result<void> check_is_file(const Resolved& at, const std::string& path) {
  if (!at.exists()) return error(StatusCode::kFileNotFound, fmt::format("File does not exist: {}", path));
  if (!at.target().is_file()) return error(StatusCode::kFileNotFound, fmt::format("Path is not a file: {}", path));
  return {};
}

void reopen_file(Namesystem& ns, Transaction& tx, Inode& file, const std::string& client_name, const std::string& client_ip) {
  file.under_construction = true;
  file.writer = {client_name, client_ip};
  tx.open_lease(file);
  ns.leases().renew(client_name, ns.now_ms());
}

Result<bool> recover_lease(Namesystem& ns, Transaction& tx, const OpContext& op, const std::string& path, const std::string& holder) {
  TRY(auto at, resolve(tx, op.caller, path, PathUse::kWrite));
  TRY_VOID(check_is_file(at, at.path()));
  if (!at.target().under_construction) return true;
  TRY_VOID(check_access(op.caller, at.target(), at.path(), Access::kWrite));
  return release_lease(ns, tx, at.target(), at.path(), holder);
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
    block.truncate_to = -1;
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
