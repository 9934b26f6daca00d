#include "namenode/model/path.h"

#include <fmt/format.h>

#include <algorithm>

namespace tusker::namenode {

std::vector<std::string> path_components(std::string_view path) {
  std::vector<std::string> out;
  while (!path.empty()) {
    const size_t slash = path.find('/');
    if (slash != 0) out.emplace_back(path.substr(0, slash));
    path = slash == std::string_view::npos ? std::string_view() : path.substr(slash + 1);
  }
  return out;
}

std::string join_path(const std::vector<std::string>& components, size_t count) {
  std::string out;
  for (size_t i = 0; i < std::min(count, components.size()); ++i) out += "/" + components[i];
  return out.empty() ? "/" : out;
}

bool is_valid_name(std::string_view path) {
  if (!path.starts_with('/')) return false;
  const size_t last = path.find_last_not_of('/');
  if (last != std::string_view::npos && path.substr(0, last).find("//") != std::string_view::npos) return false;
  const auto components = path_components(path);
  const bool by_inode = components.size() > 2 && components[0] == ".reserved" && components[1] == ".inodes";
  for (size_t i = 0; i < components.size(); ++i) {
    const auto& part = components[i];
    if (part == "." || part.find(':') != std::string::npos) return false;
    if (part == ".." && !(by_inode && i > 2)) return false;
  }
  return true;
}

Result<void> check_new_path(std::string_view path, std::string_view operation) {
  if (!is_valid_name(path)) return error(StatusCode::kInvalidPath, fmt::format("Invalid path name Invalid file name: {}", path));
  // Characters, not bytes: continuation bytes of UTF-8 don't count.
  const auto characters = std::ranges::count_if(path, [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; });
  if (static_cast<size_t>(characters) > kPathCharactersMax || path_components(path).size() > kPathDepthMax) {
    return error(StatusCode::kIo,
                 fmt::format("{}: Pathname too long.  Limit {} characters, {} levels.", operation, kPathCharactersMax, kPathDepthMax));
  }
  return {};
}

Result<void> check_reserved(const std::vector<std::string>& components) {
  if (std::ranges::find(components, ".snapshot") != components.end()) {
    return error(StatusCode::kHadoopIllegalArgument, "\".snapshot\" is a reserved name.");
  }
  if (!components.empty() && components[0] == ".reserved") {
    return error(StatusCode::kHadoopIllegalArgument,
                 "File name \".reserved\" is reserved and cannot be created. If this is during upgrade change the name of the existing "
                 "file or directory to another name before upgrading to the new release.");
  }
  return {};
}

}  // namespace tusker::namenode
