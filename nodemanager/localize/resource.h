#pragma once

#include <compare>
#include <cstdint>
#include <string>

#include "common/base/result.h"

namespace tusker::nodemanager {

enum class ResourceType : uint8_t { kFile, kArchive, kPattern };
enum class Visibility : uint8_t { kPublic, kPrivate, kApplication };

// A file that a container wants in its work directory (LocalResource).
struct ResourceRequest {
  std::string scheme;  // "hdfs", "file"
  std::string host;    // of hdfs
  int32_t port = -1;
  std::string path;  // absolute
  int64_t size = 0;  // as announced; not checked, as in Hadoop
  int64_t timestamp_ms = 0;
  ResourceType type = ResourceType::kFile;
  Visibility visibility = Visibility::kApplication;
  std::string pattern;

  std::string url() const;
  std::string name() const { return path.substr(path.rfind('/') + 1); }
};

// What makes two requests the same cached file: source, time, type, pattern, and whose cache it is in.
struct ResourceKey {
  std::string url;
  int64_t timestamp_ms = 0;
  ResourceType type = ResourceType::kFile;
  std::string pattern;
  std::string cache;  // "", the user, or user/application
  friend auto operator<=>(const ResourceKey&, const ResourceKey&) = default;
};

}  // namespace tusker::nodemanager
