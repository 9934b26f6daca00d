#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <pugixml.hpp>

#include "common/config/config.h"

namespace tusker::config {
namespace {

using Values = std::map<std::string, Config::Value, std::less<>>;

// A value that an earlier file marked final stays.
void put(Values& values, std::string key, std::string text, const std::string& source, bool is_final) {
  if (const auto it = values.find(key); it != values.end() && it->second.is_final) return;
  values.insert_or_assign(std::move(key), Config::Value{std::move(text), source, is_final});
}

Result<void> read_xml(const std::string& path, const std::string& content, Values& values) {
  pugi::xml_document document;
  // A value may be white space alone: a separator.
  const auto parsed = document.load_buffer(content.data(), content.size(), pugi::parse_default | pugi::parse_ws_pcdata_single);
  if (!parsed) {
    const auto line = 1 + std::count(content.begin(), content.begin() + std::min<ptrdiff_t>(parsed.offset, std::ssize(content)), '\n');
    return error(StatusCode::kIo, fmt::format("{}:{}: {}", path, line, parsed.description()));
  }
  const auto root = document.child("configuration");
  if (!root) return error(StatusCode::kIo, fmt::format("{}: bad conf file: top-level element not <configuration>", path));
  for (const auto& property : root.children("property")) {
    const std::string name = property.child("name").text().get();
    if (name.empty()) return error(StatusCode::kIo, fmt::format("{}: a <property> without a <name>", path));
    if (!property.child("value")) continue;
    put(values, name, property.child("value").text().get(), path, std::string_view(property.child("final").text().get()) == "true");
  }
  return {};
}

Result<void> flatten(const std::string& path, const std::string& prefix, const YAML::Node& node, Values& values) {
  if (node.IsMap()) {
    for (const auto& item : node) {
      const auto key = item.first.as<std::string>();
      TRY_VOID(flatten(path, prefix.empty() ? key : prefix + "." + key, item.second, values));
    }
    return {};
  }
  if (node.IsSequence()) {
    std::string joined;
    for (const auto& item : node) {
      if (!item.IsScalar()) {
        return error(StatusCode::kIo, fmt::format("{}:{}: the list of {} may hold plain values only", path, item.Mark().line + 1, prefix));
      }
      joined += (joined.empty() ? "" : ",") + item.as<std::string>();
    }
    put(values, prefix, joined, path, false);
    return {};
  }
  put(values, prefix, node.IsNull() ? "" : node.as<std::string>(), path, false);
  return {};
}

Result<void> read_yaml(const std::string& path, const std::string& content, Values& values) {
  try {
    const YAML::Node root = YAML::Load(content);
    if (root.IsNull()) return {};
    if (!root.IsMap()) return error(StatusCode::kIo, fmt::format("{}: must be a mapping of property names to values", path));
    return flatten(path, "", root, values);
  } catch (const YAML::Exception& e) {
    return error(StatusCode::kIo, fmt::format("{}:{}: {}", path, e.mark.line + 1, e.msg));
  }
}

}  // namespace

Result<void> load_file(Disk& disk, const std::string& path, Config& config) {
  TRY(const std::string content, disk.read_file(path));
  return path.ends_with(".xml") ? read_xml(path, content, config.values_) : read_yaml(path, content, config.values_);
}

}  // namespace tusker::config
