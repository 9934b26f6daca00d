#include "mapreduce/task/segment.h"

#include <algorithm>

#include <fmt/format.h>

namespace tusker::mapreduce {
namespace {

constexpr size_t kWindowBytes = 256 << 10;

std::unexpected<Status> ends_early(const std::string& name) {
  return error(StatusCode::kCorruption, fmt::format("Map output is corrupt: {} ends within a record", name));
}

}  // namespace

MemorySegment::MemorySegment(std::string part) : part_(std::move(part)), reader_(part_) {}

Result<bool> MemorySegment::next() {
  TRY(auto step, reader_.next(record_));
  if (step == shuffle::IFileReader::Step::kNeedMore) return ends_early("an output in memory");
  return step == shuffle::IFileReader::Step::kRecord;
}

FileSegment::FileSegment(std::shared_ptr<const File> file, shuffle::IndexEntry part, std::string name)
    : file_(std::move(file)), part_(part), name_(std::move(name)) {}

Result<bool> FileSegment::next() {
  while (true) {
    TRY(auto step, reader_.next(record_));
    if (step == shuffle::IFileReader::Step::kRecord) return true;
    if (step == shuffle::IFileReader::Step::kEnd) {
      TRY_VOID(check_end());
      return false;
    }
    TRY_VOID(refill());
  }
}

// Keeps what wasn't consumed and reads on behind it.
Result<void> FileSegment::refill() {
  const int64_t records_bytes = part_.part_bytes - static_cast<int64_t>(shuffle::kIFileChecksumBytes);
  const int64_t left = records_bytes - read_;
  if (left <= 0) return ends_early(name_);
  window_.erase(0, reader_.position());
  const size_t kept = window_.size();
  const auto wanted = static_cast<size_t>(std::min<int64_t>(left, static_cast<int64_t>(std::max(kWindowBytes, kept))));
  window_.resize(kept + wanted);
  TRY(size_t count, file_->read_at(part_.start_offset + read_, MutableBytes(window_).subspan(kept)));
  if (count < wanted) return ends_early(name_);
  crc_ = shuffle::crc32(crc_, std::string_view(window_).substr(kept));
  read_ += static_cast<int64_t>(count);
  reader_ = shuffle::IFileReader(window_);
  return {};
}

Result<void> FileSegment::check_end() {
  const int64_t records_bytes = part_.part_bytes - static_cast<int64_t>(shuffle::kIFileChecksumBytes);
  char stored[shuffle::kIFileChecksumBytes];
  TRY(size_t count, file_->read_at(part_.start_offset + records_bytes, stored));
  if (read_ != records_bytes || count != sizeof stored || load_be<uint32_t>(stored) != crc_) {
    return error(StatusCode::kCorruption,
                 fmt::format("Map output is corrupt: checksum of {} is {:08x}, not what was written", name_, crc_));
  }
  return {};
}

}  // namespace tusker::mapreduce
