#include "common/shuffle/ifile.h"

#include <fmt/format.h>

namespace tusker::shuffle {

IFileLengths IFileWriter::finish() {
  buffer_.append(kIFileEnd);
  checksum_buffered();
  append_be(buffer_, crc_);
  summed_ = buffer_.size();
  return {raw_bytes_, raw_bytes_ + static_cast<int64_t>(kIFileChecksumBytes)};
}

Result<IFileReader::Step> IFileReader::end_of(int64_t key_length, int64_t value_length, size_t bytes) {
  if (key_length != -1 || value_length != -1) {
    return error(StatusCode::kCorruption, fmt::format("Map output is corrupt at byte {}: a key of {} bytes and a value of {} bytes",
                                                      position(), key_length, value_length));
  }
  at_ += bytes;
  return Step::kEnd;
}

Result<std::string_view> verify_ifile(std::string_view part) {
  if (part.size() < static_cast<size_t>(kEmptyPartBytes)) {
    return error(StatusCode::kCorruption, fmt::format("Map output is corrupt: {} bytes are less than an empty one has", part.size()));
  }
  std::string_view records = part.substr(0, part.size() - kIFileChecksumBytes);
  auto expected = load_be<uint32_t>(part.data() + records.size());
  uint32_t actual = crc32(0, records);
  if (actual != expected) {
    return error(StatusCode::kCorruption,
                 fmt::format("Map output is corrupt: checksum of {} bytes is {:08x}, expected {:08x}", records.size(), actual, expected));
  }
  return records;
}

}  // namespace tusker::shuffle
