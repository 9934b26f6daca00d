#include "mapreduce/history/job_record.h"

#include <boost/json.hpp>

namespace tusker::mapreduce {

namespace json = boost::json;

std::string encode_job_record(const JobRecord& record) {
  json::object counters;
  for (const auto& [group, values] : record.counters.groups()) {
    json::object& into = counters[group].emplace_object();
    for (const auto& [name, value] : values) into[name] = value;
  }
  return json::serialize(json::object{{"jobId", record.job_id},
                                      {"name", record.name},
                                      {"user", record.user},
                                      {"state", record.state},
                                      {"diagnostics", record.diagnostics},
                                      {"startTime", record.start_ms},
                                      {"finishTime", record.finish_ms},
                                      {"mapsTotal", record.maps},
                                      {"reducesTotal", record.reduces},
                                      {"counters", std::move(counters)}});
}

Result<JobRecord> decode_job_record(const std::string& text) {
  try {
    const json::value root = json::parse(text);
    auto string = [&](const char* key) { return std::string(root.at(key).as_string()); };
    JobRecord record{.job_id = string("jobId"),
                     .name = string("name"),
                     .user = string("user"),
                     .state = string("state"),
                     .diagnostics = string("diagnostics"),
                     .start_ms = root.at("startTime").to_number<int64_t>(),
                     .finish_ms = root.at("finishTime").to_number<int64_t>(),
                     .maps = root.at("mapsTotal").to_number<int32_t>(),
                     .reduces = root.at("reducesTotal").to_number<int32_t>(),
                     .counters = {}};
    for (const auto& group : root.at("counters").as_object()) {
      for (const auto& counter : group.value().as_object()) {
        record.counters.cell(group.key(), counter.key()) = counter.value().to_number<int64_t>();
      }
    }
    return record;
  } catch (const std::exception& thrown) {
    return error(StatusCode::kCorruption, std::string("not the record of a job: ") + thrown.what());
  }
}

std::string job_record_path(const std::string& history_directory, const std::string& job_id) {
  return history_directory + "/" + job_id + ".json";
}

}  // namespace tusker::mapreduce
