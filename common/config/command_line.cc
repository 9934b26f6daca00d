#include <fmt/format.h>

#include "common/config/config.h"
#include "common/env/real_env.h"

namespace tusker::config {
namespace {

constexpr std::array kSiteFiles = {"core-site.xml", "hdfs-site.xml", "yarn-site.xml", "mapred-site.xml"};

Result<void> load_directory(Disk& disk, const std::string& directory, const std::string& yaml_name, Config& config) {
  std::vector<std::string> names(kSiteFiles.begin(), kSiteFiles.end());
  if (!yaml_name.empty()) names.push_back(yaml_name);
  for (const auto& name : names) {
    const std::string path = directory + "/" + name;
    if (disk.exists(path)) TRY_VOID(load_file(disk, path, config));
  }
  return {};
}

struct Generic {
  std::vector<std::string> files;
  std::vector<std::pair<std::string, std::string>> properties;
  std::vector<std::string> rest;
};

Result<Generic> split(const std::vector<std::string>& arguments) {
  Generic out;
  for (size_t i = 0; i < arguments.size(); ++i) {
    const std::string& word = arguments[i];
    const bool takes_next = word == "-conf" || word == "-D" || word == "-fs";
    if (takes_next && i + 1 == arguments.size())
      return error(StatusCode::kIllegalArgument, fmt::format("Missing argument for option: {}", word));
    if (word == "-conf") {
      out.files.push_back(arguments[++i]);
    } else if (word == "-fs") {
      out.properties.emplace_back("fs.defaultFS", arguments[++i]);
    } else if (word == "-D" || (word.starts_with("-D") && word.find('=') != std::string::npos)) {
      const std::string property = word == "-D" ? arguments[++i] : word.substr(2);
      const size_t equals = property.find('=');
      if (equals == 0 || equals == std::string::npos) {
        return error(StatusCode::kIllegalArgument, fmt::format("-D {}: must be key=value", property));
      }
      out.properties.emplace_back(property.substr(0, equals), property.substr(equals + 1));
    } else {
      out.rest.push_back(word);
    }
  }
  return out;
}

}  // namespace

Result<CommandLine> load_command_line(Disk& disk, const std::vector<std::string>& arguments, const std::string& yaml_name) {
  CommandLine out;
  TRY(auto generic, split(arguments));
  const std::string directory = environment_variable("HADOOP_CONF_DIR");
  if (!directory.empty()) TRY_VOID(load_directory(disk, directory, yaml_name, out.config));
  for (const auto& file : generic.files) TRY_VOID(load_file(disk, file, out.config));
  for (auto& [key, value] : generic.properties) out.config.set(key, value, "command line");
  out.rest = std::move(generic.rest);
  return out;
}

}  // namespace tusker::config
