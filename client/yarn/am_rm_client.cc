#include "client/yarn/am_rm_client.h"

#include "client/yarn/yarn_client.h"
#include "common/config/keys_yarn.h"
#include "common/yarn/protocols.h"
#include "common/yarn/tokens.h"

namespace tusker::client {

using namespace hadoop::yarn;

namespace {
constexpr Duration kRpcTimeout = std::chrono::seconds(30);
constexpr Duration kRetryPause = std::chrono::milliseconds(200);
constexpr Duration kFinishPause = std::chrono::milliseconds(20);
constexpr Duration kFinishWaitMax = std::chrono::minutes(5);
}  // namespace

AmRmClient::AmRmClient(Env& env, const config::Config& config, security::User user, security::Token token)
    : env_(env),
      rpc_(env),
      server_(resource_manager_endpoint(config, config::kRmSchedulerAddress)),
      target_{.server = server_.value_or(Endpoint{}),
              .protocol = std::string(yarn::kApplicationMasterProtocol),
              .user = std::move(user),
              .token = std::move(token)},
      rpc_timeout_(kRpcTimeout),
      connect_max_wait_(config.get(config::kRmConnectMaxWait).value_or(std::chrono::minutes(15))) {}

// Repeats a call that didn't reach the ResourceManager, or whose answer was lost: register and finish may be repeated, and allocate is
// recognised by its response_id.
template <class Response, class Request>
Task<Result<Response>> AmRmClient::call(std::string method, Request request) {
  if (!server_) co_return error(server_.error());
  Deadline give_up = env_.clock.after(connect_max_wait_);
  for (bool repeated = false;; repeated = true) {
    Result<Response> response = co_await rpc_.call<Response>(target_, method, request, env_.clock.after(rpc_timeout_));
    if (response) co_return response;
    StatusCode code = response.error().code();
    // The first call came through, its answer didn't: what it said is lost, but the master is registered.
    if (repeated && code == StatusCode::kInvalidApplicationMasterRequest &&
        response.error().message().find("already registered") != std::string::npos) {
      co_return Response();
    }
    bool again =
        code == StatusCode::kUnavailable || code == StatusCode::kTimeout || code == StatusCode::kRetriable || code == StatusCode::kStandby;
    if (!again || env_.clock.now() >= give_up) co_return response;
    co_await env_.clock.sleep_for(kRetryPause);
  }
}

Task<Result<RegisterApplicationMasterResponseProto>> AmRmClient::register_master(std::string host, int32_t rpc_port,
                                                                                 std::string tracking_url) {
  RegisterApplicationMasterRequestProto request;
  request.set_host(host);
  request.set_rpc_port(rpc_port);
  request.set_tracking_url(tracking_url);
  response_id_ = 0;
  co_return co_await call<RegisterApplicationMasterResponseProto>("registerApplicationMaster", std::move(request));
}

Task<Result<AllocateResponseProto>> AmRmClient::allocate(AllocateRequestProto request) {
  request.set_response_id(response_id_);
  auto response = co_await call<AllocateResponseProto>("allocate", std::move(request));
  if (response) {
    response_id_ = response->response_id();
    if (response->has_am_rm_token()) target_.token = yarn::from_proto(response->am_rm_token());
  }
  co_return response;
}

Task<Result<void>> AmRmClient::finish(FinalApplicationStatusProto status, std::string diagnostics, std::string tracking_url) {
  FinishApplicationMasterRequestProto request;
  request.set_final_application_status(status);
  request.set_diagnostics(diagnostics);
  request.set_tracking_url(tracking_url);
  Deadline give_up = env_.clock.after(kFinishWaitMax);
  while (true) {
    CO_TRY(auto response, co_await call<FinishApplicationMasterResponseProto>("finishApplicationMaster", request));
    if (response.isunregistered()) co_return Result<void>();
    if (env_.clock.now() >= give_up)
      co_return error(StatusCode::kTimeout, "The ResourceManager doesn't confirm the end of the application");
    co_await env_.clock.sleep_for(kFinishPause);
  }
}

Task<void> AmRmClient::stop() { co_await rpc_.stop(); }

}  // namespace tusker::client
