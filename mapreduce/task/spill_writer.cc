#include "mapreduce/task/spill_writer.h"

namespace tusker::mapreduce {

Result<std::unique_ptr<SpillWriter>> SpillWriter::create(Disk& disk, const std::string& path) {
  TRY_VOID(disk.make_directories(parent_directory(path)));
  TRY(auto file, disk.open(path, OpenMode::kTruncate));
  return std::make_unique<SpillWriter>(std::move(file));
}

Result<void> SpillWriter::drain() {
  if (part_) part_->checksum_buffered();
  TRY_VOID(file_->write_at(offset_, buffer_));
  offset_ += static_cast<int64_t>(buffer_.size());
  buffer_.clear();
  if (part_) part_->buffer_cleared();
  return {};
}

Result<void> SpillWriter::end() {
  const shuffle::IFileLengths lengths = part_->finish();
  part_.reset();
  index_.push_back({.start_offset = part_start_, .raw_bytes = lengths.raw_bytes, .part_bytes = lengths.part_bytes});
  part_start_ += lengths.part_bytes;
  return buffer_.size() < kBufferBytes ? Result<void>() : drain();
}

Result<std::vector<shuffle::IndexEntry>> SpillWriter::close() {
  TRY_VOID(drain());
  file_.reset();
  return std::move(index_);
}

}  // namespace tusker::mapreduce
