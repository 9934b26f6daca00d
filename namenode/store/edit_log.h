#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"
#include "namenode/model/block.h"
#include "namenode/model/inode.h"
#include "namenode/model/xattr.h"

namespace tusker::namenode {

// Who asked, for the retry cache of a standby: written into operations that aren't idempotent.
struct RpcIds {
  std::string client_id;
  int32_t call_id = -2;
};

// One operation in the vocabulary and encoding of HDFS's edit log, layout -67 (FSEditLogOp): opcode, then the body. Length, transaction id
// and checksum are the container's; here the transaction id is the row's key.
class Edit {
 public:
  enum class Op : uint8_t {
    kRenameOld = 1,
    kDelete = 2,
    kMkdir = 3,
    kSetReplication = 4,
    kSetPermissions = 7,
    kSetOwner = 8,
    kClose = 9,
    kAdd = 0,
    kTimes = 13,
    kSetQuota = 14,
    kRename = 15,
    kConcatDelete = 16,
    kGetDelegationToken = 18,
    kRenewDelegationToken = 19,
    kCancelDelegationToken = 20,
    kUpdateMasterKey = 21,
    kReassignLease = 22,
    kEndLogSegment = 23,
    kStartLogSegment = 24,
    kUpdateBlocks = 25,
    kSetGenerationStamp = 31,
    kAllocateBlockId = 32,
    kAddBlock = 33,
    kSetAcl = 40,
    kRollingUpgradeStart = 41,
    kRollingUpgradeFinalize = 42,
    kSetXAttr = 43,
    kRemoveXAttr = 44,
    kSetStoragePolicy = 45,
    kTruncate = 46,
    kAppend = 47,
    kSetQuotaByStorageType = 48,
  };

  static Edit mkdir(const std::string& path, const Inode& directory);
  static Edit add(const std::string& path, const Inode& file, bool overwrite, const RpcIds& ids);
  static Edit close(const std::string& path, const Inode& file, const std::vector<BlockInfo>& blocks);
  static Edit allocate_block(BlockId id);
  static Edit set_generation(GenerationStamp generation);
  static Edit add_block(const std::string& path, const std::vector<BlockInfo>& last_two);
  static Edit update_blocks(const std::string& path, const std::vector<BlockInfo>& blocks, const RpcIds& ids);
  static Edit remove(const std::string& path, int64_t time_ms, const RpcIds& ids);
  static Edit rename_old(const std::string& from, const std::string& to, int64_t time_ms, const RpcIds& ids);
  struct RenameFlags {
    bool overwrite = false;
    bool to_trash = false;
  };
  static Edit rename(const std::string& from, const std::string& to, int64_t time_ms, RenameFlags flags, const RpcIds& ids);
  static Edit set_replication(const std::string& path, int16_t replication);
  static Edit set_permissions(const std::string& path, uint16_t mode);
  static Edit set_owner(const std::string& path, const std::string& user, const std::string& group);
  static Edit times(const std::string& path, int64_t mtime_ms, int64_t atime_ms);
  static Edit reassign_lease(const std::string& holder, const std::string& path, const std::string& new_holder);

  // `acl` is the whole new one; empty: it was removed.
  static Edit set_acl(const std::string& path, const Acl& acl);
  static Edit set_xattrs(const std::string& path, const XAttrs& attributes, const RpcIds& ids);
  static Edit remove_xattrs(const std::string& path, const XAttrs& attributes, const RpcIds& ids);
  static Edit set_quota(const std::string& path, int64_t names, int64_t space);
  static Edit set_quota_by_type(const std::string& path, StorageType type, int64_t space);
  static Edit set_storage_policy(const std::string& path, uint8_t policy);

  static Edit append(const std::string& path, const Inode& file, bool new_block, const RpcIds& ids);
  // `cut`: the last block with the generation of the recovery that shortens it; none when the new end is a block's.
  static Edit truncate(const std::string& path, const UnderConstruction& client, int64_t new_length, int64_t time_ms,
                       const std::optional<BlockInfo>& cut);
  static Edit concat(const std::string& target, const std::vector<std::string>& sources, int64_t time_ms, const RpcIds& ids);
  // Of tokens; `identifier` is as Hadoop writes it, `key` a DelegationKey as Hadoop writes it.
  static Edit get_delegation_token(std::string_view identifier, int64_t expiry_ms);
  static Edit renew_delegation_token(std::string_view identifier, int64_t expiry_ms);
  static Edit cancel_delegation_token(std::string_view identifier);
  static Edit update_master_key(std::string_view key);
  static Edit end_log_segment() { return Edit(Op::kEndLogSegment); }
  static Edit start_log_segment() { return Edit(Op::kStartLogSegment); }
  static Edit rolling_upgrade_start(int64_t time_ms);
  static Edit rolling_upgrade_finalize(int64_t time_ms);

  const std::string& bytes() const { return bytes_; }

 private:
  explicit Edit(Op op) { bytes_.push_back(static_cast<char>(op)); }
  template <class T>
  void fixed(T v);
  void text16(std::string_view v);  // uint16 length
  void text(std::string_view v);    // Hadoop's vint length
  void permission(const Inode& inode);
  void blocks(const std::vector<BlockInfo>& all);
  void compact_blocks(const std::vector<BlockInfo>& all);
  void rpc_ids(const RpcIds& ids);
  void vlong(int64_t v);
  void acl(const Inode& inode);
  void xattrs(const std::string& path, const XAttrs& attributes);

  std::string bytes_;
};

// Calls `fn` for each operation of an `edit` row, whose key is the transaction id of the first, until it returns false. kCorruption for a
// damaged row.
using EditFn = std::function<Result<bool>(TxId id, std::string_view operation)>;
Result<bool> for_each_edit(TxId first, std::string_view row, const EditFn& fn);
// What stands in such a row for one operation.
void append_edit(std::string& row, std::string_view operation);

}  // namespace tusker::namenode
