#pragma once

#include <string>

#include "datanode/store/fs_dataset.h"

namespace tusker::datanode {

// The checksum of a replica's first block.bytes bytes, made of its stored checksums (BlockChecksumHelper).
struct ReplicaChecksum {
  transfer::DataChecksum checksum;
  int64_t crc_per_block = 0;
  std::string bytes;  // MD5 of the checksums, or the four bytes of the CRC composed of them
};
// Blocks. Errors as FsDataset::open_for_read.
Result<ReplicaChecksum> replica_checksum(FsDataset& dataset, Block block, bool composite);

}  // namespace tusker::datanode
