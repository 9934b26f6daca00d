#include "client/yarn/nm_client.h"

#include <fmt/format.h>

#include "common/base/java_exceptions.h"
#include "common/yarn/convert.h"
#include "common/yarn/protocols.h"
#include "common/yarn/tokens.h"

namespace tusker::client {

using namespace hadoop::yarn;

namespace {

constexpr Duration kRpcTimeout = std::chrono::seconds(60);

// The failure that an answer holds for the one container that was asked about.
template <class Response>
Result<void> failure_in(const Response& response) {
  if (response.failed_requests().empty()) return {};
  return error(status_of(response.failed_requests(0).exception()));
}

}  // namespace

Status status_of(const SerializedExceptionProto& exception) { return status_of_java(exception.class_name(), exception.message()); }

NmClient::NmClient(Env& env, yarn::ApplicationAttemptId attempt) : env_(env), rpc_(env), attempt_(std::move(attempt)) {}

void NmClient::add_tokens(const google::protobuf::RepeatedPtrField<NMTokenProto>& tokens) {
  for (const NMTokenProto& token : tokens) tokens_[yarn::from_proto(token.nodeid())] = yarn::from_proto(token.token());
}

Result<rpc::Target> NmClient::target_of(const yarn::NodeId& node) const {
  auto token = tokens_.find(node);
  if (token == tokens_.end()) {
    return error(StatusCode::kInvalidToken, fmt::format("No NMToken sent for {}", node.to_string()));
  }
  return rpc::Target{.server = {node.host, static_cast<uint16_t>(node.port)},
                     .protocol = std::string(yarn::kContainerManagementProtocol),
                     .user = {attempt_.to_string(), ""},
                     .token = token->second};
}

Task<Result<std::map<std::string, std::string>>> NmClient::start_container(ContainerProto container, ContainerLaunchContextProto context) {
  CO_TRY(rpc::Target target, target_of(yarn::from_proto(container.nodeid())));
  StartContainersRequestProto request;
  auto* one = request.add_start_container_request();
  *one->mutable_container_launch_context() = std::move(context);
  *one->mutable_container_token() = container.container_token();
  CO_TRY(auto response,
         co_await rpc_.call<StartContainersResponseProto>(target, "startContainers", request, env_.clock.after(kRpcTimeout)));
  CO_TRY_VOID(failure_in(response));
  std::map<std::string, std::string> metadata;
  for (const auto& entry : response.services_meta_data()) metadata[entry.key()] = entry.value();
  co_return metadata;
}

Task<Result<void>> NmClient::stop_container(yarn::NodeId node, yarn::ContainerId container) {
  CO_TRY(rpc::Target target, target_of(node));
  StopContainersRequestProto request;
  *request.add_container_id() = yarn::to_proto(container);
  CO_TRY(auto response, co_await rpc_.call<StopContainersResponseProto>(target, "stopContainers", request, env_.clock.after(kRpcTimeout)));
  co_return failure_in(response);
}

Task<Result<ContainerStatusProto>> NmClient::container_status(yarn::NodeId node, yarn::ContainerId container) {
  CO_TRY(rpc::Target target, target_of(node));
  GetContainerStatusesRequestProto request;
  *request.add_container_id() = yarn::to_proto(container);
  CO_TRY(auto response,
         co_await rpc_.call<GetContainerStatusesResponseProto>(target, "getContainerStatuses", request, env_.clock.after(kRpcTimeout)));
  CO_TRY_VOID(failure_in(response));
  if (response.status().empty()) co_return error(StatusCode::kYarn, fmt::format("No status of {} in the answer", container.to_string()));
  co_return response.status(0);
}

Task<void> NmClient::stop() { co_await rpc_.stop(); }

}  // namespace tusker::client
