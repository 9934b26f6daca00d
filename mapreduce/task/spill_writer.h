#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "common/env/disk.h"
#include "common/shuffle/ifile.h"
#include "common/shuffle/spill_record.h"

namespace tusker::mapreduce {

// Writes sorted partitions one after another into one file: a map's spill, its final output, or a merge. Blocks. Memory: one buffer and the
// index.  begin(); append(); … end(); begin(); … close()
class SpillWriter {
 public:
  static Result<std::unique_ptr<SpillWriter>> create(Disk& disk, const std::string& path);
  explicit SpillWriter(std::unique_ptr<File> file) : file_(std::move(file)) {}

  void begin() { part_.emplace(buffer_); }
  Result<void> append(std::string_view key, std::string_view value) {
    part_->append(key, value);
    ++records_;
    return buffer_.size() < kBufferBytes ? Result<void>() : drain();
  }
  Result<void> end();
  // Nothing is synced: a map output that a crash of the machine takes is made again.
  Result<std::vector<shuffle::IndexEntry>> close();
  int64_t records() const { return records_; }
  int64_t bytes() const { return offset_ + static_cast<int64_t>(buffer_.size()); }

 private:
  static constexpr size_t kBufferBytes = 1 << 20;
  Result<void> drain();

  std::unique_ptr<File> file_;
  std::string buffer_;
  std::optional<shuffle::IFileWriter> part_;
  std::vector<shuffle::IndexEntry> index_;
  int64_t part_start_ = 0;
  int64_t offset_ = 0;  // of the buffer's first byte
  int64_t records_ = 0;
};

}  // namespace tusker::mapreduce
