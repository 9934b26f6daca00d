#include "nodemanager/background/status_updater.h"

#include <algorithm>
#include <utility>

#include "common/log/log.h"
#include "common/yarn/convert.h"
#include "common/yarn/protocols.h"
#include "nodemanager/ops/container_status.h"

namespace tusker::nodemanager {

using namespace hadoop::yarn;

namespace {

constexpr Duration kRpcTimeout = std::chrono::seconds(20);
constexpr Duration kUnregisterTimeout = std::chrono::seconds(2);
constexpr Duration kIntervalMin = std::chrono::milliseconds(10);
constexpr Duration kIntervalMax = std::chrono::minutes(1);

}  // namespace

StatusUpdater::StatusUpdater(Env& env, Executor core, Options options, Containers& containers, TokenSecrets& secrets,
                             std::function<NodeHealth()> health, std::function<void(std::string)> on_shutdown)
    : env_(env),
      core_(core),
      options_(std::move(options)),
      containers_(containers),
      secrets_(secrets),
      health_(std::move(health)),
      on_shutdown_(std::move(on_shutdown)),
      client_(env),
      target_{.server = options_.resource_manager,
              .protocol = std::string(yarn::kResourceTrackerProtocol),
              .user = options_.user,
              .token = std::nullopt},
      tasks_("status updater") {}

void StatusUpdater::start() { tasks_.spawn(core_, run()); }

Task<void> StatusUpdater::run() {
  while (!told_to_shut_down_ && !tasks_.stopping()) {
    if (!registered_ && !co_await register_node()) {
      co_await env_.clock.sleep_for(options_.retry_interval);
      continue;
    }
    if (!co_await heartbeat()) {
      co_await env_.clock.sleep_for(options_.retry_interval);
      continue;
    }
    // A change that came during the heartbeat goes out at once with the next.
    if (!containers_.take_change()) co_await containers_.changed().wait(env_.clock.after(interval_));
    containers_.take_change();
  }
}

RegisterNodeManagerRequestProto StatusUpdater::registration() const {
  RegisterNodeManagerRequestProto request;
  *request.mutable_node_id() = yarn::to_proto(options_.node);
  request.set_http_port(options_.http_port);
  *request.mutable_resource() = yarn::to_proto(options_.capability);
  *request.mutable_physicalresource() = yarn::to_proto(options_.capability);
  request.set_nm_version(std::string(yarn::kHadoopVersion));
  for (const auto& [id, container] : containers_.all()) *request.add_container_statuses() = registration_status(*container);
  for (const auto& id : containers_.applications()) *request.add_runningapplications() = yarn::to_proto(id);
  return request;
}

Task<bool> StatusUpdater::register_node() {
  auto response = co_await client_.call<RegisterNodeManagerResponseProto>(target_, "registerNodeManager", registration(),
                                                                          env_.clock.after(kRpcTimeout));
  if (!response) {
    LOG_WARN("cannot register at {}: {}; trying again", options_.resource_manager.to_string(), response.error().message());
    co_return false;
  }
  if (response->nodeaction() == SHUTDOWN) {
    told_to_shut_down_ = true;
    on_shutdown_(response->diagnostics_message());
    co_return false;
  }
  secrets_.set_container_key(yarn::MasterKey::from_proto(response->container_token_master_key()));
  secrets_.set_nm_key(yarn::MasterKey::from_proto(response->nm_token_master_key()));
  secrets_.set_resource_manager(response->rm_identifier());
  response_id_ = 0;
  missed_ = false;
  registered_ = true;
  LOG_INFO("registered at {} as {} with {}", options_.resource_manager.to_string(), options_.node.to_string(),
           options_.capability.to_string());
  co_return true;
}

NodeHeartbeatRequestProto StatusUpdater::heartbeat_request() const {
  NodeHeartbeatRequestProto request;
  auto* status = request.mutable_node_status();
  *status->mutable_node_id() = yarn::to_proto(options_.node);
  status->set_response_id(response_id_);
  for (const auto& [id, container] : containers_.all()) {
    if (!container->end_reported) *status->add_containersstatuses() = container_status(*container);
  }
  NodeHealth health = health_();
  status->mutable_nodehealthstatus()->set_is_node_healthy(health.healthy);
  status->mutable_nodehealthstatus()->set_health_report(health.report);
  status->mutable_nodehealthstatus()->set_last_health_report_time(health.checked_ms);
  if (auto key = secrets_.container_key()) *request.mutable_last_known_container_token_master_key() = key->to_proto();
  if (auto key = secrets_.nm_key()) *request.mutable_last_known_nm_token_master_key() = key->to_proto();
  return request;
}

Task<bool> StatusUpdater::heartbeat() {
  std::vector<std::shared_ptr<Container>> ended;
  for (const auto& [id, container] : containers_.all()) {
    if (container->done() && !container->end_reported) ended.push_back(container);
  }
  auto response =
      co_await client_.call<NodeHeartbeatResponseProto>(target_, "nodeHeartbeat", heartbeat_request(), env_.clock.after(kRpcTimeout));
  if (!response) {
    LOG_WARN("cannot reach {}: {}; trying again", options_.resource_manager.to_string(), response.error().message());
    missed_ = true;
    co_return false;
  }
  switch (response->nodeaction()) {
    case RESYNC:
      LOG_WARN("registering again: {}", response->diagnostics_message());
      registered_ = false;
      secrets_.set_resource_manager(0);
      for (const auto& [id, container] : containers_.all()) container->end_reported = false;
      co_return true;
    case SHUTDOWN:
      told_to_shut_down_ = true;
      on_shutdown_(response->diagnostics_message());
      co_return true;
    default:
      break;
  }
  response_id_ = response->response_id();
  // The answer to a repeated heartbeat may be that to the first one, whose statuses alone the ResourceManager has read: what has ended
  // since is reported once more.
  if (!std::exchange(missed_, false)) {
    for (const auto& container : ended) container->end_reported = true;
  }
  obey(*response);
  co_return true;
}

void StatusUpdater::obey(const NodeHeartbeatResponseProto& orders) {
  if (orders.has_container_token_master_key()) secrets_.set_container_key(yarn::MasterKey::from_proto(orders.container_token_master_key()));
  if (orders.has_nm_token_master_key()) secrets_.set_nm_key(yarn::MasterKey::from_proto(orders.nm_token_master_key()));
  if (orders.nextheartbeatinterval() > 0) {
    interval_ = std::clamp<Duration>(std::chrono::milliseconds(orders.nextheartbeatinterval()), kIntervalMin, kIntervalMax);
  }
  for (const auto& id : orders.containers_to_cleanup()) {
    // One that is unknown here has gone already.
    static_cast<void>(
        containers_.stop(yarn::from_proto(id), yarn::exit_status::kKilledByResourceManager, "Container killed by the ResourceManager."));
  }
  for (const auto& id : orders.containers_to_be_removed_from_nm()) containers_.forget(yarn::from_proto(id));
  for (const auto& id : orders.applications_to_cleanup()) containers_.end_application(yarn::from_proto(id));
}

Task<void> StatusUpdater::unregister() {
  if (!registered_) co_return;
  UnRegisterNodeManagerRequestProto request;
  *request.mutable_node_id() = yarn::to_proto(options_.node);
  auto response = co_await client_.call<UnRegisterNodeManagerResponseProto>(target_, "unRegisterNodeManager", request,
                                                                            env_.clock.after(kUnregisterTimeout));
  if (!response) LOG_WARN("cannot say good-bye to the ResourceManager: {}", response.error().message());
}

Task<void> StatusUpdater::stop() {
  co_await tasks_.stop();
  co_await client_.stop();
}

}  // namespace tusker::nodemanager
