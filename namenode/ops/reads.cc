#include <fmt/format.h>

#include <algorithm>

#include "namenode/ops/operations.h"

namespace tusker::namenode {

Result<std::optional<Inode>> get_file_info(const View& view, const Caller& caller, const std::string& path) {
  TRY(auto at, resolve(view, caller, path, PathUse::kRead));
  if (!at.exists()) return std::nullopt;
  return at.target();
}

Result<std::optional<Listing>> get_listing(const View& view, const Caller& caller, const std::string& path, const std::string& start_after,
                                           int64_t limit) {
  TRY(auto at, resolve(view, caller, path, PathUse::kRead));
  if (!at.exists()) return std::nullopt;
  Listing out;
  if (at.target().is_file()) {
    out.entries.push_back(at.target());
    out.entries.back().name.clear();
    return out;
  }
  const Inode& directory = at.target();
  TRY_VOID(check_access(caller, directory, at.path(), Access::kReadExecute));
  bool more = false;
  TRY_VOID(view.children(directory.id, start_after, [&](Inode child) -> Result<bool> {
    more = static_cast<int64_t>(out.entries.size()) >= limit;
    if (!more) out.entries.push_back(std::move(child));
    return !more;
  }));
  // Clients look only whether it is zero; counting the rest would walk the directory at every page.
  if (more) out.remaining = std::max<int64_t>(1, directory.children - static_cast<int64_t>(out.entries.size()));
  return out;
}

Result<LocatedBlocks> locate_blocks(const View& view, const OpContext& op, const Inode& file, int64_t offset, int64_t length) {
  LocatedBlocks out;
  out.under_construction = file.under_construction;
  const int64_t end = length > INT64_MAX - offset ? INT64_MAX : offset + length;
  int64_t at = 0;
  for (size_t i = 0; i < file.blocks.size(); ++i) {
    TRY(auto block, view.block(file.blocks[i]));
    if (!block) return error(StatusCode::kCorruption, fmt::format("block {} of inode {} has no row", file.blocks[i].value, file.id.value));
    const bool is_last = i + 1 == file.blocks.size();
    const bool wanted = at < end && at + block->bytes > offset && block->bytes > 0;
    const bool counts = !is_last || block->is_complete() || block->state == BlockState::kCommitted;
    if (wanted || is_last) {
      LocatedBlock located{*block, at, {}, false};
      std::vector<StorageId> corrupt;
      if (block->is_complete() || block->state == BlockState::kCommitted) {
        TRY(const auto replicas, view.replicas(block->id));
        for (const auto& replica : replicas) {
          if (!op.cluster->is_live(replica.storage)) continue;
          (replica.is_good(*block) ? located.storages : corrupt).push_back(replica.storage);
        }
        // COMMITTED, and nobody has reported it yet: its writer's pipeline has it.
        if (replicas.empty())
          std::ranges::copy_if(block->expected, std::back_inserter(located.storages),
                               [&op](StorageId id) { return op.cluster->is_live(id); });
        located.corrupt = located.storages.empty() && !corrupt.empty();
        if (located.corrupt) located.storages = corrupt;
      } else {
        for (const StorageId id : block->expected) {
          if (op.cluster->is_live(id)) located.storages.push_back(id);
        }
      }
      if (wanted && counts) out.blocks.push_back(located);
      if (is_last) {
        out.last = located;
        out.last_complete = counts;
      }
    }
    if (counts) out.file_length += block->bytes;
    at += block->bytes;
  }
  return out;
}

Result<LocatedBlocks> get_block_locations(const View& view, const OpContext& op, const std::string& path, int64_t offset, int64_t length) {
  if (offset < 0) return error(StatusCode::kHadoopIllegalArgument, fmt::format("Negative offset is not supported. File: {}", path));
  if (length < 0) return error(StatusCode::kHadoopIllegalArgument, fmt::format("Negative length is not supported. File: {}", path));
  TRY(auto at, resolve_existing(view, op.caller, path, PathUse::kRead, "File does not exist: "));
  if (!at.target().is_file()) return error(StatusCode::kFileNotFound, fmt::format("Path is not a file: {}", path));
  TRY_VOID(check_access(op.caller, at.target(), at.path(), Access::kRead));
  TRY(auto located, locate_blocks(view, op, at.target(), offset, length));
  located.file = at.target().id;
  located.atime_ms = at.target().atime_ms;
  return located;
}

Result<ContentSummary> get_content_summary(const View& view, const Caller& caller, const std::string& path) {
  TRY(auto at, resolve_existing(view, caller, path, PathUse::kRead, "File does not exist: "));
  if (at.target().is_file()) return ContentSummary{usage_of_file(at.target())};
  if (!caller.superuser && caller.checks_permissions) {
    // Whoever may not read a directory below may not know its sum: only this check walks, and only over directories.
    std::vector<std::pair<Inode, std::string>> todo = {{at.target(), at.path()}};
    while (!todo.empty()) {
      const auto [directory, here] = std::move(todo.back());
      todo.pop_back();
      TRY_VOID(check_access(caller, directory, here, Access::kReadExecute));
      TRY(const Usage usage, view.usage(directory.id));
      if (usage.directories <= 1) continue;  // no directories below
      TRY_VOID(view.children(directory.id, "", [&, &path_here = here](Inode child) -> Result<bool> {
        if (child.is_directory()) todo.emplace_back(child, (path_here == "/" ? "" : path_here) + "/" + child.name);
        return true;
      }));
    }
  }
  TRY(const Usage usage, view.usage(at.target().id));
  return ContentSummary{usage};
}

Result<bool> is_file_closed(const View& view, const Caller& caller, const std::string& path) {
  TRY(auto at, resolve_existing(view, caller, path, PathUse::kRead, "File does not exist: "));
  if (!at.target().is_file()) return error(StatusCode::kFileNotFound, fmt::format("Path is not a file: {}", path));
  return !at.target().under_construction;
}

Result<void> check_path_access(const View& view, const Caller& caller, const std::string& path, Access access) {
  TRY(auto at, resolve_existing(view, caller, path, PathUse::kRead, "Path not found: "));
  return check_access(caller, at.target(), at.path(), access);
}

}  // namespace tusker::namenode
