#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/kv/engine.h"
#include "namenode/store/codec.h"
#include "namenode/store/committed.h"
#include "namenode/store/schema.h"

namespace tusker::namenode {

// Rows of the namespace as seen by one reader: a committed snapshot (ReadView), or the pending state on the core (Transaction).
// Every read may give kWouldBlock (a cached-only view) or kCorruption.
class View {
 public:
  virtual ~View() = default;
  virtual Result<std::optional<std::string>> row(Family family, std::string_view key) const = 0;
  // Rows with keys in [lower, upper), in order, until `fn` returns false.
  using RowFn = std::function<Result<bool>(std::string_view key, std::string_view value)>;
  virtual Result<void> scan(Family family, std::string_view lower, std::string_view upper, const RowFn& fn) const = 0;
  // The inode that `parent` has under `name`; null when there is none.
  virtual Result<InodePtr> find_child(InodeId parent, std::string_view name) const = 0;
  // What lies below a directory, itself included.
  virtual Result<Usage> usage(InodeId directory) const;

  Result<InodePtr> find_inode(InodeId id) const;
  Result<InodePtr> root() const;  // kCorruption when there is none
  Result<std::optional<Inode>> inode(InodeId id) const;
  Result<std::optional<Inode>> child(const Inode& parent, std::string_view name) const;
  Result<XAttrs> xattrs(const Inode& inode) const;
  // Calls `fn` for the children whose names follow `after` ("" for all), in the order of their names' bytes, until it returns false.
  using ChildFn = std::function<Result<bool>(Inode child)>;
  Result<void> children(InodeId directory, std::string_view after, const ChildFn& fn) const;
  Result<std::optional<BlockInfo>> block(BlockId id) const;
  Result<std::vector<Replica>> replicas(BlockId id) const;
  // The absolute path of an inode, by walking up; nullopt if it has been deleted.
  Result<std::optional<std::string>> path_of(const Inode& inode) const;
};

// A frozen view of what is durable. Any thread.
class ReadView final : public View {
 public:
  // Of this moment, from the store alone.
  ReadView(kv::Engine& engine, kv::Tier tier) : engine_(engine), tier_(tier), own_(engine.snapshot()), snapshot_(own_.get()) {}
  // Of the last commit, with what is remembered of it; `committed` must outlive the view.
  ReadView(kv::Engine& engine, kv::Tier tier, Committed& committed)
      : engine_(engine), tier_(tier), committed_(&committed), newest_(committed.newest()), snapshot_(newest_->snapshot.get()) {}
  Result<std::optional<std::string>> row(Family family, std::string_view key) const override;
  Result<void> scan(Family family, std::string_view lower, std::string_view upper, const RowFn& fn) const override;
  Result<InodePtr> find_child(InodeId parent, std::string_view name) const override;

 private:
  kv::Engine& engine_;
  kv::Tier tier_;
  Committed* committed_ = nullptr;
  std::shared_ptr<const Commit> newest_;
  std::unique_ptr<kv::Snapshot> own_;
  const kv::Snapshot* snapshot_;
};

// Reads a child's row from an engine; null when there is none.
Result<InodePtr> read_child(kv::Engine& engine, kv::Tier tier, const kv::Snapshot* snapshot, InodeId parent, std::string_view name);

}  // namespace tusker::namenode
