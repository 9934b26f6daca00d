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

}  // namespace

std::string encode(const Inode& n) {
  Writer w;
  w.signed_number(n.id.value).number(static_cast<uint64_t>(n.kind)).number(n.mode).text(n.owner).text(n.group);
  w.signed_number(n.mtime_ms).signed_number(n.atime_ms);
  if (n.is_directory()) return w.signed_number(n.children).take();
  w.signed_number(n.replication).signed_number(n.block_bytes).signed_number(n.length).number(n.under_construction ? 1 : 0);
  if (n.under_construction) w.text(n.writer.client_name).text(n.writer.client_machine);
  w.number(n.blocks.size());
  int64_t last = 0;
  for (const BlockId id : n.blocks) {
    w.signed_number(id.value - last);
    last = id.value;
  }
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
  if (!r.ok()) return error(StatusCode::kCorruption, fmt::format("the store's row of {} in inode {} is damaged", name, parent.value));
  return n;
}

std::string encode(const Usage& u) {
  return Writer().signed_number(u.directories).signed_number(u.files).signed_number(u.bytes).signed_number(u.space).take();
}
Result<Usage> decode_usage(std::string_view row) {
  Reader r(row);
  Usage u;
  u.directories = r.signed_number();
  u.files = r.signed_number();
  u.bytes = r.signed_number();
  u.space = r.signed_number();
  return r.finish(u, "usage");
}

std::string encode(const BlockInfo& b) {
  Writer w;
  w.signed_number(b.file.value).signed_number(b.generation.value).signed_number(b.bytes).number(static_cast<uint64_t>(b.state));
  if (b.is_complete()) return w.take();
  w.signed_number(b.recovery.value).number(b.expected.size());
  for (const StorageId id : b.expected) w.signed_number(id.value);
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

}  // namespace tusker::namenode
