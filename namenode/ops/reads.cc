#include <fmt/format.h>

#include <algorithm>

#include "namenode/ops/attribute_operations.h"
#include "namenode/ops/operations.h"
#include "namenode/ops/quota.h"

namespace tusker::namenode {
namespace {

bool is_reserved_root(const std::vector<std::string>& components) { return components.size() == 1 && components[0] == ".reserved"; }

// What nobody made, but can be looked at: no owner, no times.
Inode reserved_directory(const std::string& name, uint16_t mode, const std::string& group) {
  Inode out;
  out.name = name;
  out.mode = mode;
  out.group = group;
  return out;
}

}  // namespace

Result<std::optional<Inode>> get_file_info(const View& view, const Caller& caller, const std::string& path) {
  auto at = resolve(view, caller, path, PathUse::kRead);
  if (!at) {
    // A file on the way: to the superuser there is nothing.
    if (caller.superuser && at.error().code() == StatusCode::kAccessControl) return std::nullopt;
    return error(std::move(at).error());
  }
  if (is_reserved_root(at->components)) return reserved_directory("", 01770, "");
  if (!at->exists()) return std::nullopt;
  Inode out = at->target();
  out.storage_policy = effective_policy(at->chain, at->chain.size() - 1);
  return out;
}

Result<std::optional<Listing>> get_listing(const View& view, const Caller& caller, const std::string& path, const std::string& start_after,
                                           int64_t limit, const std::string& supergroup) {
  TRY(auto at, resolve(view, caller, path, PathUse::kRead));
  Listing out;
  if (is_reserved_root(at.components)) {
    out.entries = {reserved_directory(".inodes", 0770, supergroup), reserved_directory("raw", 0770, supergroup)};
    return out;
  }
  if (!at.exists()) return std::nullopt;
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
