#pragma once

#include <string>
#include <vector>

#include "common/base/bytes.h"
#include "common/kv/engine.h"
#include "namenode/model/block.h"
#include "namenode/model/inode.h"

// What is in the NameNode's store. Keys are big-endian, so that order is meaning; values are varints and short strings (codec.h).
//
//   family         key                              value
//   inode          inode id                         parent id, name: where its row stands
//   child          parent id, name                  the inode: everything but its usage, so that a listing is one walk
//   usage          directory id                     what lies below it
//   block          block id                         file, generation, length, state, pipeline
//   replica        block id, storage id             generation, length, corrupt          (written without sync: reports repair it)
//   storage        storage id, block id             nothing: the reverse of `replica`     (likewise)
//   lease          holder, inode id                 nothing
//   datanode       uuid                             registration and storages
//   edit           first transaction id             the operations of one commit, each as in HDFS's edit log (for_each_edit)
//   retry          client id, call id               expiry, the answer
//   retry_expiry   expiry ms, commit                keys of the `retry` rows of one commit: the order in which they are cleared
//   doomed         inode id                         nothing: roots of deleted subtrees, cleared in chunks
//   invalidate     storage id, block id             an order to delete the replica        (written without sync)
//   meta           name                             identity, counters, segments
//   xattr          inode id                         the extended attributes, of an inode that has any
//   token          'k', key id                      a master key of delegation tokens
//                  't', sequence number             a delegation token
//                  'c'                              the numbers given out last
namespace tusker::namenode {

enum Family : kv::Family {
  kInodeFamily,
  kChildFamily,
  kUsageFamily,
  kBlockFamily,
  kReplicaFamily,
  kStorageFamily,
  kLeaseFamily,
  kDatanodeFamily,
  kEditFamily,
  kRetryFamily,
  kRetryExpiryFamily,
  kDoomedFamily,
  kInvalidateFamily,
  kMetaFamily,
  kXAttrFamily,
  kTokenFamily,
  kFamilyCount,
};

inline const std::vector<std::string>& family_names() {
  static const std::vector<std::string> names = {"inode", "child", "usage",        "block",  "replica",    "storage", "lease", "datanode",
                                                 "edit",  "retry", "retry_expiry", "doomed", "invalidate", "meta",    "xattr", "token"};
  return names;
}

inline constexpr std::string_view kIdentityKey = "identity";  // VERSION's content
inline constexpr std::string_view kLayoutKey = "layout";      // of these families and rows
inline constexpr std::string_view kLayout = "2";
inline constexpr std::string_view kCountersKey = "counters";
inline constexpr std::string_view kSegmentsKey = "segments";
inline constexpr std::string_view kTokenCountersKey = "c";

template <class Tag>
std::string id_key(Id<Tag> id) {
  std::string out;
  append_be<int64_t>(out, id.value);
  return out;
}
inline std::string child_key(InodeId parent, std::string_view name) { return id_key(parent).append(name); }
// Block ids of striped groups are negative; the rest of HDFS sorts them signed, here only equality and prefixes count.
inline std::string replica_key(BlockId block, StorageId storage) {
  std::string out = id_key(block);
  append_be<uint32_t>(out, static_cast<uint32_t>(storage.value));
  return out;
}
inline std::string storage_prefix(StorageId storage) {
  std::string out;
  append_be<uint32_t>(out, static_cast<uint32_t>(storage.value));
  return out;
}
inline std::string storage_key(StorageId storage, BlockId block) { return storage_prefix(storage).append(id_key(block)); }
inline std::string lease_key(std::string_view holder, InodeId file) { return std::string(holder).append(1, '\0').append(id_key(file)); }
inline std::string delegation_key_key(int32_t id) {
  std::string out("k");
  append_be<uint32_t>(out, static_cast<uint32_t>(id));
  return out;
}
inline std::string delegation_token_key(int32_t sequence) {
  std::string out("t");
  append_be<uint32_t>(out, static_cast<uint32_t>(sequence));
  return out;
}
template <class IdType>
IdType id_from(std::string_view key, size_t offset = 0) {
  return IdType(load_be<int64_t>(key.data() + offset));
}
inline StorageId storage_from(std::string_view key, size_t offset = 0) { return StorageId(load_be<uint32_t>(key.data() + offset)); }
// The least key greater than all that begin with `prefix`; empty (no bound) when there is none.
inline std::string prefix_end(std::string prefix) {
  while (!prefix.empty()) {
    if (const auto last = static_cast<uint8_t>(prefix.back()); last != 0xff) {
      prefix.back() = static_cast<char>(last + 1);
      return prefix;
    }
    prefix.pop_back();
  }
  return prefix;
}

}  // namespace tusker::namenode
