#include "mapreduce/am/job_files.h"

#include <fmt/format.h>

#include <pugixml.hpp>
#include <sstream>

#include "common/config/keys_core.h"
#include "common/config/keys_mapred.h"

namespace tusker::mapreduce {

std::string job_id_of(const yarn::ApplicationId& application) {
  return "job" + application.to_string().substr(std::string_view("application").size());
}

std::string staging_root(const config::Config& config, const std::string& user) {
  return fmt::format("{}/{}/.staging", config.get(config::kAmStagingDir), user);
}

std::string history_directory(const config::Config& config, const std::string& user) {
  std::string root = config.get(config::kHistoryIntermediateDir);
  if (root.empty()) root = config.get(config::kAmStagingDir) + "/history/done_intermediate";
  return fmt::format("{}/{}", root, user);
}

Result<void> make_shared_directory(FileStore& store, const std::string& path) {
  constexpr uint16_t kOpenToAll = 01777;
  TRY(auto present, store.status(path));
  if (present) return {};
  TRY_VOID(store.make_directories(path, kOpenToAll));
  // Creation may have dropped the sticky bit.
  return store.set_permission(path, kOpenToAll);
}

std::string job_xml(const config::Config& config) {
  pugi::xml_document document;
  pugi::xml_node root = document.append_child("configuration");
  for (const auto& [name, value] : config.all()) {
    if (name == config::kOutgoingAddress.name) continue;
    pugi::xml_node property = root.append_child("property");
    property.append_child("name").text().set(name.c_str());
    property.append_child("value").text().set(value.text.c_str());
  }
  std::ostringstream out;
  document.save(out, "");
  return out.str();
}

InputSplitProto to_proto(const InputSplit& split) {
  InputSplitProto proto;
  if (!split.uri.empty()) proto.set_uri(split.uri);
  proto.set_start(split.start);
  proto.set_length(split.length);
  for (const std::string& host : split.hosts) proto.add_hosts(host);
  if (split.uri.empty()) proto.set_data(split.data);
  return proto;
}

InputSplit from_proto(const InputSplitProto& proto) {
  return {.uri = proto.uri(),
          .start = proto.start(),
          .length = proto.length(),
          .hosts = {proto.hosts().begin(), proto.hosts().end()},
          .data = proto.data()};
}

CountersProto to_proto(const Counters& counters) {
  CountersProto proto;
  for (const auto& [group, values] : counters.groups()) {
    for (const auto& [name, value] : values) {
      CounterProto* counter = proto.add_counters();
      counter->set_group(group);
      counter->set_name(name);
      counter->set_value(value);
    }
  }
  return proto;
}

Counters from_proto(const CountersProto& proto) {
  Counters counters;
  for (const CounterProto& counter : proto.counters()) counters.cell(counter.group(), counter.name()) = counter.value();
  return counters;
}

}  // namespace tusker::mapreduce
