#pragma once

#include <cstdint>
#include <string>

#include "common/async/task.h"
#include "common/base/result.h"

namespace tusker::client {

struct ClientContext;

// MD5MD5CRC32FileChecksum: the MD5 of the blocks' MD5s of their checksums.
struct FileChecksum {
  int64_t bytes_per_crc = 0;
  int64_t crc_per_block = 0;  // 0 for a file of at most one block
  std::string crc_type = "CRC32";
  std::string md5;  // 16 bytes

  std::string algorithm() const;  // "MD5-of-0MD5-of-512CRC32C"
  std::string bytes() const;      // as Hadoop writes it: 28
};

// FileChecksumHelper: asks a DataNode of each block. `path` must be a file; all that is complete of it counts.
Task<Result<FileChecksum>> file_checksum(ClientContext& context, std::string path);

}  // namespace tusker::client
