#include "namenode/ops/inotify.h"

#include <fmt/format.h>

#include "hdfs/editlog.pb.h"
#include "namenode/store/edit_log.h"
#include "namenode/store/edit_reader.h"

namespace tusker::namenode {

using namespace hadoop::hdfs;  // NOLINT: this file is about those types

namespace {

void add(EventBatchProto& batch, EventType type, const google::protobuf::MessageLite& event) {
  auto* out = batch.add_events();
  out->set_type(type);
  out->set_contents(event.SerializeAsString());
}

struct Permission {
  std::string owner;
  std::string group;
  uint16_t mode = 0;
};

Permission permission(EditReader& in) {
  Permission out;
  out.owner = in.text();
  out.group = in.text();
  out.mode = in.fixed<uint16_t>();
  return out;
}

// The entries of an access control list as operations hold them (AclEditLogUtil): of interest to nobody here.
void skip_acl(EditReader& in) {
  constexpr uint8_t kHasName = 1 << 6;
  for (auto left = in.fixed<int32_t>(); left > 0 && in.ok(); --left) {
    if (in.fixed<uint8_t>() & kHasName) in.text16();
  }
}

// What all kinds of creations have; Java sets every field.
CreateEventProto created(INodeType type, const std::string& path, int64_t ctime_ms, const Permission& by) {
  CreateEventProto event;
  event.set_type(type);
  event.set_path(path);
  event.set_ctime(ctime_ms);
  event.set_ownername(by.owner);
  event.set_groupname(by.group);
  event.mutable_perms()->set_perm(by.mode);
  event.set_replication(0);
  event.set_symlinktarget("");
  event.set_overwrite(false);
  event.set_defaultblocksize(0);
  return event;
}

MetadataUpdateEventProto updated(MetadataUpdateType type, const std::string& path) {
  MetadataUpdateEventProto event;
  event.set_path(path);
  event.set_type(type);
  event.set_mtime(0);
  event.set_atime(0);
  event.set_replication(0);
  event.set_ownername("");
  event.set_groupname("");
  event.set_xattrsremoved(false);
  return event;
}

AppendEventProto appended(const std::string& path, bool new_block) {
  AppendEventProto event;
  event.set_path(path);
  event.set_newblock(new_block);
  return event;
}

UnlinkEventProto unlinked(const std::string& path, int64_t time_ms) {
  UnlinkEventProto event;
  event.set_path(path);
  event.set_timestamp(time_ms);
  return event;
}

CloseEventProto closed(const std::string& path, int64_t bytes, int64_t time_ms) {
  CloseEventProto event;
  event.set_path(path);
  event.set_filesize(bytes);
  event.set_timestamp(time_ms);
  return event;
}

void on_add(EditReader& in, EventBatchProto& batch) {
  in.fixed<int64_t>();  // inode
  const auto path = in.text16();
  const auto replication = in.fixed<int16_t>();
  in.fixed<int64_t>();  // mtime
  const auto atime_ms = in.fixed<int64_t>();
  const auto block_bytes = in.fixed<int64_t>();
  const bool has_blocks = !in.blocks().empty();
  const Permission by = permission(in);
  skip_acl(in);
  in.delimited();  // extended attributes
  in.text16();     // client
  in.text16();     // its machine
  const bool overwrite = in.fixed<uint8_t>() != 0;
  in.fixed<uint8_t>();  // storage policy
  const auto erasure_coding = in.fixed<uint8_t>();
  if (has_blocks) return add(batch, EVENT_APPEND, appended(path, false));
  CreateEventProto event = created(I_TYPE_FILE, path, atime_ms, by);
  event.set_replication(replication);
  event.set_overwrite(overwrite);
  event.set_defaultblocksize(block_bytes);
  event.set_erasurecoded(erasure_coding != 0);
  add(batch, EVENT_CREATE, event);
}

void on_close(EditReader& in, EventBatchProto& batch) {
  in.fixed<int64_t>();
  const auto path = in.text16();
  in.fixed<int16_t>();
  const auto mtime_ms = in.fixed<int64_t>();
  in.fixed<int64_t>();
  in.fixed<int64_t>();
  int64_t bytes = 0;
  for (const auto& block : in.blocks()) bytes += block.bytes;
  add(batch, EVENT_CLOSE, closed(path, bytes, mtime_ms));
}

void on_append(EditReader& in, EventBatchProto& batch) {
  const auto path = in.text16();
  in.text16();
  in.text16();
  add(batch, EVENT_APPEND, appended(path, in.fixed<uint8_t>() != 0));
}

void on_concat(EditReader& in, EventBatchProto& batch) {
  const auto target = in.text16();
  std::vector<std::string> sources;
  for (auto left = in.fixed<int32_t>(); left > 0 && in.ok(); --left) sources.push_back(in.text16());
  const auto time_ms = in.fixed<int64_t>();
  add(batch, EVENT_APPEND, appended(target, false));
  for (const auto& source : sources) add(batch, EVENT_UNLINK, unlinked(source, time_ms));
  add(batch, EVENT_CLOSE, closed(target, -1, time_ms));
}

void on_rename(EditReader& in, EventBatchProto& batch) {
  RenameEventProto event;
  event.set_srcpath(in.text16());
  event.set_destpath(in.text16());
  event.set_timestamp(in.fixed<int64_t>());
  add(batch, EVENT_RENAME, event);
}

void on_mkdir(EditReader& in, EventBatchProto& batch) {
  in.fixed<int64_t>();
  const auto path = in.text16();
  const auto time_ms = in.fixed<int64_t>();
  in.fixed<int64_t>();
  add(batch, EVENT_CREATE, created(I_TYPE_DIRECTORY, path, time_ms, permission(in)));
}

void on_symlink(EditReader& in, EventBatchProto& batch) {
  in.fixed<int64_t>();
  const auto path = in.text16();
  const auto target = in.text16();
  in.fixed<int64_t>();
  const auto atime_ms = in.fixed<int64_t>();
  CreateEventProto event = created(I_TYPE_SYMLINK, path, atime_ms, permission(in));
  event.set_symlinktarget(target);
  add(batch, EVENT_CREATE, event);
}

void on_truncate(EditReader& in, EventBatchProto& batch) {
  TruncateEventProto event;
  event.set_path(in.text16());
  in.text16();
  in.text16();
  event.set_filesize(in.fixed<int64_t>());
  event.set_timestamp(in.fixed<int64_t>());
  add(batch, EVENT_TRUNCATE, event);
}

void on_permissions(EditReader& in, EventBatchProto& batch) {
  auto event = updated(META_TYPE_PERMS, in.text16());
  event.mutable_perms()->set_perm(in.fixed<uint16_t>());
  add(batch, EVENT_METADATA, event);
}

void on_owner(EditReader& in, EventBatchProto& batch) {
  auto event = updated(META_TYPE_OWNER, in.text16());
  event.set_ownername(in.text16());
  event.set_groupname(in.text16());
  add(batch, EVENT_METADATA, event);
}

void on_times(EditReader& in, EventBatchProto& batch) {
  auto event = updated(META_TYPE_TIMES, in.text16());
  event.set_mtime(in.fixed<int64_t>());
  event.set_atime(in.fixed<int64_t>());
  add(batch, EVENT_METADATA, event);
}

void on_replication(EditReader& in, EventBatchProto& batch) {
  auto event = updated(META_TYPE_REPLICATION, in.text16());
  event.set_replication(in.fixed<int16_t>());
  add(batch, EVENT_METADATA, event);
}

bool on_acl(EditReader& in, EventBatchProto& batch) {
  const auto bytes = in.delimited();
  AclEditLogProto edit;
  if (!edit.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) return false;
  auto event = updated(META_TYPE_ACLS, edit.src());
  *event.mutable_acls() = edit.entries();
  add(batch, EVENT_METADATA, event);
  return true;
}

bool on_xattrs(EditReader& in, EventBatchProto& batch, bool removed) {
  const auto bytes = in.delimited();
  XAttrEditLogProto edit;
  if (!edit.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) return false;
  auto event = updated(META_TYPE_XATTRS, edit.src());
  *event.mutable_xattrs() = edit.xattrs();
  event.set_xattrsremoved(removed);
  add(batch, EVENT_METADATA, event);
  return true;
}

// HDFS's numbers of operations (FSEditLogOpCodes), also of those that others write.
enum OpCode : uint8_t {
  kAdd = 0,
  kRenameOld = 1,
  kDelete = 2,
  kMkdir = 3,
  kSetReplication = 4,
  kSetPermissions = 7,
  kSetOwner = 8,
  kClose = 9,
  kTimes = 13,
  kRename = 15,
  kConcatDelete = 16,
  kSymlink = 17,
  kSetAcl = 40,
  kSetXAttr = 43,
  kRemoveXAttr = 44,
  kTruncate = 46,
  kAppend = 47,
};

bool translate(uint8_t code, EditReader& in, EventBatchProto& batch) {
  switch (code) {
    case kAdd:
      on_add(in, batch);
      break;
    case kClose:
      on_close(in, batch);
      break;
    case kAppend:
      on_append(in, batch);
      break;
    case kSetReplication:
      on_replication(in, batch);
      break;
    case kConcatDelete:
      on_concat(in, batch);
      break;
    case kRenameOld:
    case kRename:
      on_rename(in, batch);
      break;
    case kDelete: {
      const auto path = in.text16();
      add(batch, EVENT_UNLINK, unlinked(path, in.fixed<int64_t>()));
      break;
    }
    case kMkdir:
      on_mkdir(in, batch);
      break;
    case kSetPermissions:
      on_permissions(in, batch);
      break;
    case kSetOwner:
      on_owner(in, batch);
      break;
    case kTimes:
      on_times(in, batch);
      break;
    case kSymlink:
      on_symlink(in, batch);
      break;
    case kTruncate:
      on_truncate(in, batch);
      break;
    case kSetAcl:
      return on_acl(in, batch) && in.ok();
    case kSetXAttr:
      return on_xattrs(in, batch, false) && in.ok();
    case kRemoveXAttr:
      return on_xattrs(in, batch, true) && in.ok();
    default:
      break;
  }
  return in.ok();
}

}  // namespace

Result<std::optional<EventBatchProto>> event_batch(TxId tx, std::string_view row) {
  EventBatchProto batch;
  batch.set_txid(tx.value);
  EditReader in(row.empty() ? row : row.substr(1));
  if (row.empty() || !translate(static_cast<uint8_t>(row.front()), in, batch)) {
    return error(StatusCode::kCorruption, fmt::format("operation {} of the edit log is damaged", tx.value));
  }
  if (batch.events_size() == 0) return std::nullopt;
  return batch;
}

}  // namespace tusker::namenode
