#include "namenode/store/edit_log.h"

#include <fmt/format.h>

#include "common/base/bytes.h"

namespace tusker::namenode {
namespace {

// Protobuf's fields, of the few small messages that stand in the log.
std::string proto_number(uint32_t field, uint64_t value) {
  std::string out;
  append_varint(out, uint64_t{field} << 3);
  append_varint(out, value);
  return out;
}
std::string proto_text(uint32_t field, std::string_view value) {
  std::string out;
  append_varint(out, uint64_t{field} << 3 | 2);
  append_varint(out, value.size());
  return out.append(value);
}

}  // namespace

template <class T>
void Edit::fixed(T v) {
  append_be<T>(bytes_, v);
}

void Edit::text16(std::string_view v) {
  fixed<uint16_t>(static_cast<uint16_t>(v.size()));
  bytes_.append(v);
}

// WritableUtils.writeVLong.
void Edit::vlong(int64_t v) {
  if (v >= -112 && v <= 127) {
    bytes_.push_back(static_cast<char>(v));
    return;
  }
  int length = v < 0 ? -120 : -112;
  auto magnitude = static_cast<uint64_t>(v < 0 ? ~v : v);
  int count = 0;
  for (uint64_t rest = magnitude; rest != 0; rest >>= 8) ++count;
  bytes_.push_back(static_cast<char>(length - count));
  for (int i = count - 1; i >= 0; --i) bytes_.push_back(static_cast<char>(magnitude >> (8 * i)));
}

void Edit::text(std::string_view v) {
  vlong(static_cast<int64_t>(v.size()));
  bytes_.append(v);
}

void Edit::permission(const Inode& inode) {
  text(inode.owner);
  text(inode.group);
  fixed<uint16_t>(inode.mode);
}

void Edit::blocks(const std::vector<BlockInfo>& all) {
  fixed<int32_t>(static_cast<int32_t>(all.size()));
  for (const auto& b : all) {
    fixed<int64_t>(b.id.value);
    fixed<int64_t>(b.bytes);
    fixed<int64_t>(b.generation.value);
  }
}

void Edit::compact_blocks(const std::vector<BlockInfo>& all) {
  vlong(static_cast<int64_t>(all.size()));
  int64_t bytes = 0;
  int64_t generation = 0;
  for (const auto& b : all) {
    fixed<int64_t>(b.id.value);
    vlong(b.bytes - bytes);
    vlong(b.generation.value - generation);
    bytes = b.bytes;
    generation = b.generation.value;
  }
}

// FSEditLogOp.AclEditLogUtil: nothing but a zero for an inode that has no more than its mode.
void Edit::acl(const Inode& inode) {
  if (inode.acl.empty()) return fixed<int32_t>(0);
  const Acl all = logical_acl(inode.mode, inode.acl);
  fixed<int32_t>(static_cast<int32_t>(all.size()));
  for (const auto& e : all) {
    const auto bits = static_cast<uint32_t>(e.scope) << 5 | static_cast<uint32_t>(e.type) << 3 | static_cast<uint32_t>(e.permission);
    bytes_.push_back(static_cast<char>(bits | (e.name.empty() ? 0U : 1U << 6)));
    if (!e.name.empty()) text16(e.name);
  }
}

// A delimited XAttrEditLogProto.
void Edit::xattrs(const std::string& path, const XAttrs& attributes) {
  std::string message = proto_text(1, path);
  for (const auto& a : attributes) {
    std::string field = proto_number(1, static_cast<uint64_t>(a.space)) + proto_text(2, a.name);
    if (a.value) field += proto_text(3, *a.value);
    message += proto_text(2, field);
  }
  append_varint(bytes_, message.size());
  bytes_ += message;
}

void Edit::rpc_ids(const RpcIds& ids) {
  text16(ids.client_id);
  fixed<int32_t>(ids.call_id);
}

Edit Edit::mkdir(const std::string& path, const Inode& directory) {
  Edit e(Op::kMkdir);
  e.fixed<int64_t>(directory.id.value);
  e.text16(path);
  e.fixed<int64_t>(directory.mtime_ms);
  e.fixed<int64_t>(directory.atime_ms);
  e.permission(directory);
  e.acl(directory);
  e.vlong(0);  // no xattrs
  return e;
}

Edit Edit::add(const std::string& path, const Inode& file, bool overwrite, const RpcIds& ids) {
  Edit e(Op::kAdd);
  e.fixed<int64_t>(file.id.value);
  e.text16(path);
  e.fixed<int16_t>(file.replication);
  e.fixed<int64_t>(file.mtime_ms);
  e.fixed<int64_t>(file.atime_ms);
  e.fixed<int64_t>(file.block_bytes);
  e.blocks({});
  e.permission(file);
  e.acl(file);
  e.vlong(0);
  e.text16(file.writer.client_name);
  e.text16(file.writer.client_machine);
  e.bytes_.push_back(overwrite ? 1 : 0);
  e.bytes_.push_back(static_cast<char>(file.storage_policy));
  e.bytes_.push_back(0);  // erasure coding policy: replication
  e.rpc_ids(ids);
  return e;
}

Edit Edit::close(const std::string& path, const Inode& file, const std::vector<BlockInfo>& all) {
  Edit e(Op::kClose);
  e.fixed<int64_t>(file.id.value);
  e.text16(path);
  e.fixed<int16_t>(file.replication);
  e.fixed<int64_t>(file.mtime_ms);
  e.fixed<int64_t>(file.atime_ms);
  e.fixed<int64_t>(file.block_bytes);
  e.blocks(all);
  e.permission(file);
  return e;
}

Edit Edit::allocate_block(BlockId id) {
  Edit e(Op::kAllocateBlockId);
  e.fixed<int64_t>(id.value);
  return e;
}

Edit Edit::set_generation(GenerationStamp generation) {
  Edit e(Op::kSetGenerationStamp);
  e.fixed<int64_t>(generation.value);
  return e;
}

Edit Edit::add_block(const std::string& path, const std::vector<BlockInfo>& last_two) {
  Edit e(Op::kAddBlock);
  e.text16(path);
  e.compact_blocks(last_two);
  e.rpc_ids({});
  return e;
}

Edit Edit::update_blocks(const std::string& path, const std::vector<BlockInfo>& all, const RpcIds& ids) {
  Edit e(Op::kUpdateBlocks);
  e.text16(path);
  e.compact_blocks(all);
  e.rpc_ids(ids);
  return e;
}

Edit Edit::remove(const std::string& path, int64_t time_ms, const RpcIds& ids) {
  Edit e(Op::kDelete);
  e.text16(path);
  e.fixed<int64_t>(time_ms);
  e.rpc_ids(ids);
  return e;
}

Edit Edit::rename_old(const std::string& from, const std::string& to, int64_t time_ms, const RpcIds& ids) {
  Edit e(Op::kRenameOld);
  e.text16(from);
  e.text16(to);
  e.fixed<int64_t>(time_ms);
  e.rpc_ids(ids);
  return e;
}

Edit Edit::rename(const std::string& from, const std::string& to, int64_t time_ms, RenameFlags flags, const RpcIds& ids) {
  // Options.Rename: NONE 0, OVERWRITE 1, TO_TRASH 2; a BytesWritable of those that are set.
  std::string options;
  if (flags.overwrite) options.push_back(1);
  if (flags.to_trash) options.push_back(2);
  if (options.empty()) options.push_back(0);
  Edit e(Op::kRename);
  e.text16(from);
  e.text16(to);
  e.fixed<int64_t>(time_ms);
  e.fixed<int32_t>(static_cast<int32_t>(options.size()));
  e.bytes_ += options;
  e.rpc_ids(ids);
  return e;
}

Edit Edit::set_replication(const std::string& path, int16_t replication) {
  Edit e(Op::kSetReplication);
  e.text16(path);
  e.fixed<int16_t>(replication);
  return e;
}

Edit Edit::set_permissions(const std::string& path, uint16_t mode) {
  Edit e(Op::kSetPermissions);
  e.text16(path);
  e.fixed<uint16_t>(mode);
  return e;
}

Edit Edit::set_owner(const std::string& path, const std::string& user, const std::string& group) {
  Edit e(Op::kSetOwner);
  e.text16(path);
  e.text16(user);
  e.text16(group);
  return e;
}

Edit Edit::times(const std::string& path, int64_t mtime_ms, int64_t atime_ms) {
  Edit e(Op::kTimes);
  e.text16(path);
  e.fixed<int64_t>(mtime_ms);
  e.fixed<int64_t>(atime_ms);
  return e;
}

Edit Edit::reassign_lease(const std::string& holder, const std::string& path, const std::string& new_holder) {
  Edit e(Op::kReassignLease);
  e.text16(holder);
  e.text16(path);
  e.text16(new_holder);
  return e;
}

Edit Edit::set_acl(const std::string& path, const Acl& acl) {
  std::string message = proto_text(1, path);  // AclEditLogProto
  for (const auto& entry : acl) {
    std::string field = proto_number(1, static_cast<uint64_t>(entry.type)) + proto_number(2, static_cast<uint64_t>(entry.scope)) +
                        proto_number(3, static_cast<uint64_t>(entry.permission));
    if (!entry.name.empty()) field += proto_text(4, entry.name);
    message += proto_text(2, field);
  }
  Edit e(Op::kSetAcl);
  append_varint(e.bytes_, message.size());
  e.bytes_ += message;
  return e;
}

Edit Edit::set_xattrs(const std::string& path, const XAttrs& attributes, const RpcIds& ids) {
  Edit e(Op::kSetXAttr);
  e.xattrs(path, attributes);
  e.rpc_ids(ids);
  return e;
}

Edit Edit::remove_xattrs(const std::string& path, const XAttrs& attributes, const RpcIds& ids) {
  Edit e(Op::kRemoveXAttr);
  e.xattrs(path, attributes);
  e.rpc_ids(ids);
  return e;
}

Edit Edit::set_quota(const std::string& path, int64_t names, int64_t space) {
  Edit e(Op::kSetQuota);
  e.text16(path);
  e.fixed<int64_t>(names);
  e.fixed<int64_t>(space);
  return e;
}

Edit Edit::set_quota_by_type(const std::string& path, StorageType type, int64_t space) {
  Edit e(Op::kSetQuotaByStorageType);
  e.text16(path);
  e.fixed<int32_t>(static_cast<int32_t>(type));
  e.fixed<int64_t>(space);
  return e;
}

Edit Edit::set_storage_policy(const std::string& path, uint8_t policy) {
  Edit e(Op::kSetStoragePolicy);
  e.text16(path);
  e.bytes_.push_back(static_cast<char>(policy));
  return e;
}

Edit Edit::append(const std::string& path, const Inode& file, bool new_block, const RpcIds& ids) {
  Edit e(Op::kAppend);
  e.text16(path);
  e.text16(file.writer.client_name);
  e.text16(file.writer.client_machine);
  e.bytes_.push_back(new_block ? 1 : 0);
  e.rpc_ids(ids);
  return e;
}

Edit Edit::truncate(const std::string& path, const UnderConstruction& client, int64_t new_length, int64_t time_ms,
                    const std::optional<BlockInfo>& cut) {
  Edit e(Op::kTruncate);
  e.text16(path);
  e.text16(client.client_name);
  e.text16(client.client_machine);
  e.fixed<int64_t>(new_length);
  e.fixed<int64_t>(time_ms);
  std::vector<BlockInfo> blocks;
  if (cut) {
    blocks.push_back(*cut);
    blocks.back().generation = cut->recovery;
  }
  e.compact_blocks(blocks);
  return e;
}

Edit Edit::concat(const std::string& target, const std::vector<std::string>& sources, int64_t time_ms, const RpcIds& ids) {
  Edit e(Op::kConcatDelete);
  e.text16(target);
  e.fixed<int32_t>(static_cast<int32_t>(sources.size()));
  for (const auto& source : sources) e.text16(source);
  e.fixed<int64_t>(time_ms);
  e.rpc_ids(ids);
  return e;
}

Edit Edit::get_delegation_token(std::string_view identifier, int64_t expiry_ms) {
  Edit e(Op::kGetDelegationToken);
  e.bytes_.append(identifier);
  e.fixed<int64_t>(expiry_ms);
  return e;
}

Edit Edit::renew_delegation_token(std::string_view identifier, int64_t expiry_ms) {
  Edit e(Op::kRenewDelegationToken);
  e.bytes_.append(identifier);
  e.fixed<int64_t>(expiry_ms);
  return e;
}

Edit Edit::cancel_delegation_token(std::string_view identifier) {
  Edit e(Op::kCancelDelegationToken);
  e.bytes_.append(identifier);
  return e;
}

Edit Edit::update_master_key(std::string_view key) {
  Edit e(Op::kUpdateMasterKey);
  e.bytes_.append(key);
  return e;
}

Edit Edit::rolling_upgrade_start(int64_t time_ms) {
  Edit e(Op::kRollingUpgradeStart);
  e.fixed<int64_t>(time_ms);
  return e;
}

Edit Edit::rolling_upgrade_finalize(int64_t time_ms) {
  Edit e(Op::kRollingUpgradeFinalize);
  e.fixed<int64_t>(time_ms);
  return e;
}

Result<bool> for_each_edit(TxId first, std::string_view row, const EditFn& fn) {
  for (TxId id = first; !row.empty(); id = id.next()) {
    const auto length = read_varint(row);
    if (!length || *length > row.size()) {
      return error(StatusCode::kCorruption, fmt::format("the store's row of transaction {} is damaged", id.value));
    }
    TRY(const bool more, fn(id, row.substr(0, *length)));
    if (!more) return false;
    row.remove_prefix(*length);
  }
  return true;
}

void append_edit(std::string& row, std::string_view operation) {
  append_varint(row, operation.size());
  row.append(operation);
}

}  // namespace tusker::namenode
