#include "mapreduce/cli/job_command.h"

#include <cstdio>

#include <fmt/format.h>

#include "client/yarn/yarn_client.h"
#include "common/async/run_on.h"
#include "common/config/keys_core.h"
#include "common/config/keys_mapred.h"
#include "common/env/real_disk.h"
#include "common/env/real_env.h"
#include "common/yarn/convert.h"
#include "mapreduce/am/job_files.h"
#include "mapreduce/formats/file_stores.h"
#include "mapreduce/history/job_record.h"

namespace tusker::mapreduce {

using namespace hadoop::yarn;

namespace {

constexpr std::string_view kUsage = "Usage: mapred job [-list [all]] [-status <job-id>] [-kill <job-id>]\n";
constexpr int64_t kRecordBytesMax = 16 << 20;

// "job_1_0001" → application 1_0001
Result<yarn::ApplicationId> application_of(const std::string& job) {
  if (!job.starts_with("job_")) return error(StatusCode::kIllegalArgument, fmt::format("JobId string : {} is not properly formed", job));
  return yarn::parse_application_id("application" + job.substr(3));
}

std::string_view state_of(const ApplicationReportProto& report) {
  switch (report.yarn_application_state()) {
    case RUNNING:
      return "RUNNING";
    case FINISHED:
      return report.final_application_status() == APP_SUCCEEDED ? "SUCCEEDED" : "FAILED";
    case FAILED:
      return "FAILED";
    case KILLED:
      return "KILLED";
    default:
      return "PREP";
  }
}

class JobCommand {
 public:
  JobCommand(Env& env, const config::Config& config, const security::User& user)
      : env_(env), config_(config), user_(user), yarn_(env, config, user), stores_(env, config, user) {}

  Task<Result<void>> list(bool all) {
    GetApplicationsRequestProto filter;
    filter.add_application_types("MAPREDUCE");
    if (!all) {
      for (auto state : {NEW, NEW_SAVING, SUBMITTED, ACCEPTED, RUNNING}) filter.add_application_states(state);
    }
    CO_TRY(auto reports, co_await yarn_.applications(std::move(filter)));
    fmt::print("Total jobs:{}\n{:>26}\t{:>20}\t{:>10}\t{:>14}\t{:>12}\t{:>12}\t{:>10}\n", reports.size(), "JobId", "JobName", "State",
               "StartTime", "UserName", "Queue", "Progress");
    for (const auto& report : reports) {
      fmt::print("{:>26}\t{:>20}\t{:>10}\t{:>14}\t{:>12}\t{:>12}\t{:>9.0f}%\n", job_id_of(yarn::from_proto(report.applicationid())),
                 report.name(), state_of(report), report.starttime(), report.user(), report.queue(), report.progress() * 100);
    }
    co_return Result<void>();
  }

  Task<Result<void>> status(std::string job) {
    CO_TRY(auto id, application_of(job));
    CO_TRY(auto report, co_await yarn_.report(id));
    fmt::print("\nJob: {}\nJob Tracking URL : {}\nUber job : false\n", job, report.trackingurl());
    auto record = co_await run_on(env_.disk_pool, [this, &job, &report] { return read_record(job, report.user()); });
    if (record) fmt::print("Number of maps: {}\nNumber of reduces: {}\n", record->maps, record->reduces);
    fmt::print("Job state: {}\nretired: false\nreason for failure: {}\n", state_of(report), record ? record->diagnostics : "");
    if (record) fmt::print("{}", record->counters.to_text());
    co_return Result<void>();
  }

  Task<Result<void>> kill(std::string job) {
    CO_TRY(auto id, application_of(job));
    CO_TRY_VOID(co_await yarn_.kill(id));
    fmt::print("Killed job {}\n", job);
    co_return Result<void>();
  }

  Task<void> stop() {
    co_await yarn_.stop();
    co_await stores_.stop();
  }

 private:
  Result<JobRecord> read_record(const std::string& job, const std::string& user) {
    TRY(auto history, stores_.locate(history_directory(config_, user)));
    TRY(std::string content, history.store->read_file(job_record_path(history.path, job), kRecordBytesMax));
    return decode_job_record(content);
  }

  Env& env_;
  const config::Config& config_;
  security::User user_;
  client::YarnClient yarn_;
  FileStores stores_;
};

Task<void> run_and_stop(JobCommand& command, Task<Result<void>> task, Result<void>& outcome) {
  outcome = co_await std::move(task);
  co_await command.stop();
}

}  // namespace

int job_command(const std::vector<std::string>& arguments) {
  RealDisk disk;
  auto command_line = config::load_command_line(disk, arguments, "");
  const auto words = command_line ? command_line->rest : std::vector<std::string>();
  const bool listing = !words.empty() && words[0] == "-list" && (words.size() == 1 || (words.size() == 2 && words[1] == "all"));
  const bool one = words.size() == 2 && (words[0] == "-status" || words[0] == "-kill");
  if (!listing && !one) {
    fmt::print(stderr, "{}", command_line ? std::string(kUsage) : command_line.error().message() + "\n");
    return 255;
  }
  RealEnv env({.net_threads = 1, .disk_threads = 2, .bind_address = command_line->config.get(config::kOutgoingAddress)});
  JobCommand command(env.env(), command_line->config, security::current_user());
  Result<void> outcome;
  auto task = listing ? command.list(words.size() == 2) : words[0] == "-status" ? command.status(words[1]) : command.kill(words[1]);
  env.run(run_and_stop(command, std::move(task), outcome));
  if (outcome) return 0;
  fmt::print(stderr, "mapred: {}\n", outcome.error().message());
  return 1;
}

}  // namespace tusker::mapreduce
