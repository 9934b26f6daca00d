#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/base/ids.h"

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

  bool is_directory() const { return kind == InodeKind::kDirectory; }
  bool is_file() const { return kind == InodeKind::kFile; }
};

// What lies below a directory, itself included (ContentSummary). Kept up to date for every directory, never computed by a walk.
struct Usage {
  int64_t directories = 0;
  int64_t files = 0;
  int64_t bytes = 0;  // lengths
  int64_t space = 0;  // lengths times replication

  Usage& operator+=(const Usage& o) {
    directories += o.directories;
    files += o.files;
    bytes += o.bytes;
    space += o.space;
    return *this;
  }
  Usage operator-() const { return {-directories, -files, -bytes, -space}; }
  friend bool operator==(const Usage&, const Usage&) = default;
};

inline Usage usage_of_file(const Inode& file) { return {0, 1, file.length, file.length * file.replication}; }

}  // namespace tusker::namenode
