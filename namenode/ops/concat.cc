#include <fmt/format.h>

#include <algorithm>

#include "namenode/ops/operations.h"
#include "namenode/ops/quota.h"

namespace tusker::namenode {
namespace {

bool is_reserved(const std::string& path) { return path.starts_with("/.reserved/raw") || path.starts_with("/.reserved/.inodes"); }

Result<void> check_arguments(const std::string& target, const std::vector<std::string>& sources) {
  if (target.empty()) return error(StatusCode::kIllegalArgument, "Target file name is empty");
  if (sources.empty()) return error(StatusCode::kIllegalArgument, "No sources given");
  const auto refuse = [](const std::string& path) {
    return error(StatusCode::kIo, fmt::format("Concat operation doesn't support .reserved relative path : {}", path));
  };
  if (is_reserved(target)) return refuse(target);
  const auto bad = std::ranges::find_if(sources, is_reserved);
  if (bad != sources.end()) return refuse(*bad);
  return {};
}

std::unexpected<Status> refused(std::string text) { return error(StatusCode::kHadoopIllegalArgument, std::move(text)); }

// FSDirConcatOp.verifySrcFiles, of one source.
Result<Inode> check_source(const View& view, const OpContext& op, const std::string& source, const Resolved& target) {
  TRY(auto at, resolve(view, op.caller, source, PathUse::kWrite));
  if (at.exists()) TRY_VOID(check_access(op.caller, at.target(), at.path(), Access::kRead));
  if (!at.components.empty() && at.parent_exists()) {
    if (at.exists()) TRY_VOID(check_sticky(op.caller, at.parent(), at.parent_path(), at.target(), at.path()));
    TRY_VOID(check_access(op.caller, at.parent(), at.parent_path(), Access::kWrite));
  }
  TRY_VOID(check_is_file(at, source));
  const Inode& file = at.target();
  const Inode& into = target.target();
  if (file.parent != into.parent) {
    return refused(fmt::format("Source file {} is not in the same directory with the target {}", source, target.path()));
  }
  if (file.id == into.id) return refused(fmt::format("concat: the src file {} is the same with the target file {}", source, target.path()));
  if (file.under_construction || file.blocks.empty()) {
    return refused(fmt::format("concat: source file {} is invalid or empty or underConstruction", source));
  }
  if (file.block_bytes > into.block_bytes) {
    return refused(
        fmt::format("concat: source file {} has preferred block size {} which is greater than the target file's preferred block "
                    "size {}",
                    source, file.block_bytes, into.block_bytes));
  }
  return file;
}

// The blocks of one source become the target's last ones.
Result<void> take_blocks(Namesystem& ns, Transaction& tx, Inode& parent, Inode& target, const Inode& source) {
  TRY_VOID(tx.unlink(parent, source, usage_of_file(source)));
  delete_inode_rows(tx, source);
  const Usage before = usage_of_file(target);
  TRY(auto blocks, blocks_of(tx, source));
  for (auto& block : blocks) {
    block.file = target.id;
    tx.put_block(block);
    target.blocks.push_back(block.id);
  }
  target.length += source.length;
  Usage gained = usage_of_file(target);
  gained += -before;
  TRY_VOID(tx.add_usage(parent.id, gained));
  if (source.replication == target.replication) return {};
  for (const auto& block : blocks) TRY_VOID(check_redundancy(ns, tx, block, target.replication));
  return {};
}

// FSDirConcatOp.computeQuotaDeltas: blocks that take the target's replication.
Result<void> check_concat_quota(const View& view, const Resolved& at, const std::vector<Inode>& sources) {
  Usage delta;
  for (const auto& source : sources) {
    if (source.replication == at.target().replication) continue;
    Inode moved = source;
    moved.replication = at.target().replication;
    moved.storage_policy = at.target().storage_policy;
    delta += usage_of_file(moved);
    delta += -usage_of_file(source);
  }
  return check_quota(view, at.chain, at.chain.size() - 1, delta);
}

}  // namespace

// FSDirConcatOp.concat.
Result<void> concat(Namesystem& ns, Transaction& tx, const OpContext& op, const std::string& target,
                    const std::vector<std::string>& sources) {
  TRY_VOID(check_arguments(target, sources));
  TRY(auto at, resolve(tx, op.caller, target, PathUse::kWrite));
  if (at.exists()) TRY_VOID(check_access(op.caller, at.target(), at.path(), Access::kWrite));
  TRY_VOID(check_is_file(at, target));
  if (at.target().under_construction) return refused(fmt::format("concat: target file {} is under construction", target));
  std::vector<Inode> files;
  for (const auto& source : sources) {
    TRY(auto file, check_source(tx, op, source, at));
    files.push_back(std::move(file));
  }
  for (size_t i = 0; i < files.size(); ++i) {
    if (std::ranges::find(files.begin() + static_cast<ptrdiff_t>(i) + 1, files.end(), files[i].id, &Inode::id) != files.end()) {
      return refused("concat: at least two of the source files are the same");
    }
  }
  TRY_VOID(check_concat_quota(tx, at, files));
  Inode file = at.target();
  Inode parent = at.parent();
  for (const auto& source : files) TRY_VOID(take_blocks(ns, tx, parent, file, source));
  file.mtime_ms = tx.now_ms();
  tx.put_inode(file);
  tx.log(Edit::concat(at.path(), sources, tx.now_ms(), op.ids));
  return {};
}

}  // namespace tusker::namenode
