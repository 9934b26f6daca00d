#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/kv/engine.h"
#include "namenode/store/codec.h"
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

  Result<std::optional<Inode>> inode(InodeId id) const;
  Result<std::optional<Inode>> child(const Inode& parent, std::string_view name) const;
  Result<Usage> usage(InodeId directory) const;
  Result<std::optional<BlockInfo>> block(BlockId id) const;
  Result<std::vector<Replica>> replicas(BlockId id) const;
  // The absolute path of an inode, by walking up; nullopt if it has been deleted.
  Result<std::optional<std::string>> path_of(const Inode& inode) const;
};

// A frozen view of what is durable. Any thread.
class ReadView final : public View {
 public:
  ReadView(kv::Engine& engine, kv::Tier tier) : engine_(engine), tier_(tier), snapshot_(engine.snapshot()) {}
  Result<std::optional<std::string>> row(Family family, std::string_view key) const override;
  Result<void> scan(Family family, std::string_view lower, std::string_view upper, const RowFn& fn) const override;

 private:
  kv::Engine& engine_;
  kv::Tier tier_;
  std::unique_ptr<kv::Snapshot> snapshot_;
};

}  // namespace tusker::namenode
