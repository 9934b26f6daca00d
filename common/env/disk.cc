#include "common/env/disk.h"

#include <fmt/format.h>

namespace tusker {

Result<std::string> Disk::read_file(const std::string& path, int64_t size_max) {
  TRY(auto file, open(path, OpenMode::kRead));
  TRY(const int64_t size, file->size());
  if (size > size_max) return error(StatusCode::kIo, fmt::format("{} has {} bytes; at most {} are read", path, size, size_max));
  // /proc files say 0: read on until nothing more comes.
  std::string content;
  for (;;) {
    const size_t have = content.size();
    content.resize(have + std::max<size_t>(4096, static_cast<size_t>(size) - std::min(have, static_cast<size_t>(size))));
    TRY(const size_t got, file->read_at(static_cast<int64_t>(have), MutableBytes(content.data() + have, content.size() - have)));
    const bool ended = got < content.size() - have;
    content.resize(have + got);
    if (ended) return content;
    if (static_cast<int64_t>(content.size()) > size_max) {
      return error(StatusCode::kIo, fmt::format("{} is longer than {} bytes", path, size_max));
    }
  }
}

Result<void> Disk::make_durable_directories(const std::string& path, uint32_t permission) {
  if (path == "/" || path == "." || exists(path)) return make_directories(path, permission);  // an error if it is a file
  const std::string parent = parent_directory(path);
  TRY_VOID(make_durable_directories(parent, permission));
  TRY_VOID(make_directories(path, permission));
  return sync_directory(parent);
}

Result<void> Disk::replace_file(const std::string& path, std::string_view content, uint32_t permission) {
  const std::string temporary = path + ".tmp";
  {
    TRY(auto file, open(temporary, OpenMode::kTruncate, permission));
    TRY_VOID(file->write_at(0, content));
    TRY_VOID(file->sync());
  }
  TRY_VOID(rename(temporary, path));
  return sync_directory(parent_directory(path));
}

std::string parent_directory(const std::string& path) {
  const size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

}  // namespace tusker
