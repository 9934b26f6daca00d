#include "mapreduce/formats/compression.h"

#include <fmt/format.h>
#include <zlib.h>

#include "common/config/keys_mapred.h"

namespace tusker::mapreduce {
namespace {

constexpr size_t kBufferBytes = 256 << 10;
constexpr std::string_view kGzipSuffix = ".gz";
constexpr std::string_view kDeflateSuffix = ".deflate";

class ZlibSource final : public ByteSource {
 public:
  ZlibSource(std::unique_ptr<ByteSource> source, std::string_view path) : source_(std::move(source)), path_(path) {
    // 32: gzip's format or zlib's, by their first bytes, with their checksums.
    ready_ = ::inflateInit2(&stream_, MAX_WBITS + 32) == Z_OK;
    buffer_.resize(kBufferBytes);
  }
  ~ZlibSource() override {
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
    if (!member_ended_) return error(StatusCode::kCorruption, fmt::format("{}: the compressed data end too early", path_));
    return std::string_view();
  }
  std::unexpected<Status> damaged() const {
    return error(StatusCode::kCorruption,
                 fmt::format("{}: not compressed as its name says, or damaged: {}", path_, stream_.msg == nullptr ? "" : stream_.msg));
  }

  std::unique_ptr<ByteSource> source_;
  std::string path_;
  z_stream stream_{};
  bool ready_ = false;
  bool member_ended_ = true;
  std::string buffer_;
};

class ZlibSink final : public ByteSink {
 public:
  ZlibSink(std::unique_ptr<ByteSink> sink, bool gzip) : sink_(std::move(sink)) {
    ready_ = ::deflateInit2(&stream_, Z_DEFAULT_COMPRESSION, Z_DEFLATED, gzip ? MAX_WBITS + 16 : MAX_WBITS, kMemoryLevel,
                            Z_DEFAULT_STRATEGY) == Z_OK;
    buffer_.resize(kBufferBytes);
  }
  ~ZlibSink() override {
    if (ready_) ::deflateEnd(&stream_);
  }

  Result<void> write(std::string_view bytes) override {
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    stream_.avail_in = static_cast<uInt>(bytes.size());
    return run(Z_NO_FLUSH);
  }
  Result<void> close() override {
    stream_.avail_in = 0;
    TRY_VOID(run(Z_FINISH));
    return sink_->close();
  }

 private:
  static constexpr int kMemoryLevel = 8;  // zlib's own default

  Result<void> run(int flush) {
    if (!ready_) return error(StatusCode::kIo, "zlib can't be started");
    int outcome = Z_OK;
    do {
      stream_.next_out = reinterpret_cast<Bytef*>(buffer_.data());
      stream_.avail_out = static_cast<uInt>(buffer_.size());
      outcome = ::deflate(&stream_, flush);
      const size_t count = buffer_.size() - stream_.avail_out;
      if (count > 0) TRY_VOID(sink_->write(std::string_view(buffer_).substr(0, count)));
    } while (stream_.avail_out == 0 && outcome != Z_STREAM_END);
    const bool done = flush == Z_FINISH ? outcome == Z_STREAM_END : outcome == Z_OK || outcome == Z_BUF_ERROR;
    return done ? Result<void>() : error(StatusCode::kIo, "zlib can't compress");
  }

  std::unique_ptr<ByteSink> sink_;
  z_stream stream_{};
  bool ready_ = false;
  std::string buffer_;
};

}  // namespace

Compression compression_of(std::string_view path) {
  if (path.ends_with(kGzipSuffix) || path.ends_with(kDeflateSuffix)) return Compression::kZlib;
  for (std::string_view suffix : {".bz2", ".lz4", ".snappy", ".zst"}) {
    if (path.ends_with(suffix)) return Compression::kUnsupported;
  }
  return Compression::kNone;
}

Result<std::unique_ptr<ByteSource>> decompressed(std::unique_ptr<ByteSource> source, Compression compression, std::string_view path) {
  switch (compression) {
    case Compression::kNone:
      return source;
    case Compression::kZlib:
      return std::make_unique<ZlibSource>(std::move(source), path);
    case Compression::kUnsupported:
      break;
  }
  return error(StatusCode::kUnsupportedOperation, fmt::format("{}: of compressed input only .gz and .deflate can be read", path));
}

Result<std::string> output_suffix(const config::Config& config) {
  TRY(bool compress, config.get(config::kOutputCompress));
  if (!compress) return std::string();
  const std::string codec = config.get(config::kOutputCompressCodec);
  const std::string_view name = std::string_view(codec).substr(codec.rfind('.') + 1);
  if (name == "GzipCodec") return std::string(kGzipSuffix);
  if (name == "DefaultCodec" || name == "DeflateCodec") return std::string(kDeflateSuffix);
  return error(StatusCode::kUnsupportedOperation, fmt::format("{}={}: output can be compressed by DefaultCodec and GzipCodec alone",
                                                              config::kOutputCompressCodec.name, codec));
}

std::unique_ptr<ByteSink> compressed(std::unique_ptr<ByteSink> sink, std::string_view suffix) {
  if (suffix.empty()) return sink;
  return std::make_unique<ZlibSink>(std::move(sink), suffix == kGzipSuffix);
}

}  // namespace tusker::mapreduce
