#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>

namespace tusker::namenode {

// In the order of Hadoop's enum, whose numbers stand in the edit log. All but memory can have a quota.
enum class StorageType : uint8_t { kRamDisk = 0, kSsd = 1, kDisk = 2, kArchive = 3, kProvided = 4, kNvdimm = 5 };
inline constexpr size_t kStorageTypes = 6;
inline constexpr std::array kTypesWithQuota = {StorageType::kSsd, StorageType::kDisk, StorageType::kArchive, StorageType::kProvided,
                                               StorageType::kNvdimm};
const char* storage_type_name(StorageType type);
// Bytes by StorageType.
using TypeSpace = std::array<int64_t, kStorageTypes>;

// What files take. A block that is being written takes a whole block's room: what that is beyond its known length is reserved.
struct Stored {
  int64_t bytes = 0;           // lengths
  int64_t space = 0;           // lengths and what is reserved, times replication
  int64_t reserved = 0;        // for blocks being written
  int64_t reserved_space = 0;  // the same times replication

  Stored& operator+=(const Stored& o) {
    bytes += o.bytes;
    space += o.space;
    reserved += o.reserved;
    reserved_space += o.reserved_space;
    return *this;
  }
  Stored operator-() const { return {-bytes, -space, -reserved, -reserved_space}; }
  friend bool operator==(const Stored&, const Stored&) = default;
};

// What lies below a directory, itself included (ContentSummary, QuotaCounts). Kept up to date for every directory, never computed by a
// walk.
struct Usage {
  int64_t directories = 0;
  int64_t files = 0;
  int64_t bytes = 0;
  int64_t space = 0;
  int64_t reserved = 0;
  int64_t reserved_space = 0;
  // The part of it that has a storage policy of its own, or from a directory below the one that this is the sum of. The rest follows the
  // policy of that directory or of one above it, which may change without this sum being touched.
  std::map<uint8_t, Stored> by_policy;

  Usage& operator+=(const Usage& o);
  Usage operator-() const;
  friend bool operator==(const Usage&, const Usage&) = default;

  int64_t names() const { return directories + files; }
  Stored total() const { return {bytes, space, reserved, reserved_space}; }
  Stored unspecified() const;
  void add(const Stored& stored, uint8_t policy);
  // As the directory above counts it, when this directory has `policy` (0: none).
  Usage seen_from_above(uint8_t policy) const;
};

// Limits of a directory; -1: none (DirectoryWithQuotaFeature).
struct Quota {
  int64_t names = -1;
  int64_t space = -1;
  TypeSpace types = {-1, -1, -1, -1, -1, -1};

  bool is_set() const;
  bool has_types() const;
  friend bool operator==(const Quota&, const Quota&) = default;
};
inline constexpr int64_t kQuotaDontSet = INT64_MAX;  // HdfsConstants.QUOTA_DONT_SET; also the root's own limit of names
inline constexpr int64_t kQuotaReset = -1;

}  // namespace tusker::namenode
