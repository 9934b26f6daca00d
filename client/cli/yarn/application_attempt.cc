#include <fmt/format.h>

#include "client/cli/yarn/command.h"
#include "common/yarn/convert.h"

namespace tusker::cli::yarn {

using namespace hadoop::yarn;

namespace {

Task<Result<void>> list_attempts(client::YarnClient& client, std::string id_text) {
  CO_TRY(auto id, tusker::yarn::parse_application_id(id_text));
  GetApplicationAttemptsRequestProto request;
  *request.mutable_application_id() = tusker::yarn::to_proto(id);
  CO_TRY(auto response, co_await client.call<GetApplicationAttemptsResponseProto>("getApplicationAttempts", std::move(request)));
  constexpr auto kRow = "{:>30}\t{:>20}\t{:>35}\t{:>35}\n";
  std::string out = fmt::format("Total number of application attempts :{}\n", response.application_attempts_size());
  out += fmt::format(fmt::runtime(kRow), "ApplicationAttempt-Id", "State", "AM-Container-Id", "Tracking-URL");
  for (const auto& attempt : response.application_attempts()) {
    out += fmt::format(fmt::runtime(kRow), tusker::yarn::from_proto(attempt.application_attempt_id()).to_string(),
                       YarnApplicationAttemptStateProto_Name(attempt.yarn_application_attempt_state()).substr(12),
                       attempt.has_am_container_id() ? tusker::yarn::from_proto(attempt.am_container_id()).to_string() : "N/A",
                       attempt.tracking_url());
  }
  print(out);
  co_return Result<void>();
}

Task<Result<void>> list_containers(client::YarnClient& client, std::string id_text) {
  CO_TRY(auto id, tusker::yarn::parse_application_attempt_id(id_text));
  GetContainersRequestProto request;
  *request.mutable_application_attempt_id() = tusker::yarn::to_proto(id);
  CO_TRY(auto response, co_await client.call<GetContainersResponseProto>("getContainers", std::move(request)));
  constexpr auto kRow = "{:>30}\t{:>20}\t{:>20}\t{:>20}\t{:>20}\t{:>20}\t{:>35}\n";
  std::string out = fmt::format("Total number of containers :{}\n", response.containers_size());
  out += fmt::format(fmt::runtime(kRow), "Container-Id", "Start Time", "Finish Time", "State", "Host", "Node Http Address", "LOG-URL");
  for (const auto& container : response.containers()) {
    out += fmt::format(fmt::runtime(kRow), tusker::yarn::from_proto(container.container_id()).to_string(), container.creation_time(), "N/A",
                       ContainerStateProto_Name(container.container_state()).substr(2),
                       tusker::yarn::from_proto(container.node_id()).to_string(), container.node_http_address(), container.log_url());
  }
  print(out);
  co_return Result<void>();
}

using ListFunction = Task<Result<void>> (*)(client::YarnClient&, std::string);

Task<int> list_command(Call call, ListFunction list, const char* usage) {
  if (call.arguments.size() != 2 || call.arguments[0] != "-list") {
    print_error(usage);
    co_return -1;
  }
  client::YarnClient client(call.env, call.config, security::current_user());
  auto done = co_await list(client, call.arguments[1]);
  co_await client.stop();
  if (done) co_return 0;
  print_error(done.error().message());
  co_return -1;
}

}  // namespace

Task<int> application_attempt(Call call) {
  return list_command(std::move(call), list_attempts,
                      "usage: applicationattempt\n -list <Application ID>   lists the attempts of an application");
}

Task<int> container(Call call) {
  return list_command(std::move(call), list_containers,
                      "usage: container\n -list <Application Attempt ID>   lists the live containers of an attempt");
}

}  // namespace tusker::cli::yarn
