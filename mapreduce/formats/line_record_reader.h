#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "common/base/result.h"
#include "mapreduce/api/abi.h"
#include "mapreduce/formats/file_store.h"

namespace tusker::mapreduce {

// The lines of one split (org.apache.hadoop.mapreduce.lib.input.LineRecordReader). A line ends with LF, CR or CRLF, the last also with the
// file. A split that doesn't begin the file leaves its first line, whole or not, to the split before it; each reads on while a line begins
// at or before its end. Together that gives each line to one split. A UTF-8 byte order mark at the file's beginning is dropped.
// Memory: one piece of the source, and one line at most that lies across pieces. One thread at a time.
class LineRecordReader {
 public:
  // `source` begins at `start`; its bytes count from there. `end`: of the split; for a source that can't be split, INT64_MAX.
  // Lines longer than `line_bytes_max` are left out.
  LineRecordReader(std::unique_ptr<ByteSource> source, int64_t start, int64_t end, int64_t line_bytes_max);

  // Fills as many records as it has at hand; 0 at the end of the split. The views are valid until the next call.
  Result<size_t> next(std::span<tusker_record> records);
  // Offset of the next byte that wasn't taken.
  int64_t position() const { return position_; }
  int64_t lines_left_out() const { return left_out_; }

 private:
  Result<void> refill();
  Result<void> skip_first_line();
  bool take_line(std::string_view& line);
  Result<bool> take_split_line(std::string_view& line);
  size_t line_length();

  std::unique_ptr<ByteSource> source_;
  int64_t start_;
  int64_t end_;
  size_t line_bytes_max_;
  int64_t position_;
  std::string_view piece_;         // of the source, not yet taken
  const char* next_cr_ = nullptr;  // the first CR at or after the piece's front, or its end
  bool source_ended_ = false;
  bool started_ = false;
  bool marked_ = false;             // the file begins with a byte order mark
  bool line_feed_pending_ = false;  // the last line ended with a CR at the end of a piece: an LF that follows belongs to it
  std::string carried_;             // a line that lies across pieces
  int64_t left_out_ = 0;
};

}  // namespace tusker::mapreduce
