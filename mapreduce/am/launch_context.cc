#include "mapreduce/am/launch_context.h"

#include <fmt/format.h>

#include "common/config/keys_mapred.h"
#include "common/env/network.h"
#include "common/env/real_env.h"

namespace tusker::mapreduce {
namespace {

// "hdfs://host:8020/a/b" → the parts that YARN wants.
Result<hadoop::yarn::URLProto> url_of(const std::string& uri) {
  hadoop::yarn::URLProto url;
  const size_t colon = uri.find(':');
  url.set_scheme(uri.substr(0, colon));
  std::string_view rest = std::string_view(uri).substr(colon + 1);
  if (rest.starts_with("//")) {
    rest.remove_prefix(2);
    const size_t slash = std::min(rest.find('/'), rest.size());
    TRY(Endpoint server, parse_endpoint(rest.substr(0, slash)));
    url.set_host(server.host);
    url.set_port(server.port);
    rest.remove_prefix(slash);
  }
  url.set_file(std::string(rest));
  return url;
}

}  // namespace

Result<hadoop::yarn::ContainerLaunchContextProto> make_launch_context(FileStore& store, const LaunchPlan& plan) {
  hadoop::yarn::ContainerLaunchContextProto context;
  for (const auto& [link, path] : plan.files) {
    TRY(auto status, store.status(path));
    if (!status) return error(StatusCode::kFileNotFound, fmt::format("File does not exist: {}", store.qualify(path)));
    auto* entry = context.add_localresources();
    entry->set_key(link);
    auto* resource = entry->mutable_value();
    TRY(*resource->mutable_resource(), url_of(store.qualify(path)));
    resource->set_size(status->length);
    resource->set_timestamp(status->mtime_ms);
    resource->set_type(hadoop::yarn::FILE);
    resource->set_visibility(hadoop::yarn::APPLICATION);
  }
  for (const auto& [name, value] : plan.environment) {
    auto* entry = context.add_environment();
    entry->set_key(name);
    entry->set_value(value);
  }
  for (const auto& [name, data] : plan.service_data) {
    auto* entry = context.add_service_data();
    entry->set_key(name);
    entry->set_value(data);
  }
  context.set_tokens(plan.credentials);
  context.add_command(fmt::format("exec '{}/mapred' {} 1><LOG_DIR>/stdout 2><LOG_DIR>/stderr", plan.program_directory, plan.command));
  return context;
}

std::string mapred_directory(const config::Config& config) {
  const std::string configured = config.get(config::kProgramDirectory);
  if (!configured.empty()) return configured;
  // The shell of launch_container.sh expands it within its double quotes.
  return "${TUSKER_PROGRAM_DIRECTORY:-" + tusker::program_directory() + "}";
}

}  // namespace tusker::mapreduce
