#include "common/transfer/input_buffer.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "common/base/bytes.h"

namespace tusker::transfer {

Task<Result<void>> InputBuffer::fill(size_t wanted, Deadline deadline, size_t at_most) {
  while (end_ - begin_ < wanted) {
    if (begin_ == end_) begin_ = end_ = 0;
    if (storage_.capacity - begin_ < wanted) {
      if (storage_.capacity < wanted) {
        Storage bigger(wanted);
        swap(bigger);
      } else {
        std::memmove(storage_.memory.get(), storage_.memory.get() + begin_, end_ - begin_);
        end_ -= begin_;
        begin_ = 0;
      }
    }
    CO_TRY_VOID(co_await receive(std::max(at_most, wanted), deadline));
  }
  co_return Result<void>();
}

Task<Result<void>> InputBuffer::fill_behind(size_t wanted, Deadline deadline, size_t at_most) {
  while (end_ - begin_ < wanted) CO_TRY_VOID(co_await receive(std::max(at_most, wanted), deadline));
  co_return Result<void>();
}

// Receives what comes, so that view() has at most `limit` bytes.
Task<Result<void>> InputBuffer::receive(size_t limit, Deadline deadline) {
  const size_t room = std::min(storage_.capacity - end_, limit - (end_ - begin_));
  CO_TRY(const size_t got, co_await stream_.read_some(MutableBytes(storage_.memory.get() + end_, room), deadline));
  end_ += got;
  co_return Result<void>();
}

void InputBuffer::swap(Storage& other) {
  const size_t left = end_ - begin_;
  if (other.capacity < left) other = Storage(std::max(left, storage_.capacity));
  std::memcpy(other.memory.get(), storage_.memory.get() + begin_, left);
  std::swap(storage_, other);
  begin_ = 0;
  end_ = left;
}

Task<Result<std::string_view>> read_delimited_bytes(InputBuffer& in, Deadline deadline, size_t bytes_max) {
  for (;;) {
    std::string_view rest = in.view();
    const size_t have = rest.size();
    if (const auto length = read_varint(rest)) {
      if (*length > bytes_max)
        co_return error(StatusCode::kIo, fmt::format("A message of {} bytes; at most {} are taken", *length, bytes_max));
      const size_t whole = have - rest.size() + *length;
      CO_TRY_VOID(co_await in.fill(whole, deadline));
      const std::string_view message = in.view().substr(whole - *length, *length);
      in.consume(whole);
      co_return message;
    }
    if (have >= 10) co_return error(StatusCode::kIo, "A message's length is not a varint");
    CO_TRY_VOID(co_await in.fill(have + 1, deadline));
  }
}

}  // namespace tusker::transfer
