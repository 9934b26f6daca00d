#pragma once

#include <memory>
#include <optional>
#include <string>

#include "common/transfer/checksum.h"
#include "datanode/store/replica_files.h"

namespace tusker::datanode {

// A replica opened to be read: its files, and how many of their bytes are to be seen (the disk half of BlockSender). Made by FsDataset.
// Stays good when the replica is deleted, appended to or moved meanwhile. Calls that take checksums or data block.
class ReplicaReader {
 public:
  // `last` is the checksum of the bytes behind the last full run, as it was when `bytes` were in the file.
  ReplicaReader(Replica replica, int64_t bytes, ReplicaFiles files, std::optional<transfer::DataChecksum> checksum, uint32_t last)
      : replica_(std::move(replica)), bytes_(bytes), files_(std::move(files)), checksum_(checksum), last_(last) {}

  const Replica& replica() const { return replica_; }
  int64_t bytes() const { return bytes_; }
  bool has_checksums() const { return checksum_.has_value(); }
  // Type NULL when there is no meta file.
  transfer::DataChecksum checksum() const { return checksum_.value_or(transfer::DataChecksum(transfer::ChecksumType::kNull, 512)); }
  const File& data() const { return *files_.data; }

  // The checksums of data [begin, end), which begin at a run's start and end at one's end or at bytes(). kCorruption when the meta file is
  // too short or can't be read.
  Result<std::string> checksums(int64_t begin, int64_t end) const;

 private:
  Replica replica_;
  int64_t bytes_;
  ReplicaFiles files_;
  std::optional<transfer::DataChecksum> checksum_;
  uint32_t last_;
};

}  // namespace tusker::datanode
