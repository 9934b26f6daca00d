#include "namenode/store/view.h"

#include <algorithm>

namespace tusker::namenode {

Result<std::optional<Inode>> View::inode(InodeId id) const {
  TRY(const auto found, row(kInodeFamily, id_key(id)));
  if (!found) return std::nullopt;
  TRY(auto decoded, decode_inode(id, *found));
  return decoded;
}

Result<std::optional<Inode>> View::child(const Inode& parent, std::string_view name) const {
  TRY(const auto found, row(kChildFamily, child_key(parent.id, name)));
  if (!found) return std::nullopt;
  if (found->size() != 8) return error(StatusCode::kCorruption, "the store's row of child " + std::string(name) + " is damaged");
  return inode(id_from<InodeId>(*found));
}

Result<Usage> View::usage(InodeId directory) const {
  TRY(const auto found, row(kUsageFamily, id_key(directory)));
  if (!found) return Usage{};
  return decode_usage(*found);
}

Result<std::optional<BlockInfo>> View::block(BlockId id) const {
  TRY(const auto found, row(kBlockFamily, id_key(id)));
  if (!found) return std::nullopt;
  TRY(auto decoded, decode_block(id, *found));
  return decoded;
}

Result<std::vector<Replica>> View::replicas(BlockId id) const {
  std::vector<Replica> out;
  const std::string prefix = id_key(id);
  TRY_VOID(scan(kReplicaFamily, prefix, prefix_end(prefix), [&out](std::string_view key, std::string_view value) -> Result<bool> {
    TRY(auto replica, decode_replica(storage_from(key, 8), value));
    out.push_back(replica);
    return true;
  }));
  return out;
}

Result<std::optional<std::string>> View::path_of(const Inode& start) const {
  std::string path;
  Inode at = start;
  while (at.id != kRootInode) {
    path.insert(0, "/" + at.name);
    TRY(const auto link, row(kChildFamily, child_key(at.parent, at.name)));
    if (!link || id_from<InodeId>(*link) != at.id) return std::nullopt;  // cut off: deleted
    TRY(auto parent, inode(at.parent));
    if (!parent) return std::nullopt;
    at = *std::move(parent);
  }
  return path.empty() ? "/" : path;
}

Result<std::optional<std::string>> ReadView::row(Family family, std::string_view key) const {
  return engine_.get(family, key, tier_, snapshot_.get());
}

Result<void> ReadView::scan(Family family, std::string_view lower, std::string_view upper, const RowFn& fn) const {
  const auto iterator = engine_.iterate(family, lower, upper, tier_, snapshot_.get());
  for (; iterator->valid(); iterator->next()) {
    TRY(const bool more, fn(iterator->key(), iterator->value()));
    if (!more) return {};
  }
  return iterator->status();
}

}  // namespace tusker::namenode
