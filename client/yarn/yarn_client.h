#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/base/yarn_ids.h"
#include "common/config/config.h"
#include "common/env/env.h"
#include "common/rpc/client.h"
#include "common/yarn/protocols.h"
#include "yarn/yarn_service_protos.pb.h"

namespace tusker::client {

// A client of the ResourceManager (org.apache.hadoop.yarn.client.api.YarnClient): submits, watches and kills applications. Any strand
// may call; stop() before it dies. Errors are the ResourceManager's with its texts. A ResourceManager that can't be reached is tried
// again until yarn.resourcemanager.connect.max-wait.ms is over (tusker's tools set a short one).
class YarnClient {
 public:
  // `config` must outlive the client.
  YarnClient(Env& env, const config::Config& config, security::User user);

  Task<Result<hadoop::yarn::GetNewApplicationResponseProto>> new_application();
  // Submits and waits until the ResourceManager has accepted or refused: kYarn with its diagnostics when it failed.
  Task<Result<void>> submit(hadoop::yarn::ApplicationSubmissionContextProto context);
  // kApplicationNotFound for an unknown one.
  Task<Result<hadoop::yarn::ApplicationReportProto>> report(yarn::ApplicationId application);
  Task<Result<std::vector<hadoop::yarn::ApplicationReportProto>>> applications(hadoop::yarn::GetApplicationsRequestProto filter);
  // Asks for the kill and waits until it is complete.
  Task<Result<void>> kill(yarn::ApplicationId application, std::string diagnostics = "");
  // All nodes in one of `states`; every node when it is empty.
  Task<Result<std::vector<hadoop::yarn::NodeReportProto>>> nodes(std::vector<hadoop::yarn::NodeStateProto> states);

  // Any other RPC of ApplicationClientProtocol.
  template <class Response, class Request>
  Task<Result<Response>> call(std::string_view method, Request request) {
    // Each method of this protocol may be repeated safely.
    Deadline give_up = env_.clock.after(connect_max_wait_);
    while (true) {
      Result<Response> response = co_await rpc_.call<Response>(target_, method, request, env_.clock.after(rpc_timeout_));
      if (response || !worth_retrying(response.error()) || env_.clock.now() >= give_up) co_return response;
      co_await env_.clock.sleep_for(retry_interval_);
    }
  }

  const security::User& user() const { return target_.user; }
  const Endpoint& resource_manager() const { return target_.server; }
  Task<void> stop();

 private:
  static bool worth_retrying(const Status& status);

  Env& env_;
  rpc::Client rpc_;
  rpc::Target target_;
  Duration rpc_timeout_;
  Duration connect_max_wait_;
  Duration retry_interval_;
  Duration poll_interval_;
};

// The endpoint in `key`, or in its default, with 0.0.0.0 replaced by the loopback address: where a client connects to.
Result<Endpoint> resource_manager_endpoint(const config::Config& config, const config::Key<std::string_view>& key);

}  // namespace tusker::client
