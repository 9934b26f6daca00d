#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "namenode/model/usage.h"

namespace tusker::namenode {

// BlockStoragePolicy: on which kinds of storage the replicas of a block go.
struct StoragePolicy {
  uint8_t id = 0;
  std::string_view name;
  std::vector<StorageType> types;                  // of the first replicas; the last one goes for all further ones
  std::vector<StorageType> creation_fallbacks;     // while a file is written
  std::vector<StorageType> replication_fallbacks;  // for copies later
  bool copy_on_create = false;                     // a file gets it at its creation and keeps it
};

inline constexpr uint8_t kPolicyUnspecified = 0;
inline constexpr uint8_t kHotPolicy = 7;
inline constexpr uint8_t kLazyPersistPolicy = 15;

// In the order of their ids (BlockStoragePolicySuite).
std::span<const StoragePolicy> storage_policies();
// nullptr: there is none of that id. The name's case doesn't matter.
const StoragePolicy* find_storage_policy(uint8_t id);
const StoragePolicy* find_storage_policy(std::string_view name);

// What `stored` takes of each kind of storage under a policy; nothing without one, nor of memory (FSDirectory.getStorageTypeDeltas).
TypeSpace type_space(const Stored& stored, uint8_t policy);
// The same for a directory's sum: `effective` is the policy that holds for what has none of its own below it.
TypeSpace type_space(const Usage& usage, uint8_t effective);
// The lengths only, as a content summary counts them: what is reserved for blocks being written is left out.
TypeSpace type_length(const Usage& usage, uint8_t effective);

}  // namespace tusker::namenode
