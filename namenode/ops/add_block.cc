#include <fmt/format.h>

#include "namenode/model/placement.h"
#include "namenode/ops/operations.h"
#include "namenode/ops/quota.h"

namespace tusker::namenode {
namespace {

std::string block_text(const std::optional<BlockRef>& ref, const std::string& pool) {
  if (!ref) return "null";
  return fmt::format("{}:blk_{}_{}", pool, ref->id.value, ref->generation.value);
}

// What `previous` says about where the writer is.
enum class Step : uint8_t { kNext, kRepeat };

Result<Step> check_previous(const Settings& settings, const std::string& pool, const AddBlockRequest& request, const Inode& file,
                            const std::optional<BlockInfo>& last, const View& view) {
  const auto& previous = request.previous;
  if (previous && previous->pool_id != pool) {
    return error(StatusCode::kIo, fmt::format("Unexpected BlockPoolId {} - expected {}", previous->pool_id, pool));
  }
  const bool same = previous ? last && last->id == previous->id && last->generation == previous->generation : !last.has_value();
  if (same) return Step::kNext;
  if (!previous && last && last->is_complete() && last->bytes >= file.block_bytes) return Step::kNext;  // append to a full block
  std::optional<BlockInfo> penultimate;
  if (file.blocks.size() > 1) {
    TRY(penultimate, view.block(file.blocks[file.blocks.size() - 2]));
  }
  const bool repeats = previous ? penultimate && penultimate->id == previous->id && penultimate->generation == previous->generation
                                : file.blocks.size() == 1;
  if (repeats && last) {
    if (last->bytes != 0) {
      return error(StatusCode::kIo, fmt::format("Request looked like a retry to allocate block blk_{}_{} but it already contains {} bytes",
                                                last->id.value, last->generation.value, last->bytes));
    }
    return Step::kRepeat;
  }
  static_cast<void>(settings);
  return error(
      StatusCode::kIo,
      fmt::format("Cannot allocate block in {}: passed 'previous' block {} does not match actual last block in file {}", request.path,
                  block_text(previous, pool), last ? fmt::format("blk_{}_{}", last->id.value, last->generation.value) : "null"));
}

std::unexpected<Status> no_targets(const OpContext& op, const Settings& settings, const std::string& path, size_t chosen, size_t excluded) {
  size_t alive = 0;
  for (const auto& node : op.cluster->nodes) alive += node->alive ? 1 : 0;
  return error(
      StatusCode::kIo,
      fmt::format("File {} could only be written to {} of the {} minReplication nodes. There are {} datanode(s) running and {} node(s) are "
                  "excluded in this operation.",
                  path, chosen, settings.replication_min, alive, excluded == 0 ? "no" : fmt::to_string(excluded)));
}

}  // namespace

// FSDirWriteFileOp.validateAddBlock, chooseTargetForNewBlock and storeAllocatedBlock in one step: nothing here waits.
Result<LocatedBlock> add_block(Namesystem& ns, Transaction& tx, const OpContext& op, const AddBlockRequest& request) {
  TRY(Inode file, check_lease(tx, request.path, request.file, request.client_name));
  std::optional<BlockInfo> last;
  if (!file.blocks.empty()) {
    TRY(last, tx.block(file.blocks.back()));
  }
  TRY(const Step step, check_previous(ns.settings(), ns.identity().block_pool_id, request, file, last, tx));
  if (step == Step::kRepeat && !last->expected.empty()) {
    return LocatedBlock{*last, file.length - last->bytes, last->expected, false};
  }
  if (step == Step::kNext) {
    if (static_cast<int64_t>(file.blocks.size()) >= ns.settings().blocks_per_file_max) {
      return error(StatusCode::kIo, fmt::format("File has reached the limit on maximum number of blocks "
                                                "(dfs.namenode.fs-limits.max-blocks-per-file): {} >= {}",
                                                file.blocks.size(), ns.settings().blocks_per_file_max));
    }
    if (last && request.previous) {
      TRY_VOID(commit_last_block(tx, file, *last, *request.previous));
      TRY_VOID(try_complete_block(ns, tx, *last));
    }
    if (file.blocks.size() > 1) {
      TRY(auto penultimate, tx.block(file.blocks[file.blocks.size() - 2]));
      TRY(const bool done, penultimate ? try_complete_block(ns, tx, *penultimate) : Result<bool>(true));
      if (!done) return error(StatusCode::kNotReplicatedYet, fmt::format("Not replicated yet: {}", request.path));
    }
  }
  PlacementRequest placement;
  placement.replicas = file.replication;
  placement.block_bytes = file.block_bytes;
  placement.writer_ip = op.client_ip;
  placement.excluded_uuids = request.excluded_uuids;
  placement.favored = request.favored;
  placement.avoid_writer = request.avoid_local_node;
  const auto targets = choose_targets(*op.cluster, placement, [&ns](uint64_t bound) { return ns.env().random.below(bound); });
  if (targets.size() < static_cast<size_t>(ns.settings().replication_min)) {
    return no_targets(op, ns.settings(), request.path, targets.size(), request.excluded_uuids.size());
  }
  BlockInfo block;
  if (step == Step::kRepeat) {
    block = *last;
  } else {
    if (auto allowed = check_file_quota(tx, file, {0, file.block_bytes * file.replication, file.block_bytes, 0}); !allowed) {
      tx.keep_on_failure();  // that the last block is finished holds
      return error(std::move(allowed).error());
    }
    block.id = tx.next_block();
    block.file = file.id;
    block.generation = tx.next_generation();
    file.blocks.push_back(block.id);
    tx.log(Edit::allocate_block(block.id));
    tx.log(Edit::set_generation(block.generation));
  }
  block.expected = targets;
  tx.put_inode(file);
  if (step == Step::kNext) {
    TRY_VOID(reserve_block(tx, file, block));
  } else {
    tx.put_block(block);
  }
  for (const StorageId id : targets) {
    if (Datanode* node = ns.cluster().find_storage(id)) node->scheduled.add();
  }
  ns.leases().renew(request.client_name, ns.now_ms());
  std::vector<BlockInfo> last_two;
  if (last && step == Step::kNext) last_two.push_back(*last);
  last_two.push_back(block);
  tx.log(Edit::add_block(request.path, last_two));
  return LocatedBlock{block, file.length, targets, false};
}

Result<void> abandon_block(Namesystem& ns, Transaction& tx, const OpContext&, const BlockRef& ref, const std::string& path,
                           const std::string& holder, InodeId id) {
  TRY(Inode file, check_lease(tx, path, id, holder));
  if (file.blocks.empty() || file.blocks.back() != ref.id) return {};  // gone already
  TRY(auto block, tx.block(ref.id));
  if (!block || block->is_complete()) return {};
  for (const StorageId storage : block->expected) {
    if (Datanode* node = ns.cluster().find_storage(storage)) node->scheduled.remove();
  }
  TRY_VOID(release_block(tx, file, *block));
  file.blocks.pop_back();
  TRY_VOID(delete_block_rows(tx, ref.id));
  tx.put_inode(file);
  TRY(const auto rest, blocks_of(tx, file));
  tx.log(Edit::update_blocks(path, rest, {}));
  return {};
}

}  // namespace tusker::namenode
