#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tusker::datanode {

// Numbered as on the wire.
enum class StorageType : uint8_t { kDisk = 1, kSsd = 2, kArchive = 3, kRamDisk = 4, kProvided = 5, kNvdimm = 6 };
std::string_view name_of(StorageType type);

// Where a volume lies: an item of dfs.datanode.data.dir.
struct StorageLocation {
  StorageType type = StorageType::kDisk;
  std::string path;
};

// "[SSD]file:///a", "[DISK]/a" or "/a". An unknown type makes `ok` false.
StorageLocation parse_storage_location(std::string_view text, bool& ok);

// The namespace that a NameNode serves, and whose blocks a volume holds (NamespaceInfo).
struct NamespaceInfo {
  int64_t namespace_id = 0;
  std::string cluster_id;
  std::string block_pool_id;
  int64_t creation_time = 0;
  friend bool operator==(const NamespaceInfo&, const NamespaceInfo&) = default;
};

// Bytes of a volume, as heartbeats report them (StorageReport).
struct StorageUsage {
  uint16_t volume = 0;  // the number that replicas name it by
  std::string storage_uuid;
  StorageType type = StorageType::kDisk;
  int64_t capacity = 0;
  int64_t dfs_used = 0;
  int64_t remaining = 0;
  int64_t non_dfs_used = 0;
  std::string path;
};

}  // namespace tusker::datanode
