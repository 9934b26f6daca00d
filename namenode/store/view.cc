#include "namenode/store/view.h"

#include <algorithm>

namespace tusker::namenode {

Result<InodePtr> View::find_inode(InodeId id) const {
  if (id == kRootInode) return root();
  TRY(const auto place, row(kInodeFamily, id_key(id)));
  if (!place) return nullptr;
  if (place->size() < 8) return error(StatusCode::kCorruption, "the store's row of inode " + std::to_string(id.value) + " is damaged");
  TRY(auto found, find_child(id_from<InodeId>(*place), std::string_view(*place).substr(8)));
  if (found && found->id != id) return nullptr;
  return found;
}

Result<InodePtr> View::root() const {
  TRY(auto found, find_child(InodeId(), ""));
  if (!found) return error(StatusCode::kCorruption, "the namespace has no root; was the NameNode formatted?");
  return found;
}

Result<std::optional<Inode>> View::inode(InodeId id) const {
  TRY(const auto found, find_inode(id));
  if (!found) return std::nullopt;
  return *found;
}

Result<std::optional<Inode>> View::child(const Inode& parent, std::string_view name) const {
  TRY(const auto found, find_child(parent.id, name));
  if (!found) return std::nullopt;
  return *found;
}

Result<void> View::children(InodeId directory, std::string_view after, const ChildFn& fn) const {
  const std::string prefix = id_key(directory);
  // Names hold no NUL, so this follows `after` directly.
  const std::string from = after.empty() ? prefix : child_key(directory, after).append(1, '\0');
  return scan(kChildFamily, from, prefix_end(prefix), [&](std::string_view key, std::string_view value) -> Result<bool> {
    TRY(auto child, decode_inode(directory, key.substr(8), value));
    return fn(std::move(child));
  });
}

Result<Usage> View::usage(InodeId directory) const {
  TRY(const auto found, row(kUsageFamily, id_key(directory)));
  if (!found) return Usage{};
  return decode_usage(*found);
}

Result<XAttrs> View::xattrs(const Inode& inode) const {
  if (!inode.has_xattrs) return XAttrs{};
  TRY(const auto found, row(kXAttrFamily, id_key(inode.id)));
  if (!found) return XAttrs{};
  return decode_xattrs(*found);
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
    TRY(const auto linked, find_child(at.parent, at.name));
    if (!linked || linked->id != at.id) return std::nullopt;  // cut off: deleted
    TRY(auto parent, inode(at.parent));
    if (!parent) return std::nullopt;
    at = *std::move(parent);
  }
  return path.empty() ? "/" : path;
}

Result<InodePtr> read_child(kv::Engine& engine, kv::Tier tier, const kv::Snapshot* snapshot, InodeId parent, std::string_view name) {
  TRY(const auto found, engine.get(kChildFamily, child_key(parent, name), tier, snapshot));
  if (!found) return nullptr;
  TRY(auto decoded, decode_inode(parent, name, *found));
  return std::make_shared<const Inode>(std::move(decoded));
}

Result<InodePtr> ReadView::find_child(InodeId parent, std::string_view name) const {
  if (committed_ == nullptr) return read_child(engine_, tier_, snapshot_, parent, name);
  if (auto known = committed_->inodes().find(parent, name, newest_->number)) return known;
  TRY(auto found, read_child(engine_, tier_, snapshot_, parent, name));
  if (found) committed_->inodes().offer(found, newest_->number);
  return found;
}

Result<std::optional<std::string>> ReadView::row(Family family, std::string_view key) const {
  return engine_.get(family, key, tier_, snapshot_);
}

Result<void> ReadView::scan(Family family, std::string_view lower, std::string_view upper, const RowFn& fn) const {
  const auto iterator = engine_.iterate(family, lower, upper, tier_, snapshot_);
  for (; iterator->valid(); iterator->next()) {
    TRY(const bool more, fn(iterator->key(), iterator->value()));
    if (!more) return {};
  }
  return iterator->status();
}

}  // namespace tusker::namenode
