#include <fmt/format.h>

#include <algorithm>

#include "namenode/ops/attribute_operations.h"
#include "namenode/ops/operations.h"
#include "namenode/ops/quota.h"

namespace tusker::namenode {
namespace {

// What stands for a directory that isn't an inode (FSDirectory.DOT_RESERVED_STATUS and its like).
Inode reserved_status(std::string name, uint16_t mode, std::string group) {
  Inode out;
  out.id = InodeId(-1);
  out.name = std::move(name);
  out.mode = mode;
  out.group = std::move(group);
  return out;
}

// The name that a listing goes on after: a client may give an inode's path for it.
Result<std::string> name_to_start_after(const View& view, const std::string& start_after) {
  if (!start_after.starts_with("/.reserved/")) return start_after;
  Caller any;
  any.superuser = true;
  const auto at = resolve(view, any, start_after, PathUse::kRead);
  if (at) return at->components.empty() ? std::string() : at->components.back();
  if (at.error().code() == StatusCode::kWouldBlock) return error(at.error());
  return error(Status(StatusCode::kIo, fmt::format("Can't find startAfter {}", start_after))
                   .with_remote_class("org.apache.hadoop.fs.DirectoryListingStartAfterNotFoundException"));
}

}  // namespace

Result<std::optional<Inode>> get_file_info(const View& view, const Caller& caller, const std::string& path) {
  auto found = resolve(view, caller, path, PathUse::kRead);
  // A superuser isn't told that a file stands in the way.
  if (!found && caller.superuser && found.error().code() == StatusCode::kAccessControl) return std::nullopt;
  TRY(const Resolved at, std::move(found));
  if (at.is_reserved()) return reserved_status("", 01770, "");
  if (!at.exists()) return std::nullopt;
  Inode out = at.target();
  out.storage_policy = effective_policy(at.chain, at.chain.size() - 1);
  return out;
}

Result<std::optional<Listing>> get_listing(const View& view, const Caller& caller, const std::string& path, const std::string& after,
                                           const Settings& settings) {
  TRY(auto at, resolve(view, caller, path, PathUse::kRead));
  TRY(const std::string start_after, name_to_start_after(view, after));
  Listing out;
  if (at.is_reserved()) {
    for (const auto* name : {".inodes", "raw"}) out.entries.push_back(reserved_status(name, 0770, settings.supergroup));
    return out;
  }
  if (!at.exists()) return std::nullopt;
  const int64_t limit = settings.list_limit;
  const uint8_t policy = effective_policy(at.chain, at.chain.size() - 1);
  if (at.target().is_file()) {
    out.entries.push_back(at.target());
    out.entries.back().name.clear();
    out.entries.back().storage_policy = policy;
    return out;
  }
  const Inode& directory = at.target();
  TRY_VOID(check_access(caller, directory, at.path(), Access::kReadExecute));
  bool more = false;
  out.entries.reserve(static_cast<size_t>(std::clamp<int64_t>(directory.children, 0, limit)));
  TRY_VOID(view.children(directory.id, start_after, [&](Inode child) -> Result<bool> {
    more = static_cast<int64_t>(out.entries.size()) >= limit;
    if (child.storage_policy == kPolicyUnspecified) child.storage_policy = policy;
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
  bool begun = false;
  out.last_complete = false;  // of a file without blocks
  for (size_t i = 0; i < file.blocks.size(); ++i) {
    TRY(auto block, view.block(file.blocks[i]));
    if (!block) return error(StatusCode::kCorruption, fmt::format("block {} of inode {} has no row", file.blocks[i].value, file.id.value));
    const bool is_last = i + 1 == file.blocks.size();
    // As BlockManager.createLocatedBlockList: from the block that holds the offset on; the first one is never left out of an empty range,
    // nor an empty block behind it.
    begun = begun || at + block->bytes > offset || (i == 0 && block->bytes == 0);
    const bool wanted = begun && (at < end || out.blocks.empty());
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
      if (wanted) out.blocks.push_back(located);
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
  if (offset < 0) return error(StatusCode::kIllegalArgument, fmt::format("Negative offset is not supported. File: {}", path));
  if (length < 0) return error(StatusCode::kIllegalArgument, fmt::format("Negative length is not supported. File: {}", path));
  // What is there is looked at first, then who may see it.
  Caller any = op.caller;
  any.checks_permissions = false;
  TRY(auto at, resolve_existing(view, any, path, PathUse::kRead, "File does not exist: "));
  if (!at.target().is_file()) return error(StatusCode::kFileNotFound, fmt::format("Path is not a file: {}", at.path()));
  TRY_VOID(check_readable_by_superuser(view, op.caller, at.target()));
  for (size_t i = 0; i + 1 < at.chain.size(); ++i) TRY_VOID(check_access(op.caller, at.chain[i], at.path_to(i), Access::kExecute));
  TRY_VOID(check_access(op.caller, at.target(), at.path(), Access::kRead));
  TRY(auto located, locate_blocks(view, op, at.target(), offset, length));
  located.file = at.target().id;
  located.atime_ms = at.target().atime_ms;
  return located;
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
