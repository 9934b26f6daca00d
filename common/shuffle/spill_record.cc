#include "common/shuffle/spill_record.h"

#include <fmt/format.h>

#include "common/base/bytes.h"
#include "common/shuffle/checksum.h"

namespace tusker::shuffle {

std::string encode_index(const std::vector<IndexEntry>& entries) {
  std::string out;
  out.reserve(entries.size() * kIndexEntryBytes + kIndexTrailerBytes);
  for (const IndexEntry& entry : entries) {
    append_be(out, entry.start_offset);
    append_be(out, entry.raw_bytes);
    append_be(out, entry.part_bytes);
  }
  append_be(out, static_cast<int64_t>(crc32(0, out)));
  return out;
}

Result<std::vector<IndexEntry>> decode_index(std::string_view bytes) {
  if (bytes.size() < kIndexTrailerBytes || (bytes.size() - kIndexTrailerBytes) % kIndexEntryBytes != 0) {
    return error(StatusCode::kCorruption, fmt::format("Index of a map output is corrupt: it has {} bytes", bytes.size()));
  }
  std::string_view body = bytes.substr(0, bytes.size() - kIndexTrailerBytes);
  if (load_be<int64_t>(bytes.data() + body.size()) != static_cast<int64_t>(crc32(0, body))) {
    return error(StatusCode::kCorruption, "Index of a map output is corrupt: wrong checksum");
  }
  std::vector<IndexEntry> entries;
  entries.reserve(body.size() / kIndexEntryBytes);
  for (size_t at = 0; at < body.size(); at += kIndexEntryBytes) {
    const char* p = body.data() + at;
    IndexEntry entry{load_be<int64_t>(p), load_be<int64_t>(p + 8), load_be<int64_t>(p + 16)};
    if (entry.start_offset < 0 || entry.raw_bytes < 0 || entry.part_bytes < 0) {
      return error(StatusCode::kCorruption,
                   fmt::format("Index of a map output is corrupt: partition {} has a negative number", entries.size()));
    }
    entries.push_back(entry);
  }
  return entries;
}

std::string map_output_path(std::string_view app_directory, std::string_view attempt) {
  return fmt::format("{}/output/{}/file.out", app_directory, attempt);
}

std::string map_output_index_path(std::string_view app_directory, std::string_view attempt) {
  return map_output_path(app_directory, attempt) + ".index";
}

}  // namespace tusker::shuffle
