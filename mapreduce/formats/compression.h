#pragma once

#include <memory>
#include <string_view>

#include "mapreduce/formats/file_store.h"

namespace tusker::mapreduce {

// The codec that a file's name tells (CompressionCodecFactory). None of them can be cut into splits.
enum class Compression : uint8_t { kNone, kGzip, kUnsupported };
Compression compression_of(std::string_view path);

// The decompressed bytes of a source, all members of it. kUnsupportedOperation names a codec that we can't read.
Result<std::unique_ptr<ByteSource>> decompressed(std::unique_ptr<ByteSource> source, Compression compression, std::string_view path);

}  // namespace tusker::mapreduce
