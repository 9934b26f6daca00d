#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"

namespace tusker::shuffle {

// Where one partition lies in a map output file (IndexRecord).
struct IndexEntry {
  int64_t start_offset = 0;
  int64_t raw_bytes = 0;   // uncompressed records and end, without checksum
  int64_t part_bytes = 0;  // on disk, with checksum
  friend bool operator==(const IndexEntry&, const IndexEntry&) = default;
};
inline constexpr size_t kIndexEntryBytes = 24;
inline constexpr size_t kIndexTrailerBytes = 8;

// file.out.index (SpillRecord): an entry a partition, three int64 each, then the CRC-32 of all as an int64; big-endian.
std::string encode_index(const std::vector<IndexEntry>& entries);
// kCorruption for a wrong length, checksum, or an entry with a negative number.
Result<std::vector<IndexEntry>> decode_index(std::string_view bytes);

// Names of the files of a finished map attempt, below a local directory of the application:
// "output/<attempt>/file.out" and "output/<attempt>/file.out.index" (MROutputFiles, ShuffleHandler).
std::string map_output_path(std::string_view app_directory, std::string_view attempt);
std::string map_output_index_path(std::string_view app_directory, std::string_view attempt);

}  // namespace tusker::shuffle
