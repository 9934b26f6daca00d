#include <fmt/format.h>

#include <algorithm>

#include "client/cli/yarn/command.h"
#include "common/yarn/convert.h"

namespace tusker::cli::yarn {

using namespace hadoop::yarn;

namespace {

constexpr std::string_view kUsage =
    "usage: application\n"
    " -appStates <States>   with -list: comma-separated states, or ALL\n"
    " -appTags <Tags>       with -list: applications with any of these tags\n"
    " -appTypes <Types>     with -list: applications of these types\n"
    " -kill <Application IDs>   kills applications\n"
    " -list                 lists applications; by default those that haven't ended\n"
    " -status <Application ID>  prints the report of an application\n";

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> parts;
  for (size_t at = 0; at <= text.size();) {
    size_t comma = std::min(text.find(',', at), text.size());
    if (comma > at) parts.push_back(text.substr(at, comma - at));
    at = comma + 1;
  }
  return parts;
}

std::string joined(const auto& items) {
  std::string out;
  for (const auto& item : items) out += (out.empty() ? "" : ", ") + std::string(item);
  return out;
}

std::string final_status_name(FinalApplicationStatusProto status) { return FinalApplicationStatusProto_Name(status).substr(4); }

struct ListOptions {
  GetApplicationsRequestProto filter;
  std::vector<std::string> states;
};

Result<ListOptions> list_options(const std::vector<std::string>& arguments) {
  ListOptions options;
  for (size_t i = 0; i + 1 < arguments.size(); ++i) {
    if (arguments[i] == "-appTypes") {
      for (const std::string& type : split(arguments[i + 1])) options.filter.add_application_types(type);
    } else if (arguments[i] == "-appTags") {
      for (const std::string& tag : split(arguments[i + 1])) options.filter.add_applicationtags(tag);
    } else if (arguments[i] == "-appStates") {
      for (std::string state : split(arguments[i + 1])) {
        for (char& c : state) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
        options.states.push_back(state);
      }
    }
  }
  if (options.states.empty()) options.states = {"SUBMITTED", "ACCEPTED", "RUNNING"};
  if (std::ranges::find(options.states, "ALL") != options.states.end()) {
    options.states = {"NEW", "NEW_SAVING", "SUBMITTED", "ACCEPTED", "RUNNING", "FINISHED", "FAILED", "KILLED"};
  }
  for (const std::string& name : options.states) {
    YarnApplicationStateProto state;
    if (!YarnApplicationStateProto_Parse(name, &state)) {
      return error(StatusCode::kIllegalArgument,
                   fmt::format("The application state {} is invalid.\nThe valid application state can be one of the following: "
                               "ALL,NEW,NEW_SAVING,SUBMITTED,ACCEPTED,RUNNING,FINISHED,FAILED,KILLED",
                               name));
    }
    options.filter.add_application_states(state);
  }
  return options;
}

Task<Result<void>> list(client::YarnClient& client, std::vector<std::string> arguments) {
  CO_TRY(ListOptions options, list_options(arguments));
  CO_TRY(auto reports, co_await client.applications(options.filter));
  std::string out = fmt::format("Total number of applications (application-types: [{}], states: [{}] and tags: [{}]):{}\n",
                                joined(options.filter.application_types()), joined(options.states),
                                joined(options.filter.applicationtags()), reports.size());
  constexpr auto kRow = "{:>30}\t{:>20}\t{:>20}\t{:>10}\t{:>10}\t{:>18}\t{:>18}\t{:>15}\t{:>35}\n";
  out += fmt::format(fmt::runtime(kRow), "Application-Id", "Application-Name", "Application-Type", "User", "Queue", "State", "Final-State",
                     "Progress", "Tracking-URL");
  for (const auto& report : reports) {
    out += fmt::format(fmt::runtime(kRow), tusker::yarn::from_proto(report.applicationid()).to_string(), report.name(),
                       report.applicationtype(), report.user(), report.queue(),
                       YarnApplicationStateProto_Name(report.yarn_application_state()),
                       final_status_name(report.final_application_status()), percent(report.progress()), report.originaltrackingurl());
  }
  print(out);
  co_return Result<void>();
}

Task<Result<void>> status(client::YarnClient& client, std::string id_text) {
  CO_TRY(auto id, tusker::yarn::parse_application_id(id_text));
  auto found = co_await client.report(id);
  if (!found && found.error().code() == StatusCode::kApplicationNotFound) {
    co_return error(StatusCode::kApplicationNotFound,
                    fmt::format("Application with id '{}' doesn't exist in RM or Timeline Server.", id_text));
  }
  CO_TRY(auto report, std::move(found));
  const auto& usage = report.app_resource_usage();
  std::string out = "Application Report : \n";
  auto line = [&out](std::string_view name, auto value) { out += fmt::format("\t{} : {}\n", name, value); };
  line("Application-Id", id.to_string());
  line("Application-Name", report.name());
  line("Application-Type", report.applicationtype());
  line("User", report.user());
  line("Queue", report.queue());
  line("Application Priority", report.priority().priority());
  line("Start-Time", report.starttime());
  line("Finish-Time", report.finishtime());
  line("Progress", percent(report.progress()));
  line("State", YarnApplicationStateProto_Name(report.yarn_application_state()));
  line("Final-State", final_status_name(report.final_application_status()));
  line("Tracking-URL", report.originaltrackingurl());
  line("RPC Port", report.rpc_port());
  line("AM Host", report.host());
  line("Aggregate Resource Allocation", fmt::format("{} MB-seconds, {} vcore-seconds", usage.memory_seconds(), usage.vcore_seconds()));
  line("Aggregate Resource Preempted",
       fmt::format("{} MB-seconds, {} vcore-seconds", usage.preempted_memory_seconds(), usage.preempted_vcore_seconds()));
  line("Log Aggregation Status",
       report.has_log_aggregation_status() ? LogAggregationStatusProto_Name(report.log_aggregation_status()).substr(4) : "N/A");
  line("Diagnostics", report.diagnostics());
  line("Unmanaged Application", report.unmanaged_application());
  line("Application Node Label Expression", report.appnodelabelexpression());
  line("AM container Node Label Expression", report.amnodelabelexpression());
  for (const auto& timeout : report.apptimeouts()) {
    line("TimeoutType", fmt::format("LIFETIME\tExpiryTime : {}\tRemainingTime : {}seconds", timeout.application_timeout().expire_time(),
                                    timeout.application_timeout().remaining_time()));
  }
  print(out + "\n");
  co_return Result<void>();
}

Task<Result<void>> kill(client::YarnClient& client, std::vector<std::string> ids) {
  for (const std::string& text : ids) {
    CO_TRY(auto id, tusker::yarn::parse_application_id(text));
    CO_TRY(auto report, co_await client.report(id));
    YarnApplicationStateProto state = report.yarn_application_state();
    if (state == FINISHED || state == KILLED || state == FAILED) {
      print(fmt::format("Application {} has already finished \n", text));
      continue;
    }
    print(fmt::format("Killing application {}\n", text));
    CO_TRY_VOID(co_await client.kill(id));
    print_error(fmt::format("Killed application {}", text));
  }
  co_return Result<void>();
}

Task<Result<void>> dispatch(client::YarnClient& client, std::vector<std::string> arguments) {
  auto value_of = [&](const char* option) -> std::string {
    auto found = std::ranges::find(arguments, option);
    return found == arguments.end() || found + 1 == arguments.end() ? "" : *(found + 1);
  };
  auto has = [&](const char* option) { return std::ranges::find(arguments, option) != arguments.end(); };
  if (has("-list")) co_return co_await list(client, arguments);
  if (has("-status") && !value_of("-status").empty()) co_return co_await status(client, value_of("-status"));
  if (has("-kill") && !value_of("-kill").empty()) {
    std::vector<std::string> ids(std::ranges::find(arguments, "-kill") + 1, arguments.end());
    co_return co_await kill(client, std::move(ids));
  }
  if (has("-help")) {
    print(std::string(kUsage));
    co_return Result<void>();
  }
  co_return error(StatusCode::kIllegalArgument, "Invalid Command Usage : \n" + std::string(kUsage));
}

}  // namespace

Task<int> application(Call call) {
  client::YarnClient client(call.env, call.config, security::current_user());
  auto done = co_await dispatch(client, call.arguments);
  co_await client.stop();
  if (done) co_return 0;
  if (done.error().code() == StatusCode::kApplicationNotFound)
    print(done.error().message() + "\n");
  else
    print_error(done.error().message());
  co_return -1;
}

}  // namespace tusker::cli::yarn
