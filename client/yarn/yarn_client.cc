#include "client/yarn/yarn_client.h"

#include <fmt/format.h>

#include "common/config/keys_yarn.h"
#include "common/yarn/convert.h"

namespace tusker::client {

using namespace hadoop::yarn;

namespace {

constexpr Duration kRpcTimeout = std::chrono::seconds(60);
constexpr Duration kKillWaitMax = std::chrono::minutes(5);

// A setting that can't be read as a time counts as its default: the daemons complain of it.
Duration setting(const config::Config& config, const config::DurationKey& key, Duration otherwise) {
  auto value = config.get(key);
  return value ? Duration(*value) : otherwise;
}

bool is_new(YarnApplicationStateProto state) { return state == NEW || state == NEW_SAVING || state == SUBMITTED; }

}  // namespace

Result<Endpoint> resource_manager_endpoint(const config::Config& config, const config::Key<std::string_view>& key) {
  TRY(Endpoint endpoint, parse_endpoint(config.get(key)));
  if (endpoint.host == "0.0.0.0") endpoint.host = config.get(config::kRmHostname);
  if (endpoint.host == "0.0.0.0") endpoint.host = "127.0.0.1";
  return endpoint;
}

YarnClient::YarnClient(Env& env, const config::Config& config, security::User user)
    : env_(env),
      rpc_(env),
      target_{.server = resource_manager_endpoint(config, config::kRmAddress).value_or(Endpoint{}),
              .protocol = std::string(yarn::kApplicationClientProtocol),
              .user = std::move(user),
              .token = std::nullopt},
      rpc_timeout_(kRpcTimeout),
      connect_max_wait_(setting(config, config::kRmConnectMaxWait, std::chrono::minutes(15))),
      retry_interval_(
          std::min<Duration>(setting(config, config::kRmConnectRetryInterval, std::chrono::seconds(1)), std::chrono::seconds(1))),
      poll_interval_(setting(config, config::kYarnClientPollInterval, std::chrono::milliseconds(20))) {}

bool YarnClient::worth_retrying(const Status& status) {
  return status.code() == StatusCode::kUnavailable || status.code() == StatusCode::kTimeout || status.code() == StatusCode::kStandby ||
         status.code() == StatusCode::kRetriable;
}

Task<Result<GetNewApplicationResponseProto>> YarnClient::new_application() {
  co_return co_await call<GetNewApplicationResponseProto>("getNewApplication", GetNewApplicationRequestProto());
}

Task<Result<void>> YarnClient::submit(ApplicationSubmissionContextProto context) {
  yarn::ApplicationId id = yarn::from_proto(context.application_id());
  SubmitApplicationRequestProto request;
  *request.mutable_application_submission_context() = std::move(context);
  CO_TRY_VOID(co_await call<SubmitApplicationResponseProto>("submitApplication", std::move(request)));
  while (true) {
    CO_TRY(ApplicationReportProto report, co_await this->report(id));
    if (report.yarn_application_state() == FAILED || report.yarn_application_state() == KILLED) {
      co_return error(StatusCode::kYarn, fmt::format("Failed to submit {} to YARN : {}", id.to_string(), report.diagnostics()));
    }
    if (!is_new(report.yarn_application_state())) co_return Result<void>();
    co_await env_.clock.sleep_for(poll_interval_);
  }
}

Task<Result<ApplicationReportProto>> YarnClient::report(yarn::ApplicationId application) {
  GetApplicationReportRequestProto request;
  *request.mutable_application_id() = yarn::to_proto(application);
  CO_TRY(auto response, co_await call<GetApplicationReportResponseProto>("getApplicationReport", std::move(request)));
  co_return std::move(*response.mutable_application_report());
}

Task<Result<std::vector<ApplicationReportProto>>> YarnClient::applications(GetApplicationsRequestProto filter) {
  CO_TRY(auto response, co_await call<GetApplicationsResponseProto>("getApplications", std::move(filter)));
  co_return std::vector<ApplicationReportProto>(response.applications().begin(), response.applications().end());
}

Task<Result<void>> YarnClient::kill(yarn::ApplicationId application, std::string diagnostics) {
  KillApplicationRequestProto request;
  *request.mutable_application_id() = yarn::to_proto(application);
  if (!diagnostics.empty()) request.set_diagnostics(diagnostics);
  Deadline give_up = env_.clock.after(kKillWaitMax);
  while (true) {
    CO_TRY(auto response, co_await call<KillApplicationResponseProto>("forceKillApplication", request));
    if (response.is_kill_completed()) co_return Result<void>();
    if (env_.clock.now() >= give_up) {
      co_return error(StatusCode::kTimeout,
                      fmt::format("The kill of {} isn't complete yet; ask for its state later", application.to_string()));
    }
    co_await env_.clock.sleep_for(poll_interval_);
  }
}

Task<Result<std::vector<NodeReportProto>>> YarnClient::nodes(std::vector<NodeStateProto> states) {
  GetClusterNodesRequestProto request;
  for (NodeStateProto state : states) request.add_nodestates(state);
  CO_TRY(auto response, co_await call<GetClusterNodesResponseProto>("getClusterNodes", std::move(request)));
  co_return std::vector<NodeReportProto>(response.nodereports().begin(), response.nodereports().end());
}

Task<void> YarnClient::stop() { co_await rpc_.stop(); }

}  // namespace tusker::client
