#include "datanode/store/version_file.h"

#include <fmt/format.h>

namespace tusker::datanode {
namespace {

// Java escapes ':', '=', '#', '!', spaces at the start and backslashes.
std::string unescape(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size()) ++i;
    out.push_back(text[i]);
  }
  return out;
}

std::string escape(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == ':' || c == '=' || c == '#' || c == '!' || c == '\\') out.push_back('\\');
    out.push_back(c);
  }
  return out;
}

}  // namespace

Result<Properties> read_version(Disk& disk, const std::string& path) {
  TRY(const std::string text, disk.read_file(path, 1 << 20));
  Properties out;
  std::string_view rest = text;
  while (!rest.empty()) {
    const size_t end = rest.find('\n');
    std::string_view line = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty() || line[0] == '#' || line[0] == '!') continue;
    size_t split = 0;
    while (split < line.size() && line[split] != '=') split += line[split] == '\\' ? 2 : 1;
    if (split >= line.size()) return error(StatusCode::kCorruption, fmt::format("{}: not a property: {}", path, line));
    out[unescape(line.substr(0, split))] = unescape(line.substr(split + 1));
  }
  return out;
}

Result<void> write_version(Disk& disk, const std::string& path, const Properties& properties) {
  std::string text = "#Written by a DataNode\n";
  for (const auto& [key, value] : properties) text += escape(key) + "=" + escape(value) + "\n";
  return disk.replace_file(path, text);
}

Result<std::string> required(const Properties& properties, const std::string& key, const std::string& path) {
  const auto at = properties.find(key);
  if (at == properties.end()) return error(StatusCode::kCorruption, fmt::format("file {} has {} missing.", path, key));
  return at->second;
}

}  // namespace tusker::datanode
