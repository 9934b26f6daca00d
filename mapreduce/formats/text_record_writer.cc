#include "mapreduce/formats/text_record_writer.h"

#include <fmt/format.h>

namespace tusker::mapreduce {

Result<void> TextRecordWriter::drain() {
  TRY_VOID(sink_->write(buffer_));
  bytes_ += static_cast<int64_t>(buffer_.size());
  buffer_.clear();
  return {};
}

Result<void> TextRecordWriter::close() {
  TRY_VOID(drain());
  return sink_->close();
}

std::string part_name(std::string_view base, bool is_map, int32_t partition) {
  return fmt::format("{}-{}-{:05}", base, is_map ? 'm' : 'r', partition);
}

}  // namespace tusker::mapreduce
