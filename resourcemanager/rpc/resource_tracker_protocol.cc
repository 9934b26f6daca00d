#include "common/yarn/convert.h"
#include "common/yarn/protocols.h"
#include "common/yarn/schema.h"
#include "resourcemanager/rpc/convert.h"
#include "resourcemanager/rpc/protocols.h"

// ResourceTracker (ResourceTrackerService).

namespace tusker::resourcemanager {

using namespace hadoop::yarn;

namespace {

Task<Result<RegisterNodeManagerResponseProto>> on_register(Services& services, rpc::CallContext context,
                                                           RegisterNodeManagerRequestProto request) {
  NodeRegistration registration = registration_of(request);
  Env& env = services.core.env();
  Network* network = &env.network;
  Result<std::string> ip = co_await run_on(env.disk_pool, [network, host = registration.id.host] { return network->resolve(host); });
  registration.ip = ip.value_or(context.remote.host);
  registration.rack = services.topology.rack_of(registration.id.host, registration.ip);
  RegisterNodeManagerResponseProto response;
  response.set_rm_identifier(services.options.start_ms);
  response.set_rm_version(std::string(yarn::kHadoopVersion));
  Result<void> registered = co_await services.core.run([registration = std::move(registration)](Cluster& cluster, Now now) mutable {
    return register_node(cluster, std::move(registration), now);
  });
  if (!registered) {
    response.set_nodeaction(SHUTDOWN);
    response.set_diagnostics_message(registered.error().message());
    co_return response;
  }
  response.set_nodeaction(NORMAL);
  *response.mutable_container_token_master_key() = services.secrets.newest_container_key().to_proto();
  *response.mutable_nm_token_master_key() = services.secrets.newest_nm_key().to_proto();
  co_return response;
}

NodeHeartbeatResponseProto heartbeat_response(Services& services, const NodeHeartbeatRequestProto& request, NodeOrders orders) {
  NodeHeartbeatResponseProto response;
  response.set_nextheartbeatinterval(services.options.heartbeat_interval_ms);
  if (orders.resync) {
    response.set_nodeaction(RESYNC);
    response.set_diagnostics_message(orders.diagnostics);
    return response;
  }
  if (orders.repeated) {
    response.ParseFromString(orders.node->last_response);
    return response;
  }
  response.set_response_id(orders.response_id);
  response.set_nodeaction(NORMAL);
  for (const auto& id : orders.containers_to_clean) *response.add_containers_to_cleanup() = yarn::to_proto(id);
  for (const auto& id : orders.applications_to_clean) *response.add_applications_to_cleanup() = yarn::to_proto(id);
  for (const auto& id : orders.containers_to_remove) *response.add_containers_to_be_removed_from_nm() = yarn::to_proto(id);
  yarn::MasterKey container_key = services.secrets.newest_container_key();
  yarn::MasterKey nm_key = services.secrets.newest_nm_key();
  if (request.last_known_container_token_master_key().key_id() != container_key.key_id) {
    *response.mutable_container_token_master_key() = container_key.to_proto();
  }
  if (request.last_known_nm_token_master_key().key_id() != nm_key.key_id) *response.mutable_nm_token_master_key() = nm_key.to_proto();
  orders.node->last_response = response.SerializeAsString();
  return response;
}

Task<Result<NodeHeartbeatResponseProto>> on_heartbeat(Services& services, NodeHeartbeatRequestProto request) {
  Services* s = &services;
  co_return co_await services.core.run([s, request = std::move(request)](Cluster& cluster, Now now) -> Result<NodeHeartbeatResponseProto> {
    return heartbeat_response(*s, request, node_heartbeat(cluster, heartbeat_of(request), now));
  });
}

Task<Result<UnRegisterNodeManagerResponseProto>> on_unregister(Services& services, UnRegisterNodeManagerRequestProto request) {
  co_return co_await services.core.run(
      [id = yarn::from_proto(request.node_id())](Cluster& cluster, Now now) -> Result<UnRegisterNodeManagerResponseProto> {
        unregister_node(cluster, id, now);
        return UnRegisterNodeManagerResponseProto();
      });
}

}  // namespace

rpc::Protocol resource_tracker_protocol(Services& services) {
  using rpc::CallContext;
  constexpr rpc::MethodPolicy kMutates{.mutates = true};
  Services* s = &services;
  rpc::Protocol protocol;
  protocol.name = yarn::kResourceTrackerProtocol;
  protocol.service = yarn::resource_tracker_service();
  protocol.methods = {
      rpc::method<RegisterNodeManagerRequestProto, RegisterNodeManagerResponseProto>(
          "registerNodeManager", kMutates,
          [s](CallContext c, RegisterNodeManagerRequestProto r) { return on_register(*s, std::move(c), std::move(r)); }),
      rpc::method<NodeHeartbeatRequestProto, NodeHeartbeatResponseProto>(
          "nodeHeartbeat", kMutates, [s](CallContext, NodeHeartbeatRequestProto r) { return on_heartbeat(*s, std::move(r)); }),
      rpc::method<UnRegisterNodeManagerRequestProto, UnRegisterNodeManagerResponseProto>(
          "unRegisterNodeManager", kMutates,
          [s](CallContext, UnRegisterNodeManagerRequestProto r) { return on_unregister(*s, std::move(r)); }),
  };
  return protocol;
}

}  // namespace tusker::resourcemanager
