#include "resourcemanager/am_launcher.h"

#include <fmt/format.h>

#include "common/base/java_exceptions.h"
#include "common/log/log.h"
#include "common/yarn/convert.h"
#include "common/yarn/protocols.h"
#include "resourcemanager/ops/container_token.h"
#include "yarn/yarn_service_protos.pb.h"

namespace tusker::resourcemanager {

using namespace hadoop::yarn;

namespace {

constexpr Duration kLaunchTimeout = std::chrono::seconds(30);
constexpr Duration kStopTimeout = std::chrono::seconds(10);
constexpr Duration kRetryPause = std::chrono::milliseconds(250);
constexpr int kLaunchTriesMax = 20;  // a node that has just restarted needs a moment

void set_environment(ContainerLaunchContextProto& context, const std::string& name, const std::string& value) {
  for (auto& entry : *context.mutable_environment()) {
    if (entry.key() == name) {
      entry.set_value(value);
      return;
    }
  }
  auto* entry = context.add_environment();
  entry->set_key(name);
  entry->set_value(value);
}

}  // namespace

AmLauncher::AmLauncher(Core& core, TokenSecrets& secrets, ClusterOptions options)
    : core_(core), secrets_(secrets), options_(std::move(options)), client_(core.env()), tasks_("am launcher") {}

void AmLauncher::deliver(Outbox outbox) {
  for (const auto& id : outbox.attempts_started) secrets_.attempt_started(id);
  for (const auto& id : outbox.attempts_ended) secrets_.attempt_ended(id);
  for (LaunchOrder& order : outbox.launches) tasks_.spawn(core_.env().make_strand(), launch(std::move(order)));
  for (StopOrder& order : outbox.stops) tasks_.spawn(core_.env().make_strand(), stop_container(std::move(order)));
}

Result<std::string> AmLauncher::launch_context(const LaunchOrder& order) {
  ContainerLaunchContextProto context;
  if (!context.ParseFromString(order.submission.launch_context)) return error(StatusCode::kYarn, "The launch context can't be decoded");
  security::Credentials credentials;
  if (!context.tokens().empty()) {
    TRY(credentials, security::decode_credentials(context.tokens()));
  }
  credentials.tokens.emplace_back("", secrets_.am_rm_token(order.attempt));
  context.set_tokens(security::encode_credentials(credentials));
  set_environment(context, "APPLICATION_WEB_PROXY_BASE", "/proxy/" + order.attempt.application.to_string());
  set_environment(context, "APP_SUBMIT_TIME_ENV", std::to_string(order.submit_ms));
  return context.SerializeAsString();
}

Task<Result<void>> AmLauncher::start_container(LaunchOrder order) {
  Env& env = core_.env();
  CO_TRY(std::string context, launch_context(order));
  StartContainersRequestProto request;
  auto* one = request.add_start_container_request();
  one->mutable_container_launch_context()->ParseFromString(context);
  *one->mutable_container_token() =
      yarn::to_proto(make_container_token(secrets_, order.container, order.submission, order.token_service, env.clock.wall_ms(), options_));
  rpc::Target target{.server = {order.container.node.host, static_cast<uint16_t>(order.container.node.port)},
                     .protocol = std::string(yarn::kContainerManagementProtocol),
                     .user = {order.attempt.to_string(), ""},
                     .token = secrets_.nm_token(order.attempt, order.container.node, order.token_service, order.submission.user)};
  for (int tries = 1;; ++tries) {
    auto response =
        co_await client_.call<StartContainersResponseProto>(target, "startContainers", request, env.clock.after(kLaunchTimeout));
    if (response) {
      if (response->failed_requests().empty()) co_return Result<void>();
      const auto& exception = response->failed_requests(0).exception();
      co_return error(status_of_java(exception.class_name(), exception.message()));
    }
    bool again = response.error().code() == StatusCode::kUnavailable || response.error().code() == StatusCode::kNmNotYetReady;
    if (!again || tries == kLaunchTriesMax) co_return error(response.error());
    co_await env.clock.sleep_for(kRetryPause);
  }
}

Task<void> AmLauncher::launch(LaunchOrder order) {
  LOG_INFO("launching attempt={} container={} node={}", order.attempt.to_string(), order.container.id.to_string(),
           order.container.node.to_string());
  Result<void> started = co_await start_container(order);
  std::string trouble = started ? "" : started.error().to_string();
  const bool unreachable =
      !started && (started.error().code() == StatusCode::kUnavailable || started.error().code() == StatusCode::kTimeout);
  co_await core_.run([order = std::move(order), trouble, unreachable](Cluster& cluster, Now now) {
    Attempt* attempt = cluster.find_live(order.attempt);
    if (attempt == nullptr || attempt->master != order.container.id) return false;
    Application& application = *cluster.find(order.attempt.application);
    if (!trouble.empty()) {
      LOG_WARN("cannot launch attempt={}: {}", order.attempt.to_string(), trouble);
      std::string text = fmt::format("Error launching {}. Got exception: {}", order.attempt.to_string(), trouble);
      if (unreachable) {
        cluster.lose_launch(application, *attempt, std::move(text), now);
      } else {
        cluster.fail_attempt(application, *attempt, std::move(text), now);
      }
      cluster.schedule(now);
      return false;
    }
    attempt->last_ping_mono_ms = now.mono_ms;
    if (attempt->state == AttemptState::kAllocated) attempt->state = AttemptState::kLaunched;
    if (application.launch_ms == 0) application.launch_ms = now.wall_ms;
    return true;
  });
}

Task<void> AmLauncher::stop_container(StopOrder order) {
  StopContainersRequestProto request;
  *request.add_container_id() = yarn::to_proto(order.container);
  rpc::Target target{.server = {order.node.host, static_cast<uint16_t>(order.node.port)},
                     .protocol = std::string(yarn::kContainerManagementProtocol),
                     .user = {order.attempt.to_string(), ""},
                     .token = secrets_.nm_token(order.attempt, order.node, order.token_service, order.user)};
  auto response =
      co_await client_.call<StopContainersResponseProto>(target, "stopContainers", request, core_.env().clock.after(kStopTimeout));
  if (!response)
    LOG_WARN("cannot stop container={} now, its node will hear of it: {}", order.container.to_string(), response.error().to_string());
}

Task<void> AmLauncher::stop() {
  co_await tasks_.stop();
  co_await client_.stop();
}

}  // namespace tusker::resourcemanager
