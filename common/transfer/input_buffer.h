#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "common/env/network.h"

namespace tusker::transfer {

// Memory for received bytes, not zeroed when made.
struct Storage {
  explicit Storage(size_t bytes) : memory(std::make_unique_for_overwrite<char[]>(bytes)), capacity(bytes) {}
  std::unique_ptr<char[]> memory;
  size_t capacity;
};

// Bytes received from one stream and not used yet. Belongs to the stream's strand; the stream must outlive it. Holds at most its capacity,
// which grows when one message wants more.
class InputBuffer {
 public:
  InputBuffer(Stream& stream, size_t capacity) : stream_(stream), storage_(capacity) {}

  // What was received and not consumed. Views stay good until the next fill() or swap(), also over consume().
  std::string_view view() const { return {storage_.memory.get() + begin_, end_ - begin_}; }
  void consume(size_t bytes) { begin_ += bytes; }
  // Receives until view() has at least `wanted` bytes, and asks for no more than `at_most` in all (the capacity, if that is more than
  // `wanted`). Errors are the stream's: kEof when the peer closed before.
  Task<Result<void>> fill(size_t wanted, Deadline deadline, size_t at_most = SIZE_MAX);
  // The same, behind what was consumed, so that views into that stay good too. Only if fits(wanted).
  Task<Result<void>> fill_behind(size_t wanted, Deadline deadline, size_t at_most);
  bool fits(size_t wanted) const { return storage_.capacity - begin_ >= wanted; }
  // Goes on in `other` with what isn't consumed, and leaves the present memory there: views into it stay good.
  void swap(Storage& other);
  Stream& stream() { return stream_; }

 private:
  Task<Result<void>> receive(size_t limit, Deadline deadline);

  Stream& stream_;
  Storage storage_;
  size_t begin_ = 0;
  size_t end_ = 0;
};

// Reads a message preceded by its length as a varint. The view lasts as InputBuffer::view() does. kIo for more than `bytes_max` bytes.
Task<Result<std::string_view>> read_delimited_bytes(InputBuffer& in, Deadline deadline, size_t bytes_max = 16 << 20);

// The same, decoded. kIo if it can't be.
template <class Message>
Task<Result<Message>> read_delimited(InputBuffer& in, Deadline deadline) {
  Result<std::string_view> bytes = co_await read_delimited_bytes(in, deadline);
  if (!bytes) co_return error(std::move(bytes).error());
  Message message;
  if (!message.ParseFromArray(bytes->data(), static_cast<int>(bytes->size()))) {
    co_return error(StatusCode::kIo, "Cannot decode a message: " + message.InitializationErrorString());
  }
  co_return message;
}

}  // namespace tusker::transfer
