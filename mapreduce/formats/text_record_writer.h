#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "mapreduce/formats/file_store.h"

namespace tusker::mapreduce {

// Pairs as lines, "key<separator>value\n" (org.apache.hadoop.mapreduce.lib.output.TextOutputFormat). A value whose data are null leaves
// the separator out too. One thread at a time; holds one buffer.
class TextRecordWriter {
 public:
  TextRecordWriter(std::unique_ptr<ByteSink> sink, std::string separator) : sink_(std::move(sink)), separator_(std::move(separator)) {}

  Result<void> write(std::string_view key, std::string_view value) {
    buffer_.append(key);
    if (value.data() != nullptr) buffer_.append(separator_).append(value);
    buffer_.push_back('\n');
    return buffer_.size() < kBufferBytes ? Result<void>() : drain();
  }
  // Everything is in the file, which is complete, when it returns.
  Result<void> close();
  int64_t bytes() const { return bytes_ + static_cast<int64_t>(buffer_.size()); }

 private:
  static constexpr size_t kBufferBytes = 256 << 10;
  Result<void> drain();

  std::unique_ptr<ByteSink> sink_;
  std::string separator_;
  std::string buffer_;
  int64_t bytes_ = 0;
};

// "part-r-00007".
std::string part_name(std::string_view base, bool is_map, int32_t partition);

}  // namespace tusker::mapreduce
