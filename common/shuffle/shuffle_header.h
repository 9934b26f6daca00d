#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/base/result.h"

namespace tusker::shuffle {

// What stands before each partition in the body of a shuffle answer (ShuffleHeader): map attempt as Text, bytes on disk and raw bytes as
// vlongs, reduce number as vint.
struct ShuffleHeader {
  std::string map_id;
  int64_t part_bytes = 0;
  int64_t raw_bytes = 0;
  int32_t reduce = 0;
  friend bool operator==(const ShuffleHeader&, const ShuffleHeader&) = default;
};
inline constexpr size_t kMapIdBytesMax = 1000;
// No header is longer.
inline constexpr size_t kShuffleHeaderBytesMax = kMapIdBytesMax + 4 * 9;

std::string encode_shuffle_header(const ShuffleHeader& header);
// Removes the header from the front of `in`. nullopt, and nothing removed, when it isn't whole yet; kCorruption when it can't be one.
Result<std::optional<ShuffleHeader>> decode_shuffle_header(std::string_view& in);

}  // namespace tusker::shuffle
