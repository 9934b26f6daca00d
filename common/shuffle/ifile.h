#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/base/bytes.h"
#include "common/base/result.h"
#include "common/base/vlong.h"
#include "common/shuffle/checksum.h"

// IFile (org.apache.hadoop.mapred.IFile): sorted records of one partition of a map's output. A record is key length and value length as
// Hadoop vints, key, value; the end is the pair -1, -1; then the CRC-32 of all that as four bytes in big-endian order. Uncompressed.

namespace tusker::shuffle {

inline constexpr std::string_view kIFileEnd{"\xff\xff", 2};
inline constexpr size_t kIFileChecksumBytes = 4;
// An empty partition: the end and its checksum.
inline constexpr int64_t kEmptyRawBytes = 2;
inline constexpr int64_t kEmptyPartBytes = 6;

// Lengths of a finished partition as the index holds them.
struct IFileLengths {
  int64_t raw_bytes = 0;   // records and end
  int64_t part_bytes = 0;  // with the checksum: what lies on disk
};

// Encodes records into a buffer of the caller's, which may be drained between calls: the writer keeps sums only. One thread at a time.
//   IFileWriter writer(buffer); writer.append(k, v)…; IFileLengths lengths = writer.finish();
// When draining, first call checksum_buffered(), then take the whole buffer and clear it.
class IFileWriter {
 public:
  explicit IFileWriter(std::string& buffer) : buffer_(buffer), summed_(buffer.size()) {}

  void append(std::string_view key, std::string_view value) {
    char lengths[2 * kVLongBytesMax];
    size_t n = encode_vlong(lengths, static_cast<int64_t>(key.size()));
    n += encode_vlong(lengths + n, static_cast<int64_t>(value.size()));
    buffer_.append(lengths, n);
    buffer_.append(key);
    buffer_.append(value);
  }
  // Takes what the buffer gained into the checksum; the buffer may then be written out and cleared.
  void checksum_buffered() {
    std::string_view fresh = std::string_view(buffer_).substr(summed_);
    crc_ = crc32(crc_, fresh);
    raw_bytes_ += static_cast<int64_t>(fresh.size());
    summed_ = buffer_.size();
  }
  // After the buffer was cleared by its owner.
  void buffer_cleared() { summed_ = 0; }
  // Appends end and checksum. The writer is then spent.
  IFileLengths finish();

 private:
  std::string& buffer_;
  size_t summed_;  // bytes of the buffer that are in the checksum, or that were there before us
  uint32_t crc_ = 0;
  int64_t raw_bytes_ = 0;
};

struct Record {
  std::string_view key;
  std::string_view value;
};

// Reads records from bytes that lie in memory (or in a window of a file that grows at its end). The views point into those bytes.
class IFileReader {
 public:
  enum class Step : uint8_t { kRecord, kEnd, kNeedMore };

  // `bytes`: records and end, with or without what follows. A later window must begin at position().
  explicit IFileReader(std::string_view bytes) : begin_(bytes.data()), at_(bytes.data()), end_(bytes.data() + bytes.size()) {}

  // kNeedMore when the bytes end inside a record; nothing is then consumed. kCorruption for lengths that can't be.
  Result<Step> next(Record& record) {
    int64_t key_length = 0;
    int64_t value_length = 0;
    size_t n = decode_vlong(at_, end_, key_length);
    if (n == 0) return Step::kNeedMore;
    size_t m = decode_vlong(at_ + n, end_, value_length);
    if (m == 0) return Step::kNeedMore;
    if (key_length < 0 || value_length < 0) return end_of(key_length, value_length, n + m);
    auto available = static_cast<uint64_t>(end_ - at_) - n - m;
    if (static_cast<uint64_t>(key_length) > available ||
        static_cast<uint64_t>(value_length) > available - static_cast<uint64_t>(key_length)) {
      return Step::kNeedMore;
    }
    const char* key = at_ + n + m;
    record.key = {key, static_cast<size_t>(key_length)};
    record.value = {key + key_length, static_cast<size_t>(value_length)};
    at_ = key + key_length + value_length;
    return Step::kRecord;
  }
  // Bytes consumed so far.
  size_t position() const { return static_cast<size_t>(at_ - begin_); }

 private:
  Result<Step> end_of(int64_t key_length, int64_t value_length, size_t bytes);

  const char* begin_;
  const char* at_;
  const char* end_;
};

// Checks the checksum of a whole partition as it lies on disk or came over HTTP, and returns its records and end without the checksum.
// kCorruption says what was found.
Result<std::string_view> verify_ifile(std::string_view part);

}  // namespace tusker::shuffle
