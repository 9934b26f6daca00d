#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/base/ids.h"
#include "namenode/model/acl.h"
#include "namenode/model/usage.h"

namespace tusker::namenode {

inline constexpr InodeId kRootInode{16385};  // INodeId.ROOT_INODE_ID

enum class InodeKind : uint8_t { kDirectory = 0, kFile = 1 };

// What a file that is being written knows of its writer.
struct UnderConstruction {
  std::string client_name;  // the lease holder
  std::string client_machine;
  friend bool operator==(const UnderConstruction&, const UnderConstruction&) = default;
};

// A name in the tree (INodeFile, INodeDirectory). A value: read from the store, changed, written back.
struct Inode {
  InodeId id;
  InodeId parent;  // 0 for the root
  std::string name;
  InodeKind kind = InodeKind::kDirectory;
  uint16_t mode = 0755;  // 01777
  std::string owner;
  std::string group;
  int64_t mtime_ms = 0;
  int64_t atime_ms = 0;
  // Files.
  int16_t replication = 0;
  int64_t block_bytes = 0;  // preferred size
  int64_t length = 0;       // committed bytes
  std::vector<BlockId> blocks;
  bool under_construction = false;
  UnderConstruction writer;
  // Directories.
  int64_t children = 0;
  Quota quota;

  uint8_t storage_policy = 0;  // its own; 0: that of the nearest directory above that has one
  Acl acl;                     // what the mode doesn't hold (StoredAcl)
  bool has_xattrs = false;     // there is a row of them

  bool is_directory() const { return kind == InodeKind::kDirectory; }
  bool is_file() const { return kind == InodeKind::kFile; }
};

// A closed file's: each of its blocks takes its length. Of one that is being written, usage_of() knows.
inline Usage usage_of_file(const Inode& file) {
  Usage out;
  out.files = 1;
  out.add({file.length, file.length * file.replication, 0, 0}, file.storage_policy);
  return out;
}

}  // namespace tusker::namenode
