#include "namenode/store/codec.h"

#include <fmt/format.h>

#include "common/base/bytes.h"

namespace tusker::namenode {
namespace {

constexpr uint64_t kRowVersion = 1;

class Writer {
 public:
  Writer() { number(kRowVersion); }
  Writer& number(uint64_t v) {
    append_varint(out_, v);
    return *this;
  }
  Writer& signed_number(int64_t v) { return number(zigzag(v)); }
  Writer& text(std::string_view v) {
    append_varint(out_, v.size());
    out_.append(v);
    return *this;
  }
  std::string take() { return std::move(out_); }

 private:
  std::string out_;
};

// Reads fields one after another; after the first failure all are zero and ok() is false.
class Reader {
 public:
  explicit Reader(std::string_view row) : in_(row) {
    if (number() != kRowVersion) ok_ = false;
  }
  uint64_t number() {
    const auto v = ok_ ? read_varint(in_) : std::nullopt;
    if (!v) ok_ = false;
    return v.value_or(0);
  }
  int64_t signed_number() { return unzigzag(number()); }
  template <class T>
  T as() {
    return static_cast<T>(number());
  }
  std::string text() {
    const uint64_t size = number();
    if (!ok_ || size > in_.size()) {
      ok_ = false;
      return {};
    }
    std::string out(in_.substr(0, size));
    in_.remove_prefix(size);
    return out;
  }
  // A list's length can't exceed the bytes that are left.
  size_t count() {
    const uint64_t n = number();
    if (n > in_.size()) ok_ = false;
    return ok_ ? n : 0;
  }
  bool ok() const { return ok_; }
  void fail() { ok_ = false; }
  bool at_end() const { return in_.empty(); }
  template <class T>
  Result<T> finish(T value, std::string_view what) const {
    if (ok_) return value;
    return error(StatusCode::kCorruption, fmt::format("the store's row of {} is damaged", what));
  }

 private:
  std::string_view in_;
  bool ok_ = true;
};

// What few inodes have: each field as its number and its own row. Whoever doesn't know a number passes over it.
enum InodeField : uint64_t { kPolicyField = 1, kQuotaField = 2, kAclField = 3, kXAttrsField = 4 };

// The root has a limit of names from the start; only another one is written (DirectoryWithQuotaFeature.DEFAULT_NAMESPACE_QUOTA).
Quota default_quota(InodeId id) {
  Quota out;
  if (id == kRootInode) out.names = kQuotaDontSet;
  return out;
}

std::string encode_quota(const Quota& q) {
  Writer w;
  w.signed_number(q.names).signed_number(q.space);
  for (const int64_t limit : q.types) w.signed_number(limit);
  return w.take();
}

void decode_quota(std::string_view row, Quota& q, Reader& outer) {
  Reader r(row);
  q.names = r.signed_number();
  q.space = r.signed_number();
  for (auto& limit : q.types) limit = r.signed_number();
  if (!r.ok()) outer.fail();
}

std::string encode_acl(const Acl& acl) {
  Writer w;
  w.number(acl.size());
  for (const auto& e : acl) {
    w.number(static_cast<uint64_t>(e.scope) << 5 | static_cast<uint64_t>(e.type) << 3 | static_cast<uint64_t>(e.permission)).text(e.name);
  }
  return w.take();
}

void decode_acl(std::string_view row, Acl& acl, Reader& outer) {
  Reader r(row);
  acl.resize(r.count());
  for (auto& e : acl) {
    const uint64_t bits = r.number();
    e.scope = static_cast<AclScope>((bits >> 5) & 1);
    e.type = static_cast<AclType>((bits >> 3) & 3);
    e.permission = access_of(static_cast<uint32_t>(bits));
    e.name = r.text();
  }
  if (!r.ok()) outer.fail();
}

void write_rare_fields(Writer& w, const Inode& n) {
  if (n.storage_policy != 0) w.number(kPolicyField).text(std::string(1, static_cast<char>(n.storage_policy)));
  if (n.quota != default_quota(n.id)) w.number(kQuotaField).text(encode_quota(n.quota));
  if (!n.acl.empty()) w.number(kAclField).text(encode_acl(n.acl));
  if (n.has_xattrs) w.number(kXAttrsField).text("");
}

void read_rare_fields(Reader& r, Inode& n) {
  n.quota = default_quota(n.id);
  while (r.ok() && !r.at_end()) {
    const uint64_t field = r.number();
    const std::string row = r.text();
    switch (field) {
      case kPolicyField:
        if (row.empty()) return r.fail();
        n.storage_policy = static_cast<uint8_t>(row[0]);
        break;
      case kQuotaField:
        decode_quota(row, n.quota, r);
        break;
      case kAclField:
        decode_acl(row, n.acl, r);
        break;
      case kXAttrsField:
        n.has_xattrs = true;
        break;
      default:
        break;
    }
  }
}

Writer& write_stored(Writer& w, const Stored& s) {
  return w.signed_number(s.bytes).signed_number(s.space).signed_number(s.reserved).signed_number(s.reserved_space);
}
Stored read_stored(Reader& r) {
  Stored s;
  s.bytes = r.signed_number();
  s.space = r.signed_number();
  s.reserved = r.signed_number();
  s.reserved_space = r.signed_number();
  return s;
}

}  // namespace

std::string encode(const Inode& n) {
  Writer w;
  w.signed_number(n.id.value).number(static_cast<uint64_t>(n.kind)).number(n.mode).text(n.owner).text(n.group);
  w.signed_number(n.mtime_ms).signed_number(n.atime_ms);
  if (n.is_directory()) {
    w.signed_number(n.children);
    write_rare_fields(w, n);
    return w.take();
  }
  w.signed_number(n.replication).signed_number(n.block_bytes).signed_number(n.length).number(n.under_construction ? 1 : 0);
  if (n.under_construction) w.text(n.writer.client_name).text(n.writer.client_machine);
  w.number(n.blocks.size());
  int64_t last = 0;
  for (const BlockId id : n.blocks) {
    w.signed_number(id.value - last);
    last = id.value;
  }
  write_rare_fields(w, n);
  return w.take();
}

Result<Inode> decode_inode(InodeId parent, std::string_view name, std::string_view row) {
  Reader r(row);
  Inode n;
  n.parent = parent;
  n.name = name;
  n.id = InodeId(r.signed_number());
  n.kind = r.as<InodeKind>();
  n.mode = r.as<uint16_t>();
  n.owner = r.text();
  n.group = r.text();
  n.mtime_ms = r.signed_number();
  n.atime_ms = r.signed_number();
  if (n.is_directory()) {
    n.children = r.signed_number();
  } else {
    n.replication = static_cast<int16_t>(r.signed_number());
    n.block_bytes = r.signed_number();
    n.length = r.signed_number();
    n.under_construction = r.number() != 0;
    if (n.under_construction) {
      n.writer.client_name = r.text();
      n.writer.client_machine = r.text();
    }
    n.blocks.resize(r.count());
    int64_t last = 0;
    for (auto& block : n.blocks) block = BlockId(last += r.signed_number());
  }
  read_rare_fields(r, n);
  if (!r.ok()) return error(StatusCode::kCorruption, fmt::format("the store's row of {} in inode {} is damaged", name, parent.value));
  return n;
}

std::string encode(const XAttrs& attributes) {
  Writer w;
  w.number(attributes.size());
  for (const auto& a : attributes)
    w.number(static_cast<uint64_t>(a.space) << 1 | (a.value ? 1 : 0)).text(a.name).text(a.value.value_or(""));
  return w.take();
}
Result<XAttrs> decode_xattrs(std::string_view row) {
  Reader r(row);
  XAttrs out(r.count());
  for (auto& a : out) {
    const uint64_t bits = r.number();
    if (bits >> 1 > static_cast<uint64_t>(XAttrNamespace::kRaw)) r.fail();
    a.space = static_cast<XAttrNamespace>(r.ok() ? bits >> 1 : 0);
    a.name = r.text();
    std::string value = r.text();
    if (bits & 1) a.value = std::move(value);
  }
  return r.finish(std::move(out), "extended attributes");
}

std::string encode(const Usage& u) {
  Writer w;
  w.signed_number(u.directories).signed_number(u.files).signed_number(u.bytes).signed_number(u.space);
  if (u.reserved == 0 && u.reserved_space == 0 && u.by_policy.empty()) return w.take();
  w.signed_number(u.reserved).signed_number(u.reserved_space).number(u.by_policy.size());
  for (const auto& [policy, stored] : u.by_policy) write_stored(w.number(policy), stored);
  return w.take();
}
Result<Usage> decode_usage(std::string_view row) {
  Reader r(row);
  Usage u;
  u.directories = r.signed_number();
  u.files = r.signed_number();
  u.bytes = r.signed_number();
  u.space = r.signed_number();
  if (r.at_end()) return r.finish(std::move(u), "usage");
  u.reserved = r.signed_number();
  u.reserved_space = r.signed_number();
  for (size_t left = r.count(); left > 0; --left) {
    const auto policy = r.as<uint8_t>();
    u.by_policy[policy] = read_stored(r);
  }
  return r.finish(std::move(u), "usage");
}

std::string encode(const BlockInfo& b) {
  Writer w;
  w.signed_number(b.file.value).signed_number(b.generation.value).signed_number(b.bytes).number(static_cast<uint64_t>(b.state));
  if (b.is_complete()) return w.take();
  w.signed_number(b.recovery.value).number(b.expected.size());
  for (const StorageId id : b.expected) w.signed_number(id.value);
  w.signed_number(b.charged_bytes);
  if (b.truncate_to >= 0) w.signed_number(b.truncate_to);
  return w.take();
}
Result<BlockInfo> decode_block(BlockId id, std::string_view row) {
  Reader r(row);
  BlockInfo b;
  b.id = id;
  b.file = InodeId(r.signed_number());
  b.generation = GenerationStamp(r.signed_number());
  b.bytes = r.signed_number();
  b.state = r.as<BlockState>();
  if (!b.is_complete()) {
    b.recovery = GenerationStamp(r.signed_number());
    b.expected.resize(r.count());
    for (auto& s : b.expected) s = StorageId(r.signed_number());
  }
  b.charged_bytes = b.is_complete() || r.at_end() ? b.bytes : r.signed_number();
  if (!b.is_complete() && !r.at_end()) b.truncate_to = r.signed_number();
  return r.finish(std::move(b), fmt::format("block {}", id.value));
}

std::string encode(const Replica& p) {
  return Writer().signed_number(p.generation.value).signed_number(p.bytes).number(p.corrupt ? 1 : 0).take();
}
Result<Replica> decode_replica(StorageId storage, std::string_view row) {
  Reader r(row);
  Replica p;
  p.storage = storage;
  p.generation = GenerationStamp(r.signed_number());
  p.bytes = r.signed_number();
  p.corrupt = r.number() != 0;
  return r.finish(p, "replica");
}

std::string encode(const DeletionOrder& o) {
  return Writer().signed_number(o.generation.value).number(o.was_good ? 1 : 0).signed_number(o.sent_wall_ms).take();
}
Result<DeletionOrder> decode_deletion_order(std::string_view row) {
  Reader r(row);
  DeletionOrder o;
  o.generation = GenerationStamp(r.signed_number());
  o.was_good = r.number() != 0;
  o.sent_wall_ms = r.signed_number();
  return r.finish(o, "deletion order");
}

std::string encode(const Datanode& n) {
  Writer w;
  w.text(n.uuid).text(n.ip).text(n.host_name).number(n.xfer_port).number(n.info_port).number(n.info_secure_port).number(n.ipc_port);
  w.text(n.software_version).number(n.storages.size());
  for (const auto& s : n.storages) w.signed_number(s.id.value).text(s.uuid).signed_number(s.capacity).signed_number(s.remaining);
  return w.number(n.alive ? 0 : 1).take();
}
Result<Datanode> decode_datanode(std::string_view row) {
  Reader r(row);
  Datanode n;
  n.uuid = r.text();
  n.ip = r.text();
  n.host_name = r.text();
  n.xfer_port = r.as<uint32_t>();
  n.info_port = r.as<uint32_t>();
  n.info_secure_port = r.as<uint32_t>();
  n.ipc_port = r.as<uint32_t>();
  n.software_version = r.text();
  n.storages.resize(r.count());
  for (auto& s : n.storages) {
    s.id = StorageId(r.signed_number());
    s.uuid = r.text();
    s.capacity = r.signed_number();
    s.remaining = r.signed_number();
  }
  n.alive = r.at_end() || r.number() == 0;
  return r.finish(std::move(n), "datanode");
}

std::string encode(const Counters& c) {
  return Writer()
      .signed_number(c.last_tx.value)
      .signed_number(c.last_inode.value)
      .signed_number(c.last_block.value)
      .signed_number(c.last_generation.value)
      .signed_number(c.last_storage.value)
      .signed_number(c.blocks)
      .take();
}
Result<Counters> decode_counters(std::string_view row) {
  Reader r(row);
  Counters c;
  c.last_tx = TxId(r.signed_number());
  c.last_inode = InodeId(r.signed_number());
  c.last_block = BlockId(r.signed_number());
  c.last_generation = GenerationStamp(r.signed_number());
  c.last_storage = StorageId(r.signed_number());
  c.blocks = r.signed_number();
  return r.finish(c, "counters");
}

std::string encode(const Identity& i) {
  return Writer().signed_number(i.namespace_id).text(i.cluster_id).text(i.block_pool_id).signed_number(i.ctime_ms).take();
}
Result<Identity> decode_identity(std::string_view row) {
  Reader r(row);
  Identity i;
  i.namespace_id = static_cast<int32_t>(r.signed_number());
  i.cluster_id = r.text();
  i.block_pool_id = r.text();
  i.ctime_ms = r.signed_number();
  return r.finish(std::move(i), "identity");
}

std::string encode(const EditSegments& e) {
  Writer w;
  w.signed_number(e.checkpoint.value).signed_number(e.checkpoint_ms).number(e.starts.size());
  for (const TxId start : e.starts) w.signed_number(start.value);
  return w.take();
}
Result<EditSegments> decode_edit_segments(std::string_view row) {
  Reader r(row);
  EditSegments e;
  e.checkpoint = TxId(r.signed_number());
  e.checkpoint_ms = r.signed_number();
  e.starts.resize(r.count());
  for (auto& start : e.starts) start = TxId(r.signed_number());
  return r.finish(std::move(e), "segments");
}

std::string encode(const DelegationKey& k) { return Writer().signed_number(k.id).signed_number(k.expiry_ms).text(k.bytes).take(); }
Result<DelegationKey> decode_delegation_key(std::string_view row) {
  Reader r(row);
  DelegationKey k;
  k.id = static_cast<int32_t>(r.signed_number());
  k.expiry_ms = r.signed_number();
  k.bytes = r.text();
  return r.finish(std::move(k), "delegation key");
}

std::string encode(const IssuedToken& t) { return Writer().text(t.identifier).signed_number(t.renew_until_ms).take(); }
Result<IssuedToken> decode_issued_token(std::string_view row) {
  Reader r(row);
  IssuedToken t;
  t.identifier = r.text();
  t.renew_until_ms = r.signed_number();
  return r.finish(std::move(t), "delegation token");
}

std::string encode(const TokenCounters& c) {
  return Writer().signed_number(c.key_id).signed_number(c.sequence).signed_number(c.key_made_ms).take();
}
Result<TokenCounters> decode_token_counters(std::string_view row) {
  Reader r(row);
  TokenCounters c;
  c.key_id = static_cast<int32_t>(r.signed_number());
  c.sequence = static_cast<int32_t>(r.signed_number());
  c.key_made_ms = r.signed_number();
  return r.finish(c, "token counters");
}

}  // namespace tusker::namenode
