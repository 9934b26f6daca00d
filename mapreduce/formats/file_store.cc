#include "mapreduce/formats/file_store.h"

#include <fmt/format.h>

namespace tusker::mapreduce {

Result<std::string> FileStore::read_file(const std::string& path, int64_t bytes_max) {
  TRY(auto source, open(path, 0, bytes_max));
  std::string content;
  while (true) {
    TRY(std::string_view piece, source->next());
    if (piece.empty()) return content;
    if (static_cast<int64_t>(content.size() + piece.size()) > bytes_max) {
      return error(StatusCode::kIo, fmt::format("{} is longer than {} bytes", qualify(path), bytes_max));
    }
    content.append(piece);
  }
}

Result<void> FileStore::write_file(const std::string& path, std::string_view content, SinkOptions options) {
  TRY(auto sink, create(path, options));
  TRY_VOID(sink->write(content));
  return sink->close();
}

std::string store_parent(std::string_view path) {
  const size_t slash = path.rfind('/');
  return slash == 0 || slash == std::string_view::npos ? "/" : std::string(path.substr(0, slash));
}

std::string_view store_name(std::string_view path) { return path.substr(path.rfind('/') + 1); }

std::string normal_path(std::string_view path) {
  std::vector<std::string_view> parts;
  while (!path.empty()) {
    const size_t slash = std::min(path.find('/'), path.size());
    const std::string_view part = path.substr(0, slash);
    path.remove_prefix(std::min(slash + 1, path.size()));
    if (part == "..") {
      if (!parts.empty()) parts.pop_back();
    } else if (!part.empty() && part != ".") {
      parts.push_back(part);
    }
  }
  std::string normal;
  for (std::string_view part : parts) normal.append("/").append(part);
  return normal.empty() ? "/" : normal;
}

}  // namespace tusker::mapreduce
