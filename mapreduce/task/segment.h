#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "common/env/disk.h"
#include "common/shuffle/ifile.h"
#include "common/shuffle/spill_record.h"

namespace tusker::mapreduce {

// One sorted run of records: a partition of a spill, or of a fetched map output. One thread at a time; may block.
class Segment {
 public:
  virtual ~Segment() = default;
  // Goes to the next record; false at the end. The record's views are valid until the next call.
  virtual Result<bool> next() = 0;
  const shuffle::Record& record() const { return record_; }
  // On disk or in memory; what a merge reads.
  virtual int64_t bytes() const = 0;

 protected:
  shuffle::Record record_;
};

// A whole partition in memory, as it came, whose checksum has been verified.
class MemorySegment final : public Segment {
 public:
  // `part`: records, end, checksum.
  explicit MemorySegment(std::string part);
  Result<bool> next() override;
  int64_t bytes() const override { return static_cast<int64_t>(part_.size()); }

 private:
  std::string part_;
  shuffle::IFileReader reader_;
};

// A partition in a file, read through a window of bounded size that grows to a record longer than it. The checksum is computed on the way
// and compared at the end: kCorruption, when all has been read.
class FileSegment final : public Segment {
 public:
  // `name` stands in errors.
  FileSegment(std::shared_ptr<const File> file, shuffle::IndexEntry part, std::string name);
  Result<bool> next() override;
  int64_t bytes() const override { return part_.part_bytes; }

 private:
  Result<void> refill();
  Result<void> check_end();

  std::shared_ptr<const File> file_;
  shuffle::IndexEntry part_;
  std::string name_;
  std::string window_;
  shuffle::IFileReader reader_{std::string_view()};
  int64_t read_ = 0;  // of the part, into the window so far
  uint32_t crc_ = 0;
};

}  // namespace tusker::mapreduce
