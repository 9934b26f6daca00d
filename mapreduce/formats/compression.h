#pragma once

#include <memory>
#include <string_view>

#include "common/config/config.h"
#include "mapreduce/formats/file_store.h"

namespace tusker::mapreduce {

// The codec that a file's name tells (CompressionCodecFactory). None of them can be cut into splits.
enum class Compression : uint8_t { kNone, kZlib, kUnsupported };  // kZlib: .gz and .deflate
Compression compression_of(std::string_view path);

// The decompressed bytes of a source, all members of it. kUnsupportedOperation names a codec that we can't read.
Result<std::unique_ptr<ByteSource>> decompressed(std::unique_ptr<ByteSource> source, Compression compression, std::string_view path);

// What the names of a job's part files end in: "" without mapreduce.output.fileoutputformat.compress, else ".gz" or ".deflate" by its
// codec. kUnsupportedOperation names a codec that we can't write.
Result<std::string> output_suffix(const config::Config& config);
// A sink that compresses as a suffix of output_suffix() says.
std::unique_ptr<ByteSink> compressed(std::unique_ptr<ByteSink> sink, std::string_view suffix);

}  // namespace tusker::mapreduce
