#include "mapreduce/formats/line_record_reader.h"

#include <algorithm>
#include <cstring>

namespace tusker::mapreduce {
namespace {
constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
}

LineRecordReader::LineRecordReader(std::unique_ptr<ByteSource> source, int64_t start, int64_t end, int64_t line_bytes_max)
    : source_(std::move(source)), start_(start), end_(end), line_bytes_max_(static_cast<size_t>(line_bytes_max)), position_(start) {}

// Gets the next piece; the former is gone. Settles an LF that belongs to the line before.
Result<void> LineRecordReader::refill() {
  while (piece_.empty() && !source_ended_) {
    TRY(piece_, source_->next());
    source_ended_ = piece_.empty();
    next_cr_ = nullptr;
    if (line_feed_pending_ && !piece_.empty()) {
      line_feed_pending_ = false;
      if (piece_.front() == '\n') {
        piece_.remove_prefix(1);
        ++position_;
      }
    }
  }
  return {};
}

// The bytes before the next line end, or the piece's size when it holds none.
size_t LineRecordReader::line_length() {
  const char* begin = piece_.data();
  const char* end = begin + piece_.size();
  if (next_cr_ == nullptr || next_cr_ < begin) {
    const void* cr = std::memchr(begin, '\r', piece_.size());
    next_cr_ = cr == nullptr ? end : static_cast<const char*>(cr);
  }
  const void* lf = std::memchr(begin, '\n', static_cast<size_t>(next_cr_ - begin));
  return static_cast<size_t>((lf == nullptr ? next_cr_ : static_cast<const char*>(lf)) - begin);
}

// A line that ends within the piece. False when the piece holds no line end; nothing is then taken.
bool LineRecordReader::take_line(std::string_view& line) {
  if (piece_.empty()) return false;
  const size_t length = line_length();
  if (length == piece_.size()) return false;
  size_t taken = length + 1;
  if (piece_[length] == '\r') {
    if (taken == piece_.size()) {
      line_feed_pending_ = true;
    } else if (piece_[taken] == '\n') {
      ++taken;
    }
  }
  line = piece_.substr(0, length);
  piece_.remove_prefix(taken);
  position_ += static_cast<int64_t>(taken);
  return true;
}

// A line that begins in this piece and ends in a later one, or with the file. False when nothing is left.
Result<bool> LineRecordReader::take_split_line(std::string_view& line) {
  carried_.clear();
  bool too_long = false;
  while (true) {
    const std::string_view part = piece_;
    if (carried_.size() + part.size() > line_bytes_max_) too_long = true;
    if (!too_long) carried_.append(part);
    position_ += static_cast<int64_t>(part.size());
    const bool any = !carried_.empty() || too_long;
    piece_ = {};
    TRY_VOID(refill());
    if (piece_.empty()) {
      line = carried_;
      if (too_long) line = {nullptr, line_bytes_max_ + 1};
      return any;
    }
    std::string_view rest;
    if (take_line(rest)) {
      if (carried_.size() + rest.size() > line_bytes_max_) too_long = true;
      if (!too_long) carried_.append(rest);
      line = too_long ? std::string_view(nullptr, line_bytes_max_ + 1) : std::string_view(carried_);
      return true;
    }
  }
}

Result<void> LineRecordReader::skip_first_line() {
  TRY_VOID(refill());
  if (start_ == 0) {
    // A piece shorter than the mark only happens with a file that is that short.
    if (piece_.starts_with(kByteOrderMark)) {
      piece_.remove_prefix(kByteOrderMark.size());
      position_ += static_cast<int64_t>(kByteOrderMark.size());
      marked_ = true;
    }
    return {};
  }
  std::string_view line;
  if (!take_line(line)) TRY_VOID(take_split_line(line));
  return {};
}

Result<size_t> LineRecordReader::next(std::span<tusker_record> records) {
  if (!started_) {
    started_ = true;
    TRY_VOID(skip_first_line());
  }
  if (piece_.empty()) TRY_VOID(refill());
  size_t count = 0;
  while (count < records.size()) {
    if (line_feed_pending_ && count == 0) TRY_VOID(refill());
    if (line_feed_pending_ || position_ > end_) break;
    // The byte order mark belongs to the first line, whose key stays 0.
    const int64_t offset = marked_ && position_ == static_cast<int64_t>(kByteOrderMark.size()) ? 0 : position_;
    std::string_view line;
    if (!take_line(line)) {
      if (count > 0) break;  // the views of this batch lie in the piece
      if (piece_.empty()) TRY_VOID(refill());
      if (piece_.empty()) break;
      TRY(bool any, take_split_line(line));
      if (!any) break;
      if (line.size() <= line_bytes_max_) {
        records[0] = {offset, {line.data(), line.size()}};
        return 1;
      }
    } else if (line.size() <= line_bytes_max_) {
      records[count++] = {offset, {line.data(), line.size()}};
      continue;
    }
    ++left_out_;
  }
  return count;
}

}  // namespace tusker::mapreduce
