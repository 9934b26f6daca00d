#include "namenode/ops/quota.h"

#include <fmt/format.h>

#include <algorithm>

#include "common/base/binary_prefix.h"
#include "namenode/model/storage_policy.h"

namespace tusker::namenode {
namespace {

std::string size_text(int64_t bytes) { return binary_prefixed(bytes, "B", 2); }

bool is_violated(int64_t limit, int64_t used, int64_t delta) { return limit >= 0 && delta > 0 && used > limit - delta; }

// Any limit besides the one that the root has from the start, which nothing reaches.
bool limits(const Inode& directory) {
  return directory.quota.is_set() && (directory.id != kRootInode || directory.quota.names != kQuotaDontSet || directory.quota.space >= 0 ||
                                      directory.quota.has_types());
}

// DirectoryWithQuotaFeature.verifyQuota of one directory.
struct Check {
  const Quota& quota;
  const Usage& used;
  const Usage& delta;
  TypeSpace used_types;
  TypeSpace delta_types;

  Result<void> verify(const std::string& path) const {
    if (is_violated(quota.names, used.names(), delta.names())) {
      return error(StatusCode::kNsQuotaExceeded,
                   fmt::format("The NameSpace quota (directories and files) of directory {} is exceeded: quota={} file count={}", path,
                               quota.names, used.names() + delta.names()));
    }
    if (is_violated(quota.space, used.space, delta.space)) {
      const int64_t count = used.space + delta.space;
      return error(StatusCode::kDsQuotaExceeded,
                   fmt::format("The DiskSpace quota of {} is exceeded: quota = {} B = {} but diskspace consumed = {} B = {}", path,
                               quota.space, size_text(quota.space), count, size_text(count)));
    }
    for (const StorageType type : kTypesWithQuota) {
      const auto i = static_cast<size_t>(type);
      if (!is_violated(quota.types[i], used_types[i], delta_types[i])) continue;
      return error(Status(StatusCode::kIo,
                          fmt::format("Quota by storage type : {} on path : {} is exceeded. quota = {} but space consumed = {}",
                                      storage_type_name(type), path, size_text(quota.types[i]), size_text(used_types[i] + delta_types[i])))
                       .with_remote_class("org.apache.hadoop.hdfs.protocol.QuotaByStorageTypeExceededException"));
    }
    return {};
  }
};

std::string path_of_chain(const std::vector<Inode>& chain, size_t index) {
  std::string out;
  for (size_t i = 1; i <= index; ++i) out += "/" + chain[i].name;
  return out.empty() ? "/" : out;
}

// Calls `fn` for a directory and all above it, until it returns false.
template <class Fn>
Result<void> walk_up(const View& view, InodeId directory, const Fn& fn) {
  for (InodeId at = directory;;) {
    TRY(const InodePtr inode, view.find_inode(at));
    if (!inode) return error(StatusCode::kCorruption, "an inode without a row is an ancestor");
    if (!fn(*inode) || at == kRootInode) return {};
    at = inode->parent;
  }
}

Result<bool> any_limits(const View& view, InodeId directory) {
  bool found = false;
  TRY_VOID(walk_up(view, directory, [&found](const Inode& inode) { return !(found = limits(inode)); }));
  return found;
}

// From the root down to a directory.
Result<std::vector<Inode>> chain_to(const View& view, InodeId directory) {
  std::vector<Inode> chain;
  TRY_VOID(walk_up(view, directory, [&chain](const Inode& inode) {
    chain.push_back(inode);
    return true;
  }));
  std::ranges::reverse(chain);
  return chain;
}

}  // namespace

Stored stored_of(const Inode& file, const BlockInfo& block) {
  const int64_t reserved = block.reserved_bytes();
  return {block.bytes, (block.bytes + reserved) * file.replication, reserved, reserved * file.replication};
}

Result<Usage> usage_of(const View& view, const Inode& inode) {
  if (inode.is_directory()) {
    TRY(const Usage usage, view.usage(inode.id));
    return usage.seen_from_above(inode.storage_policy);
  }
  Usage out = usage_of_file(inode);
  // Only the last two blocks can be unfinished.
  for (size_t i = inode.blocks.size() > 2 ? inode.blocks.size() - 2 : 0; i < inode.blocks.size(); ++i) {
    TRY(const auto block, view.block(inode.blocks[i]));
    if (!block) continue;
    const int64_t reserved = block->reserved_bytes();
    out.add({0, reserved * inode.replication, reserved, reserved * inode.replication}, inode.storage_policy);
  }
  return out;
}

uint8_t effective_policy(const std::vector<Inode>& chain, size_t index) {
  for (size_t i = index + 1; i-- > 0;) {
    if (chain[i].storage_policy != kPolicyUnspecified) return chain[i].storage_policy;
  }
  return kPolicyUnspecified;
}

Result<uint8_t> effective_policy(const View& view, const Inode& inode) {
  uint8_t policy = inode.storage_policy;
  for (InodeId at = inode.parent; policy == kPolicyUnspecified && at != InodeId();) {
    TRY(const auto directory, view.find_inode(at));
    if (!directory) break;
    policy = directory->storage_policy;
    at = directory->parent;
  }
  return policy;
}

Result<void> check_quota(const View& view, const std::vector<Inode>& chain, size_t count, const Usage& delta, size_t first) {
  if (std::none_of(chain.begin() + static_cast<ptrdiff_t>(std::min(first, count)), chain.begin() + static_cast<ptrdiff_t>(count), limits)) {
    return {};
  }
  const TypeSpace delta_types = type_space(delta, effective_policy(chain, count - 1));
  const bool takes_type = std::ranges::any_of(delta_types, [](int64_t bytes) { return bytes > 0; });
  if (delta.names() <= 0 && delta.space <= 0 && !takes_type) return {};
  for (size_t i = count; i-- > first;) {
    if (!limits(chain[i])) continue;
    TRY(const Usage used, view.usage(chain[i].id));
    const Check check{chain[i].quota, used, delta, type_space(used, effective_policy(chain, i)), delta_types};
    TRY_VOID(check.verify(path_of_chain(chain, i)));
  }
  return {};
}

Result<void> check_quota(const View& view, InodeId directory, const Usage& delta) {
  TRY(const bool limited, any_limits(view, directory));
  if (!limited) return {};
  TRY(const auto chain, chain_to(view, directory));
  return check_quota(view, chain, chain.size(), delta);
}

Result<void> check_file_quota(const View& view, const Inode& file, const Stored& delta) {
  Usage usage;
  usage.add(delta, file.storage_policy);
  return check_quota(view, file.parent, usage);
}

Result<void> add_file_usage(Transaction& tx, const Inode& file, const Stored& delta) {
  if (delta == Stored{}) return {};
  Usage usage;
  usage.add(delta, file.storage_policy);
  return tx.add_usage(file.parent, usage);
}

}  // namespace tusker::namenode
