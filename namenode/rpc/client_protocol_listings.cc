#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "common/base/java_exceptions.h"
#include "common/security/digest.h"
#include "namenode/model/path.h"
#include "namenode/rpc/client_protocol.h"
#include "namenode/rpc/convert.h"

namespace tusker::namenode {

using namespace hadoop::hdfs;  // NOLINT: handlers speak the wire's types

namespace {

// Where a batched listing goes on: in which of the paths, and after which name.
struct BatchPosition {
  int index = 0;
  std::string start_after;
};

std::string hash_of(const std::vector<std::string>& paths) {
  std::string all;
  for (const auto& path : paths) all += path;
  return security::md5(all);
}

Result<BatchPosition> position_of(const GetBatchedListingRequestProto& request, const std::string& hash) {
  BatchPosition out;
  if (request.startafter().empty()) return out;
  BatchedListingKeyProto key;
  if (!key.ParseFromString(request.startafter())) return error(StatusCode::kIo, "the cookie of a batched listing is damaged");
  if (key.checksum() != hash) return error(StatusCode::kIllegalArgument, "");
  out.index = static_cast<int>(key.pathindex());
  out.start_after = key.startafter();
  if (out.start_after.empty()) ++out.index;  // what was listed last was a file
  return out;
}

// Java's name of the class, with dots before inner ones.
std::string canonical_class(const Status& status) {
  std::string name = status.remote_class().empty() ? std::string(java_class_of(status.code())) : status.remote_class();
  std::ranges::replace(name, '$', '.');
  return name;
}

// DFSUtil.isParentEntry.
bool is_below_or_same(const std::string& path, const std::string& parent) {
  if (!path.starts_with(parent)) return false;
  return path.size() == parent.size() || parent == "/" || path[parent.size()] == '/';
}

bool is_ours(StatusCode code) { return code == StatusCode::kWouldBlock || code == StatusCode::kCorruption; }

}  // namespace

// FSDirStatAndListingOp.getListing: the limit holds for locations too, about one for each replica.
Result<bool> ClientProtocol::list_page(const View& view, const OpContext& op, const std::string& path, const std::string& start_after,
                                       bool with_locations, DirectoryListingProto& out) {
  TRY(auto listing, namenode::get_listing(view, op.caller, path, start_after, ns_.settings()));
  if (!listing) return false;
  int64_t budget = ns_.settings().list_limit;
  for (const Inode& entry : listing->entries) {
    if (with_locations && budget <= 0) break;
    auto* status = out.add_partiallisting();
    fill_file_status(entry, true, *status);
    if (!with_locations || !entry.is_file()) continue;
    TRY(LocatedBlocks blocks, locate_blocks(view, op, entry, 0, entry.length));
    budget -= std::ssize(blocks.blocks) * entry.replication;
    sort_for_reader(op, blocks);
    *status->mutable_locations() = located_blocks(ns_.identity().block_pool_id, *op.cluster, blocks);
  }
  out.set_remainingentries(static_cast<uint32_t>(listing->remaining + std::ssize(listing->entries) - out.partiallisting_size()));
  return true;
}

Result<void> ClientProtocol::get_listing(const View& view, const OpContext& op, const GetListingRequestProto& request,
                                         GetListingResponseProto& response) {
  TRY(const bool found, list_page(view, op, request.src(), request.startafter(), request.needlocation(), *response.mutable_dirlist()));
  if (!found) response.clear_dirlist();
  return {};
}

// FSNamesystem.getBatchedListing.
Task<Result<GetBatchedListingResponseProto>> ClientProtocol::get_batched_listing(Call call, GetBatchedListingRequestProto request) {
  const std::vector<std::string> paths(request.paths().begin(), request.paths().end());
  if (std::ssize(paths) > ns_.settings().batched_list_limit) {
    co_return error(StatusCode::kIllegalArgument,
                    fmt::format("Too many source paths ({} > {})", paths.size(), ns_.settings().batched_list_limit));
  }
  const std::string hash = hash_of(paths);
  CO_TRY(const BatchPosition from, position_of(request, hash));
  const OpContext op = co_await context_of(call);
  co_return co_await ns_.read([this, op, request, paths, hash, from](const View& view) -> Result<GetBatchedListingResponseProto> {
    GetBatchedListingResponseProto response;
    std::string start_after = from.start_after;
    std::string last_name;
    bool last_has_more = false;
    bool last_failed = false;
    int64_t listed = 0;
    int index = from.index;
    for (; index < std::ssize(paths); ++index) {
      const std::string& path = paths[static_cast<size_t>(index)];
      DirectoryListingProto page;
      auto found = list_page(view, op, path, start_after, request.needlocation(), page);
      if (found && !*found) found = error(StatusCode::kFileNotFound, fmt::format("Path {} does not exist", path));
      if (!found && is_ours(found.error().code())) return error(found.error());
      auto* out = response.add_listings();
      out->set_parentidx(static_cast<uint32_t>(index));
      last_failed = !found;
      last_name.clear();
      last_has_more = false;
      if (!found) {
        out->mutable_exception()->set_classname(canonical_class(found.error()));
        out->mutable_exception()->set_message(found.error().message());
      } else {
        out->mutable_partiallisting()->Swap(page.mutable_partiallisting());
        listed += out->partiallisting_size();
        last_has_more = page.remainingentries() > 0;
        if (out->partiallisting_size() > 0) last_name = out->partiallisting(out->partiallisting_size() - 1).path();
      }
      start_after.clear();
      if (listed >= ns_.settings().list_limit) break;
    }
    const bool at_last = index + 1 == std::ssize(paths) && !last_failed && !last_has_more;
    response.set_hasmore(index < std::ssize(paths) && !at_last);
    response.set_startafter("");
    if (!response.hasmore()) return response;
    BatchedListingKeyProto key;
    key.set_checksum(hash);
    key.set_pathindex(static_cast<uint32_t>(index));
    key.set_startafter(last_name);
    response.set_startafter(key.SerializeAsString());
    return response;
  });
}

// LeaseManager.getUnderConstructionFiles: open files in the order of their inodes, a batch after `id`.
Task<Result<ListOpenFilesResponseProto>> ClientProtocol::list_open_files(Call call, ListOpenFilesRequestProto request) {
  const OpContext op = co_await context_of(call);
  CO_TRY_VOID(check_superuser(op.caller, "listOpenFiles"));
  const std::string below = join_path(path_components(request.path()));
  ListOpenFilesResponseProto response;
  response.set_hasmore(false);
  *response.mutable_types() = request.types();
  const auto wants = [&request](OpenFilesTypeProto type) { return std::ranges::find(request.types(), type) != request.types().end(); };
  // A client that is older than the types means all of them.
  if (!wants(ALL_OPEN_FILES) && request.types_size() > 0) {
    if (wants(BLOCKING_DECOMMISSION)) co_return response;  // no node is being decommissioned
    co_return error(StatusCode::kIllegalArgument, "Unknown OpenFileType: []");
  }
  co_return co_await run_on(ns_.env().disk_pool, [this, request, below, response]() mutable -> Result<ListOpenFilesResponseProto> {
    const ReadView view(ns_.engine(), kv::Tier::kAll);
    std::vector<InodeId> ids;
    TRY_VOID(view.scan(kLeaseFamily, "", "", [&](std::string_view key, std::string_view) -> Result<bool> {
      const auto id = id_from<InodeId>(key, key.size() - 8);
      if (id.value > request.id()) ids.push_back(id);
      return true;
    }));
    std::ranges::sort(ids);
    const auto limit = std::min<int64_t>(ns_.settings().open_files_per_response, std::ssize(ids));
    size_t at = 0;
    while (at < ids.size() && response.entries_size() < limit) {
      TRY(const auto file, view.inode(ids[at++]));
      if (!file || !file->under_construction) continue;
      TRY(const auto path, view.path_of(*file));
      if (!path || !is_below_or_same(*path, below)) continue;
      auto* entry = response.add_entries();
      entry->set_id(file->id.value);
      entry->set_path(*path);
      entry->set_clientname(file->writer.client_name);
      entry->set_clientmachine(file->writer.client_machine);
    }
    response.set_hasmore(at < ids.size());
    return response;
  });
}

// FSNamesystem.listCorruptFileBlocks: files with blocks that no node has whole; the cookie counts the blocks that were looked at.
Task<Result<ListCorruptFileBlocksResponseProto>> ClientProtocol::list_corrupt_file_blocks(Call call,
                                                                                          ListCorruptFileBlocksRequestProto request) {
  const OpContext op = co_await context_of(call);
  CO_TRY_VOID(check_superuser(op.caller, "listCorruptFileBlocks"));
  const auto missing = co_await ns_.on_core([this] {
    std::vector<BlockId> ids;
    for (const auto& [block, corrupt] : ns_.redundancy().missing()) ids.push_back(block);
    return ids;
  });
  if (missing.empty()) {
    ListCorruptFileBlocksResponseProto none;
    none.mutable_corrupt()->set_cookie(request.has_cookie() ? request.cookie() : "0");
    co_return none;
  }
  int64_t skip = 0;
  const auto& cookie = request.cookie();
  if (std::from_chars(cookie.data(), cookie.data() + cookie.size(), skip).ec != std::errc()) skip = 0;
  const auto begin = static_cast<size_t>(std::clamp<int64_t>(skip, 0, std::ssize(missing)));
  co_return co_await run_on(ns_.env().disk_pool, [this, request, missing, begin]() -> Result<ListCorruptFileBlocksResponseProto> {
    const ReadView view(ns_.engine(), kv::Tier::kAll);
    ListCorruptFileBlocksResponseProto response;
    auto* out = response.mutable_corrupt();
    size_t at = begin;
    while (at < missing.size() && out->files_size() < ns_.settings().corrupt_files_max) {
      TRY(const auto block, view.block(missing[at++]));
      std::optional<Inode> file;
      if (block) {
        TRY(file, view.inode(block->file));
      }
      std::optional<std::string> path;
      if (file) {
        TRY(path, view.path_of(*file));
      }
      if (path && is_below_or_same(*path, request.path())) out->add_files(*path);
    }
    out->set_cookie(std::to_string(at));
    return response;
  });
}

}  // namespace tusker::namenode
