#pragma once

#include <cstdint>
#include <string_view>

#include "mapreduce/api/abi.h"

namespace tusker::mapreduce {

// Hadoop's HashPartitioner over a Text key: (hashCode & 0x7fffffff) % partitions, hashCode = 31 * h + signed byte from 1.
inline uint32_t hash_partition(std::string_view key, uint32_t partitions) {
  uint32_t h = 1;
  for (char c : key) h = 31 * h + static_cast<uint32_t>(static_cast<int32_t>(static_cast<signed char>(c)));
  return (h & 0x7fffffffU) % partitions;
}

// Which reduce a key goes to. With one there is no choice, and the job isn't asked, as in Hadoop.
class Partitioner {
 public:
  Partitioner(const tusker_job_v1& job, uint32_t partitions) : custom_(job.partition), partitions_(partitions) {}
  uint32_t partitions() const { return partitions_; }
  // A custom partitioner may give anything: the caller checks.
  uint32_t of(std::string_view key) const {
    if (partitions_ == 1) return 0;
    return custom_ == nullptr ? hash_partition(key, partitions_) : custom_({key.data(), key.size()}, partitions_);
  }

 private:
  uint32_t (*custom_)(tusker_bytes, uint32_t);
  uint32_t partitions_;
};

}  // namespace tusker::mapreduce
