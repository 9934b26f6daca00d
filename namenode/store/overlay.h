#pragma once

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "common/kv/engine.h"
#include "namenode/store/changes.h"
#include "namenode/store/codec.h"
#include "namenode/store/committed.h"
#include "namenode/store/row_cache.h"
#include "namenode/store/schema.h"

namespace tusker::namenode {

// The newest state as the core knows it: the rows of the group that is to be committed next, over those committed ones that were used
// lately, over the store. Belongs to the core.
//
// What an operation adds to a directory's usage counts for every directory above it too. These sums are made once a group and not once an
// operation: until then they wait as deltas of the lowest directory.
class Overlay {
 public:
  Overlay(kv::Engine& engine, Committed& committed) : engine_(engine), committed_(committed) {}

  kv::Engine& engine() const { return engine_; }
  const Changes& pending() const { return pending_; }
  Result<std::optional<std::string>> row(Family family, std::string_view key);
  Result<InodePtr> find_child(InodeId parent, std::string_view name);
  // Brings the pending deltas into the usage rows, those of all directories above included; then row() tells the usage. The tree above a
  // directory must not change while it has deltas.
  Result<void> fold_usage();

  using UsageDeltas = std::vector<std::pair<InodeId, Usage>>;
  // Takes in what an operation decided; nothing can fail any more.
  void add(Changes changes, const UsageDeltas& deltas);
  // The pending group as one batch, commit `number`. Until committed() it stays readable here. `last_tx` is the group's last transaction
  // id.
  Result<kv::Batch> batch(uint64_t number, TxId last_tx);
  // The batch is in the store: readers see it from here on as commit `number`.
  void committed(uint64_t number);
  // Before the batch is written.
  void begin(uint64_t number) { committed_.inodes().begin(number); }

 private:
  // Families of small rows that are read by their whole key again and again.
  static bool is_cached(Family family) { return family == kInodeFamily || family == kUsageFamily || family == kBlockFamily; }
  void remember(Family family, const std::string& key, const std::optional<std::string>& value);

  static constexpr size_t kRowsBytesMax = 32 << 20;
  kv::Engine& engine_;
  Committed& committed_;
  Changes pending_;
  std::unordered_map<int64_t, Usage> deltas_;  // by directory
  RowCache rows_{kRowsBytesMax};
};

}  // namespace tusker::namenode
