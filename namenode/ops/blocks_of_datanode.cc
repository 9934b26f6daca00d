#include "namenode/ops/blocks_of_datanode.h"

#include <algorithm>

namespace tusker::namenode {
namespace {

// Takes blocks until there is enough, or `limit` are seen.
class Collector {
 public:
  Collector(const View& view, const ClusterView& cluster, const BlocksRequest& request)
      : view_(view), cluster_(cluster), request_(request) {}

  // False when there is enough.
  Result<bool> look_at(BlockId id) {
    TRY(const auto block, view_.block(id));
    if (!block || !block->is_complete() || block->bytes < request_.block_bytes_min) return true;
    if (request_.hot_since_ms > 0) {
      TRY(const auto file, view_.inode(block->file));
      if (file && file->atime_ms >= request_.hot_since_ms) {
        hot_.push_back(*block);
        return true;
      }
    }
    TRY_VOID(take(*block));
    return bytes_ < request_.bytes;
  }

  // What is read a lot comes last, when the rest isn't enough.
  Result<std::vector<PlacedBlock>> finish() {
    for (size_t i = 0; i < hot_.size() && bytes_ < request_.bytes; ++i) TRY_VOID(take(hot_[i]));
    return std::move(out_);
  }

 private:
  Result<void> take(const BlockInfo& block) {
    TRY(const auto replicas, view_.replicas(block.id));
    PlacedBlock placed{block, {}};
    for (const auto& replica : replicas) {
      if (replica.is_good(block) && cluster_.is_live(replica.storage)) placed.storages.push_back(replica.storage);
    }
    if (placed.storages.empty()) return {};
    bytes_ += block.bytes;
    out_.push_back(std::move(placed));
    return {};
  }

  const View& view_;
  const ClusterView& cluster_;
  const BlocksRequest& request_;
  int64_t bytes_ = 0;
  std::vector<BlockInfo> hot_;
  std::vector<PlacedBlock> out_;
};

}  // namespace

Result<std::vector<PlacedBlock>> blocks_of_datanode(const View& view, const ClusterView& cluster, const Datanode& node,
                                                    const BlocksRequest& request, const std::function<uint64_t(uint64_t)>& below) {
  std::vector<StorageId> storages;
  for (const auto& storage : node.storages) {
    if (storage.reported && !storage.failed) storages.push_back(storage.id);
  }
  Collector collector(view, cluster, request);
  if (storages.empty()) return collector.finish();
  // From somewhere in the middle around to there, so that each call gets others.
  std::ranges::rotate(storages, storages.begin() + static_cast<ptrdiff_t>(below(storages.size())));
  const BlockId middle(kFirstBlock.value + static_cast<int64_t>(below(static_cast<uint64_t>(
                                               std::max<int64_t>(1, request.last_block.value - kFirstBlock.value + 1)))));
  bool enough = false;
  const auto scan = [&](const std::string& from, const std::string& to) -> Result<void> {
    if (enough) return {};
    return view.scan(kStorageFamily, from, to, [&](std::string_view key, std::string_view) -> Result<bool> {
      TRY(const bool more, collector.look_at(id_from<BlockId>(key, 4)));
      enough = !more;
      return more;
    });
  };
  for (const StorageId storage : storages) TRY_VOID(scan(storage_key(storage, middle), prefix_end(storage_prefix(storage))));
  for (const StorageId storage : storages) TRY_VOID(scan(storage_prefix(storage), storage_key(storage, middle)));
  return collector.finish();
}

}  // namespace tusker::namenode
