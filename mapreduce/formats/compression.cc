#include "mapreduce/formats/compression.h"

#include <fmt/format.h>
#include <zlib.h>

namespace tusker::mapreduce {
namespace {

constexpr size_t kBufferBytes = 256 << 10;

class GzipSource final : public ByteSource {
 public:
  GzipSource(std::unique_ptr<ByteSource> source, std::string_view path) : source_(std::move(source)), path_(path) {
    // 16: the gzip format, with its checksum.
    ready_ = ::inflateInit2(&stream_, MAX_WBITS + 16) == Z_OK;
    buffer_.resize(kBufferBytes);
  }
  ~GzipSource() override {
    if (ready_) ::inflateEnd(&stream_);
  }

  Result<std::string_view> next() override {
    if (!ready_) return error(StatusCode::kIo, "zlib can't be started");
    while (true) {
      if (stream_.avail_in == 0) {
        TRY(std::string_view piece, source_->next());
        if (piece.empty()) return end();
        stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(piece.data()));
        stream_.avail_in = static_cast<uInt>(piece.size());
      }
      // A file may hold several members, one after another.
      if (member_ended_ && ::inflateReset(&stream_) != Z_OK) return damaged();
      member_ended_ = false;
      stream_.next_out = reinterpret_cast<Bytef*>(buffer_.data());
      stream_.avail_out = static_cast<uInt>(buffer_.size());
      const int outcome = ::inflate(&stream_, Z_NO_FLUSH);
      if (outcome == Z_STREAM_END) {
        member_ended_ = true;
      } else if (outcome != Z_OK && outcome != Z_BUF_ERROR) {
        return damaged();
      }
      const size_t count = buffer_.size() - stream_.avail_out;
      if (count > 0) return std::string_view(buffer_).substr(0, count);
    }
  }

 private:
  Result<std::string_view> end() const {
    if (!member_ended_) return error(StatusCode::kCorruption, fmt::format("{}: the gzip data end too early", path_));
    return std::string_view();
  }
  std::unexpected<Status> damaged() const {
    return error(StatusCode::kCorruption, fmt::format("{}: not gzip, or damaged: {}", path_, stream_.msg == nullptr ? "" : stream_.msg));
  }

  std::unique_ptr<ByteSource> source_;
  std::string path_;
  z_stream stream_{};
  bool ready_ = false;
  bool member_ended_ = true;
  std::string buffer_;
};

}  // namespace

Compression compression_of(std::string_view path) {
  if (path.ends_with(".gz")) return Compression::kGzip;
  for (std::string_view suffix : {".bz2", ".deflate", ".lz4", ".snappy", ".zst"}) {
    if (path.ends_with(suffix)) return Compression::kUnsupported;
  }
  return Compression::kNone;
}

Result<std::unique_ptr<ByteSource>> decompressed(std::unique_ptr<ByteSource> source, Compression compression, std::string_view path) {
  switch (compression) {
    case Compression::kNone:
      return source;
    case Compression::kGzip:
      return std::make_unique<GzipSource>(std::move(source), path);
    case Compression::kUnsupported:
      break;
  }
  return error(StatusCode::kUnsupportedOperation, fmt::format("{}: of compressed input only .gz can be read", path));
}

}  // namespace tusker::mapreduce
