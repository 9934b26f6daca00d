#pragma once

#include <memory>
#include <string>

#include "common/env/disk.h"
#include "common/transfer/checksum.h"
#include "datanode/model/replica.h"

namespace tusker::datanode {

// Functions on a replica's pair of files. All block.

struct ReplicaFiles {
  std::unique_ptr<File> data;
  std::unique_ptr<File> meta;
};
Result<ReplicaFiles> open_files(Disk& disk, const std::string& data_path, const std::string& meta_path, OpenMode mode);
Result<transfer::DataChecksum> read_meta_header(const File& meta);

// The checksum over the bytes after the last full run of a replica of `bytes` bytes, from its data; 0 when there are none.
// With `verify`, kCorruption if the meta file says otherwise.
Result<uint32_t> last_checksum(const ReplicaFiles& files, const transfer::DataChecksum& checksum, int64_t bytes, bool verify);

// Cuts both files to `bytes` data bytes and makes the last checksum fit.
Result<void> truncate_files(ReplicaFiles& files, const transfer::DataChecksum& checksum, int64_t bytes);

// Cuts off what a failed write left behind `bytes` data bytes. kCorruption when a file is too short for them.
Result<void> fit_files(ReplicaFiles& files, const transfer::DataChecksum& checksum, int64_t bytes);

// How many bytes of a replica that was being written when the process died are good: those that have checksums, the last run only if its
// checksum is right (BlockPoolSlice.validateIntegrityAndSetLength). 0 when the meta file is of no use.
int64_t validated_bytes(Disk& disk, const std::string& data_path, const std::string& meta_path);

}  // namespace tusker::datanode
