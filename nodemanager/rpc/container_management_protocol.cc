#include "nodemanager/rpc/container_management_protocol.h"

#include <fmt/format.h>

#include "common/async/run_on.h"
#include "common/base/java_exceptions.h"
#include "common/yarn/convert.h"
#include "common/yarn/protocols.h"
#include "common/yarn/schema.h"
#include "common/yarn/tokens.h"
#include "nodemanager/ops/container_status.h"
#include "yarn/yarn_service_protos.pb.h"

namespace tusker::nodemanager {

using namespace hadoop::yarn;

namespace {

Result<yarn::ApplicationAttemptId> caller_of(const rpc::CallContext& context) {
  TRY(auto identifier, yarn::parse_nm_identifier(context.token_identifier));
  return yarn::from_proto(identifier.appattemptid());
}

ContainerExceptionMapProto failure_of(const yarn::ContainerId& id, const Status& status) {
  ContainerExceptionMapProto failure;
  *failure.mutable_container_id() = yarn::to_proto(id);
  failure.mutable_exception()->set_message(status.message());
  failure.mutable_exception()->set_class_name(status.remote_class().empty() ? std::string(java_class_of(status.code()))
                                                                            : status.remote_class());
  return failure;
}

Result<ResourceRequest> resource_of(const LocalResourceProto& proto) {
  if (!proto.has_resource() || !proto.has_type() || !proto.has_visibility()) {
    return error(StatusCode::kYarn, "Null resource URL, type or visibility for local resource");
  }
  ResourceRequest request;
  request.scheme = proto.resource().scheme();
  request.host = proto.resource().host();
  request.port = proto.resource().has_port() ? proto.resource().port() : -1;
  request.path = proto.resource().file();
  request.size = proto.size();
  request.timestamp_ms = proto.timestamp();
  request.type = proto.type() == ARCHIVE ? ResourceType::kArchive : proto.type() == PATTERN ? ResourceType::kPattern : ResourceType::kFile;
  request.visibility = proto.visibility() == PUBLIC    ? Visibility::kPublic
                       : proto.visibility() == PRIVATE ? Visibility::kPrivate
                                                       : Visibility::kApplication;
  request.pattern = proto.pattern();
  if (!request.path.starts_with('/') || request.name().empty()) {
    return error(StatusCode::kYarn, fmt::format("Local resource {} has no absolute path of a file", request.url()));
  }
  return request;
}

Result<LaunchContext> context_of(const ContainerLaunchContextProto& proto) {
  LaunchContext context;
  for (const auto& entry : proto.localresources()) {
    TRY(ResourceRequest request, resource_of(entry.value()));
    context.resources.emplace_back(entry.key(), std::move(request));
  }
  for (const auto& entry : proto.environment()) context.environment[entry.key()] = entry.value();
  context.commands.assign(proto.command().begin(), proto.command().end());
  context.credentials = proto.tokens().empty() ? security::encode_credentials({}) : proto.tokens();
  TRY_VOID(security::decode_credentials(context.credentials));
  for (const auto& entry : proto.service_data()) context.service_data[entry.key()] = entry.value();
  return context;
}

StartOrder order_of(const ContainerTokenIdentifierProto& token, LaunchContext context) {
  return {.id = yarn::from_proto(token.containerid()),
          .user = token.appsubmitter(),
          .resource = yarn::from_proto(token.resource()),
          .priority = token.priority().priority(),
          .allocation_request_id = token.allocation_request_id(),
          .created_ms = token.creationtime(),
          .context = std::move(context)};
}

Task<Result<StartContainersResponseProto>> start_containers(Services& services, rpc::CallContext call,
                                                            StartContainersRequestProto request) {
  CO_TRY(yarn::ApplicationAttemptId caller, caller_of(call));
  Services* s = &services;
  co_return co_await run_on(services.core, [s, caller, request = std::move(request)]() -> Result<StartContainersResponseProto> {
    StartContainersResponseProto response;
    for (const auto& one : request.start_container_request()) {
      yarn::ContainerId id;
      auto started = [&]() -> Result<void> {
        TRY(auto identifier, yarn::parse_container_identifier(one.container_token().identifier()));
        id = yarn::from_proto(identifier.containerid());
        TRY(auto verified, s->secrets.verify(yarn::from_proto(one.container_token()), caller, s->env.clock.wall_ms()));
        TRY(LaunchContext context, context_of(one.container_launch_context()));
        return s->containers.start(order_of(verified, std::move(context)));
      }();
      if (started) {
        *response.add_succeeded_requests() = yarn::to_proto(id);
      } else if (started.error().code() == StatusCode::kInvalidToken) {
        return error(started.error());  // fails the whole call
      } else {
        *response.add_failed_requests() = failure_of(id, started.error());
      }
    }
    for (const auto& [name, metadata] : s->containers.service_metadata()) {
      auto* entry = response.add_services_meta_data();
      entry->set_key(name);
      entry->set_value(metadata);
    }
    return response;
  });
}

// kYarn unless the container belongs to the caller's application.
Result<void> check_owner(const yarn::ApplicationAttemptId& caller, const yarn::ContainerId& id) {
  if (caller.application == id.attempt.application) return {};
  return error(StatusCode::kYarn,
               fmt::format("{} attempted to access a container of another application: {}", caller.to_string(), id.to_string()));
}

Task<Result<StopContainersResponseProto>> stop_containers(Services& services, rpc::CallContext call, StopContainersRequestProto request) {
  CO_TRY(yarn::ApplicationAttemptId caller, caller_of(call));
  Services* s = &services;
  co_return co_await run_on(services.core, [s, caller, request = std::move(request)]() -> Result<StopContainersResponseProto> {
    StopContainersResponseProto response;
    for (const auto& proto : request.container_id()) {
      const yarn::ContainerId id = yarn::from_proto(proto);
      auto stopped = check_owner(caller, id);
      if (stopped) stopped = s->containers.stop(id, yarn::exit_status::kKilledByAppMaster, "Container killed by the ApplicationMaster.");
      if (stopped) {
        *response.add_succeeded_requests() = proto;
      } else {
        *response.add_failed_requests() = failure_of(id, stopped.error());
      }
    }
    return response;
  });
}

Task<Result<GetContainerStatusesResponseProto>> get_container_statuses(Services& services, rpc::CallContext call,
                                                                       GetContainerStatusesRequestProto request) {
  CO_TRY(yarn::ApplicationAttemptId caller, caller_of(call));
  Services* s = &services;
  co_return co_await run_on(services.core, [s, caller, request = std::move(request)]() -> Result<GetContainerStatusesResponseProto> {
    GetContainerStatusesResponseProto response;
    for (const auto& proto : request.container_id()) {
      const yarn::ContainerId id = yarn::from_proto(proto);
      const Container* container = s->containers.find(id);
      auto allowed = check_owner(caller, id);
      if (allowed && container != nullptr) {
        *response.add_status() = container_status(*container);
      } else if (!allowed) {
        *response.add_failed_requests() = failure_of(id, allowed.error());
      } else {
        *response.add_failed_requests() =
            failure_of(id, Status(StatusCode::kYarn, fmt::format("Container {} is not handled by this NodeManager", id.to_string())));
      }
    }
    return response;
  });
}

}  // namespace

rpc::Protocol container_management_protocol(Services& services) {
  using rpc::CallContext;
  constexpr rpc::MethodPolicy kMutates{.mutates = true};
  Services* s = &services;
  rpc::Protocol protocol;
  protocol.name = yarn::kContainerManagementProtocol;
  protocol.service = yarn::container_management_service();
  protocol.methods = {
      rpc::method<StartContainersRequestProto, StartContainersResponseProto>(
          "startContainers", kMutates,
          [s](CallContext c, StartContainersRequestProto r) { return start_containers(*s, std::move(c), std::move(r)); }),
      rpc::method<StopContainersRequestProto, StopContainersResponseProto>(
          "stopContainers", kMutates,
          [s](CallContext c, StopContainersRequestProto r) { return stop_containers(*s, std::move(c), std::move(r)); }),
      rpc::method<GetContainerStatusesRequestProto, GetContainerStatusesResponseProto>(
          "getContainerStatuses", {},
          [s](CallContext c, GetContainerStatusesRequestProto r) { return get_container_statuses(*s, std::move(c), std::move(r)); }),
  };
  protocol.unsupported = {"increaseContainersResource",
                          "updateContainer",
                          "signalToContainer",
                          "localize",
                          "reInitializeContainer",
                          "restartContainer",
                          "rollbackLastReInitialization",
                          "commitLastReInitialization",
                          "getLocalizationStatuses"};
  return protocol;
}

}  // namespace tusker::nodemanager
