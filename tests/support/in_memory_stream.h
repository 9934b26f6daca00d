#pragma once

#include <string>

#include "common/env/network.h"

namespace tusker::tests {

// A stream that gives prepared bytes, in pieces of a given size, and keeps what is written to it. Never waits.
class InMemoryStream final : public Stream {
 public:
  InMemoryStream(Executor executor, std::string incoming, size_t piece_bytes)
      : executor_(std::move(executor)), incoming_(std::move(incoming)), piece_bytes_(piece_bytes) {}

  Task<Result<size_t>> read_some(MutableBytes into, Deadline) override {
    const size_t bytes = std::min({into.size(), piece_bytes_, incoming_.size() - at_});
    if (bytes == 0) co_return error(StatusCode::kEof, "the prepared bytes are used up");
    incoming_.copy(into.data(), bytes, at_);
    at_ += bytes;
    co_return bytes;
  }
  Task<Result<void>> write_parts(std::span<const std::string_view> parts, Deadline) override {
    for (const auto part : parts) written += part;
    co_return Result<void>();
  }
  Result<size_t> try_write(std::string_view bytes) override {
    written += bytes;
    return bytes.size();
  }
  Task<Result<void>> send_file(const File& file, int64_t offset, int64_t length, Deadline) override {
    std::string bytes(static_cast<size_t>(length), '\0');
    CO_TRY_VOID(file.read_at(offset, MutableBytes(bytes)));
    written += bytes;
    co_return Result<void>();
  }
  bool peer_closed() override { return at_ == incoming_.size(); }
  void close() override {}
  const Endpoint& local() const override { return endpoint_; }
  const Endpoint& remote() const override { return endpoint_; }
  Executor executor() override { return executor_; }

  std::string written;

 private:
  Executor executor_;
  std::string incoming_;
  size_t piece_bytes_;
  size_t at_ = 0;
  Endpoint endpoint_{"127.0.0.1", 1};
};

}  // namespace tusker::tests
