#include <fmt/format.h>

#include <set>

#include "common/yarn/convert.h"
#include "common/yarn/protocols.h"
#include "common/yarn/schema.h"
#include "common/yarn/tokens.h"
#include "resourcemanager/ops/container_token.h"
#include "resourcemanager/rpc/convert.h"
#include "resourcemanager/rpc/protocols.h"

// ApplicationMasterProtocol (ApplicationMasterService). Who calls is what the connection's AMRM token says.

namespace tusker::resourcemanager {

using namespace hadoop::yarn;

namespace {

Result<yarn::ApplicationAttemptId> caller_of(const rpc::CallContext& context) {
  TRY(auto identifier, yarn::parse_am_rm_identifier(context.token_identifier));
  return yarn::from_proto(identifier.appattemptid());
}

ContainerProto container_proto(Services& services, const Cluster& cluster, const Container& container, const Submission& submission,
                               Now now) {
  const Node& node = *cluster.find_node(container.node);
  ContainerProto proto;
  *proto.mutable_id() = yarn::to_proto(container.id);
  *proto.mutable_nodeid() = yarn::to_proto(container.node);
  proto.set_node_http_address(node.http_address());
  *proto.mutable_resource() = yarn::to_proto(container.resource);
  proto.mutable_priority()->set_priority(container.key.priority);
  proto.set_execution_type(GUARANTEED);
  proto.set_allocation_request_id(container.key.allocation_request_id);
  proto.set_version(0);
  *proto.mutable_container_token() =
      yarn::to_proto(make_container_token(services.secrets, container, submission, node.token_service(), now.wall_ms, services.options));
  return proto;
}

ContainerStatusProto status_proto(const CompletedContainer& completed) {
  ContainerStatusProto proto;
  *proto.mutable_container_id() = yarn::to_proto(completed.id);
  proto.set_state(C_COMPLETE);
  proto.set_diagnostics(completed.diagnostics);
  proto.set_exit_status(completed.exit_status);
  *proto.mutable_capability() = yarn::to_proto(completed.resource);
  proto.set_executiontype(GUARANTEED);
  proto.set_container_sub_state(CSS_DONE);
  auto* host = proto.add_container_attributes();
  host->set_key("HOST");
  host->set_value(completed.node.host);
  return proto;
}

// Makes the answer and keeps its bytes for a repeated call.
AllocateResponseProto allocate_response(Services& services, Cluster& cluster, const AllocateAnswer& answer,
                                        const std::string& token_identifier, Now now) {
  const Submission& submission = cluster.find(answer.attempt->id.application)->submission;
  AllocateResponseProto response;
  response.set_response_id(answer.response_id);
  std::set<yarn::NodeId> nodes;
  for (const Container& container : answer.allocated) {
    *response.add_allocated_containers() = container_proto(services, cluster, container, submission, now);
    nodes.insert(container.node);
  }
  for (const yarn::NodeId& id : nodes) {
    const Node& node = *cluster.find_node(id);
    auto* token = response.add_nm_tokens();
    *token->mutable_nodeid() = yarn::to_proto(id);
    *token->mutable_token() = yarn::to_proto(services.secrets.nm_token(answer.attempt->id, id, node.token_service(), submission.user));
  }
  for (const CompletedContainer& completed : answer.completed) *response.add_completed_container_statuses() = status_proto(completed);
  for (const yarn::NodeId& id : answer.updated_nodes) {
    const Node* node = cluster.find_node(id);
    auto inactive = cluster.inactive_nodes.find(id);
    if (node == nullptr && inactive != cluster.inactive_nodes.end()) node = &inactive->second;
    if (node == nullptr) continue;
    *response.add_updated_nodes() = node_report(*node);
    response.mutable_updated_nodes()->rbegin()->set_node_update_type(node->state == NodeState::kRunning ? NODE_USABLE : NODE_UNUSABLE);
  }
  *response.mutable_limit() = yarn::to_proto(answer.headroom);
  response.set_num_cluster_nodes(answer.nodes);
  response.mutable_application_priority()->set_priority(answer.priority);
  if (services.secrets.am_rm_token_is_old(token_identifier)) {
    *response.mutable_am_rm_token() = yarn::to_proto(services.secrets.am_rm_token(answer.attempt->id));
  }
  answer.attempt->last_response = response.SerializeAsString();
  return response;
}

Task<Result<AllocateResponseProto>> on_allocate(Services& services, rpc::CallContext context, AllocateRequestProto request) {
  CO_TRY(yarn::ApplicationAttemptId id, caller_of(context));
  if (!request.scheduling_requests().empty()) {
    co_return error(StatusCode::kYarn,
                    "Found non empty SchedulingRequest in AllocateRequest for application: placement constraints are not supported by this "
                    "ResourceManager");
  }
  Services* s = &services;
  co_return co_await services.core.run([s, id, call = allocate_call_of(request), token = context.token_identifier](
                                           Cluster& cluster, Now now) mutable -> Result<AllocateResponseProto> {
    TRY(AllocateAnswer answer, allocate(cluster, id, std::move(call), now));
    if (!answer.repeated) return allocate_response(*s, cluster, answer, token, now);
    AllocateResponseProto response;
    response.ParseFromString(answer.attempt->last_response);
    return response;
  });
}

Task<Result<RegisterApplicationMasterResponseProto>> on_register(Services& services, rpc::CallContext context,
                                                                 RegisterApplicationMasterRequestProto request) {
  CO_TRY(yarn::ApplicationAttemptId id, caller_of(context));
  co_return co_await services.core.run(
      [id, request = std::move(request)](Cluster& cluster, Now now) -> Result<RegisterApplicationMasterResponseProto> {
        int32_t port = request.has_rpc_port() ? request.rpc_port() : -1;
        TRY(const Application* application, register_master(cluster, id, request.host(), port, request.tracking_url(), now));
        RegisterApplicationMasterResponseProto response;
        *response.mutable_maximumcapability() = yarn::to_proto(cluster.scheduler.maximum());
        response.set_queue(application->submission.queue);
        ContainerLaunchContextProto context_proto;
        if (context_proto.ParseFromString(application->submission.launch_context)) {
          *response.mutable_application_acls() = context_proto.application_acls();
        }
        response.add_scheduler_resource_types(MEMORY);
        if (cluster.scheduler.options().vcores_count) response.add_scheduler_resource_types(CPU);
        for (auto [name, units] : {std::pair{"memory-mb", "Mi"}, std::pair{"vcores", ""}}) {
          auto* type = response.add_resource_types();
          type->set_name(name);
          type->set_units(units);
          type->set_type(COUNTABLE);
        }
        return response;
      });
}

Task<Result<FinishApplicationMasterResponseProto>> on_finish(Services& services, rpc::CallContext context,
                                                             FinishApplicationMasterRequestProto request) {
  CO_TRY(yarn::ApplicationAttemptId id, caller_of(context));
  co_return co_await services.core.run(
      [id, request = std::move(request)](Cluster& cluster, Now now) -> Result<FinishApplicationMasterResponseProto> {
        TRY_VOID(finish_master(cluster, id, final_status_of(request.final_application_status()), request.diagnostics(),
                               request.tracking_url(), now));
        FinishApplicationMasterResponseProto response;
        response.set_isunregistered(true);
        return response;
      });
}

}  // namespace

rpc::Protocol application_master_protocol(Services& services) {
  using rpc::CallContext;
  constexpr rpc::MethodPolicy kMutates{.mutates = true};
  Services* s = &services;
  rpc::Protocol protocol;
  protocol.name = yarn::kApplicationMasterProtocol;
  protocol.service = yarn::application_master_service();
  protocol.methods = {
      rpc::method<RegisterApplicationMasterRequestProto, RegisterApplicationMasterResponseProto>(
          "registerApplicationMaster", kMutates,
          [s](CallContext c, RegisterApplicationMasterRequestProto r) { return on_register(*s, std::move(c), std::move(r)); }),
      rpc::method<AllocateRequestProto, AllocateResponseProto>(
          "allocate", kMutates, [s](CallContext c, AllocateRequestProto r) { return on_allocate(*s, std::move(c), std::move(r)); }),
      rpc::method<FinishApplicationMasterRequestProto, FinishApplicationMasterResponseProto>(
          "finishApplicationMaster", kMutates,
          [s](CallContext c, FinishApplicationMasterRequestProto r) { return on_finish(*s, std::move(c), std::move(r)); }),
  };
  return protocol;
}

}  // namespace tusker::resourcemanager
