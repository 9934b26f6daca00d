#include <fmt/format.h>

#include <algorithm>

#include "namenode/model/placement.h"
#include "namenode/ops/operations.h"

namespace tusker::namenode {
namespace {

struct OpenBlock {
  BlockInfo block;
  Inode file;
};

// FSNamesystem.checkUCBlock.
Result<OpenBlock> check_open_block(const View& view, const BlockRef& ref, const std::string& holder) {
  const std::string name = fmt::format("{}:blk_{}_{}", ref.pool_id, ref.id.value, ref.generation.value);
  TRY(auto block, view.block(ref.id));
  if (!block) return error(StatusCode::kIo, fmt::format("{} does not exist.", name));
  if (block->state != BlockState::kUnderConstruction) {
    static constexpr std::array kStates = {"COMPLETE", "UNDER_CONSTRUCTION", "UNDER_RECOVERY", "COMMITTED"};
    return error(StatusCode::kIo, fmt::format("Unexpected BlockUCState: {} is {} but not UNDER_CONSTRUCTION", name,
                                              kStates[static_cast<size_t>(block->state)]));
  }
  TRY(auto file, view.inode(block->file));
  std::optional<std::string> path;
  if (file) {
    TRY(path, view.path_of(*file));
  }
  if (!path || !file->under_construction) {
    return error(StatusCode::kIo, fmt::format("The file {} belonged to does not exist or it is not under construction.", name));
  }
  if (file->writer.client_name != holder) {
    return error(StatusCode::kLeaseExpired, fmt::format("Lease mismatch: {} is accessed by a non lease holder {}", name, holder));
  }
  return OpenBlock{*std::move(block), *std::move(file)};
}

std::vector<StorageId> storages_named(const ClusterView& view, const std::vector<std::string>& uuids) {
  std::vector<StorageId> out;
  for (const auto& uuid : uuids) {
    for (const auto& node : view.nodes) {
      for (const auto& storage : node->storages) {
        if (storage.uuid == uuid) out.push_back(storage.id);
      }
    }
  }
  return out;
}

}  // namespace

Result<LocatedBlock> update_block_for_pipeline(Namesystem& ns, Transaction& tx, const OpContext&, const BlockRef& ref,
                                               const std::string& client_name) {
  TRY(auto open, check_open_block(tx, ref, client_name));
  const GenerationStamp generation = tx.next_generation();
  tx.log(Edit::set_generation(generation));
  ns.leases().renew(client_name, ns.now_ms());
  open.block.generation = generation;  // in the answer; the row changes with update_pipeline
  open.block.expected.clear();
  return LocatedBlock{open.block, 0, {}, false};
}

Result<void> update_pipeline(Namesystem& ns, Transaction& tx, const OpContext&, const std::string& client_name, const BlockRef& old_block,
                             const BlockRef& new_block, const std::vector<std::string>& node_uuids,
                             const std::vector<std::string>& storage_uuids) {
  if (old_block.id != new_block.id) {
    return error(StatusCode::kIo,
                 fmt::format("Cannot update pipeline: block ids blk_{} and blk_{} differ", old_block.id.value, new_block.id.value));
  }
  TRY(auto open, check_open_block(tx, old_block, client_name));
  if (new_block.generation <= open.block.generation) {
    return error(StatusCode::kIo,
                 fmt::format("Update blk_{}_{} but the new block blk_{}_{} does not have a larger generation stamp than the last block",
                             open.block.id.value, open.block.generation.value, new_block.id.value, new_block.generation.value));
  }
  if (new_block.bytes < open.block.bytes) {
    return error(StatusCode::kIo, fmt::format("Update blk_{}_{} (size={}) to a smaller size block blk_{}_{} (size={})", open.block.id.value,
                                              open.block.generation.value, open.block.bytes, new_block.id.value, new_block.generation.value,
                                              new_block.bytes));
  }
  const auto view = ns.cluster_view();
  auto targets = storages_named(*view, storage_uuids);
  if (targets.size() < node_uuids.size()) {
    // A client that doesn't know storages names nodes alone.
    targets.clear();
    for (const auto& uuid : node_uuids) {
      const auto node = std::ranges::find_if(view->nodes, [&uuid](const auto& n) { return n->uuid == uuid; });
      if (node != view->nodes.end() && !(*node)->storages.empty()) targets.push_back((*node)->storages.front().id);
    }
  }
  open.block.generation = new_block.generation;
  open.block.expected = targets;
  TRY_VOID(set_block_length(tx, open.file, open.block, new_block.bytes));
  TRY(const auto path, tx.path_of(open.file));
  TRY(const auto blocks, blocks_of(tx, open.file));
  tx.log(Edit::update_blocks(path.value_or(""), blocks, {}));
  return {};
}

Result<LocatedBlock> get_additional_datanode(Namesystem& ns, const View& view, const OpContext& op, const std::string& path, InodeId id,
                                             const BlockRef& ref, const std::vector<std::string>& existing_storages,
                                             const std::vector<std::string>& excluded_uuids, int count, const std::string& client_name) {
  TRY(const Inode file, check_lease(view, path, id, client_name));
  TRY(auto block, view.block(ref.id));
  if (!block) return error(StatusCode::kIo, fmt::format("blk_{} does not exist.", ref.id.value));
  PlacementRequest placement;
  placement.replicas = count;
  placement.block_bytes = file.block_bytes;
  placement.writer_ip = op.client_ip;
  placement.existing = storages_named(*op.cluster, existing_storages);
  placement.excluded_uuids = excluded_uuids;
  const auto chosen = choose_targets(*op.cluster, placement, [&ns](uint64_t bound) { return ns.env().random.below(bound); });
  LocatedBlock out{*block, 0, placement.existing, false};
  out.block.generation = ref.generation;
  out.block.bytes = ref.bytes;
  std::ranges::copy(chosen, std::back_inserter(out.storages));
  return out;
}

}  // namespace tusker::namenode
