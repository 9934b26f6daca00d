#include "namenode/rpc/side_protocols.h"

#include <fmt/format.h>
#include <google/protobuf/descriptor.h>

#include "hadoop/GetUserMappingsProtocol.pb.h"
#include "hadoop/HAServiceProtocol.pb.h"
#include "hdfs/ReconfigurationProtocol.pb.h"
#include "namenode/rpc/caller.h"
#include "namenode/rpc/refresh_protocols.h"

namespace tusker::namenode {

using rpc::CallContext;
namespace hc = hadoop::common;
namespace hh = hadoop::hdfs;

namespace {

constexpr rpc::MethodPolicy kAnyState{.needs_active = false};

const google::protobuf::ServiceDescriptor* service(const char* name) {
  return google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(name);
}

Task<Result<void>> superuser_only(SideServices* services, CallContext call, std::string operation) {
  const Caller caller = co_await caller_of(services->ns, services->groups, call.user);
  co_return check_superuser(caller, operation);
}

Task<Result<hc::GetGroupsForUserResponseProto>> groups_for(security::Groups* groups, std::string user) {
  hc::GetGroupsForUserResponseProto response;
  for (auto& group : co_await groups->of(std::move(user))) response.add_groups(std::move(group));
  co_return response;
}

rpc::Protocol user_mappings(security::Groups& groups) {
  rpc::Protocol out;
  out.name = "org.apache.hadoop.tools.GetUserMappingsProtocol";
  out.service = service("hadoop.common.GetUserMappingsProtocolService");
  out.methods.push_back(rpc::method<hc::GetGroupsForUserRequestProto, hc::GetGroupsForUserResponseProto>(
      "getGroupsForUser", kAnyState,
      [&groups](CallContext, hc::GetGroupsForUserRequestProto request) { return groups_for(&groups, request.user()); }));
  return out;
}

// HAServiceProtocol: this NameNode is alone and active, whether its site's configuration names others or not.

std::unexpected<Status> not_ha() { return error(StatusCode::kServiceFailed, "HA for namenode is not enabled"); }

// NameNode.checkHaStateChange, without automatic failover.
Result<void> check_source(const CallContext& call, const hc::HAStateChangeRequestInfoProto& info) {
  if (info.reqsource() != hc::REQUEST_BY_ZKFC) return {};
  return error(StatusCode::kAccessControl,
               fmt::format("Request from ZK failover controller at {} denied since automatic HA is not enabled", call.remote.host));
}

Task<Result<hc::GetServiceStatusResponseProto>> service_status(SideServices* services) {
  if (!services->ns.settings().ha_enabled) co_return not_ha();
  hc::GetServiceStatusResponseProto response;
  response.set_state(hc::ACTIVE);
  response.set_readytobecomeactive(true);
  co_return response;
}

Task<Result<hc::MonitorHealthResponseProto>> monitor_health(SideServices* services, CallContext call) {
  CO_TRY_VOID(co_await superuser_only(services, call, "monitorHealth"));
  const Namesystem& ns = services->ns;
  if (ns.settings().ha_enabled && services->ns.safe_mode().state() == SafeMode::State::kLowResources) {
    co_return error(Status(StatusCode::kIo, "The NameNode has no resources available")
                        .with_remote_class("org.apache.hadoop.ha.HealthCheckFailedException"));
  }
  co_return hc::MonitorHealthResponseProto();
}

template <class Response>
Task<Result<Response>> transition(SideServices* services, CallContext call, hc::HAStateChangeRequestInfoProto info, std::string operation) {
  CO_TRY_VOID(check_source(call, info));
  const bool to_active = operation == "transitionToActive";
  CO_TRY_VOID(co_await superuser_only(services, call, std::move(operation)));
  if (!services->ns.settings().ha_enabled) co_return not_ha();
  if (to_active) co_return Response();  // it is
  co_return error(StatusCode::kServiceFailed, "There is no other NameNode that could become active");
}

template <class Request, class Response>
rpc::Method transition_row(SideServices& services, std::string_view name) {
  return rpc::method<Request, Response>(name, kAnyState, [s = &services, name](CallContext call, Request request) {
    return transition<Response>(s, std::move(call), request.reqinfo(), std::string(name));
  });
}

rpc::Protocol ha_service(SideServices& services) {
  rpc::Protocol out;
  out.name = "org.apache.hadoop.ha.HAServiceProtocol";
  out.service = service("hadoop.common.HAServiceProtocolService");
  out.methods.push_back(rpc::method<hc::GetServiceStatusRequestProto, hc::GetServiceStatusResponseProto>(
      "getServiceStatus", kAnyState, [s = &services](CallContext, hc::GetServiceStatusRequestProto) { return service_status(s); }));
  out.methods.push_back(rpc::method<hc::MonitorHealthRequestProto, hc::MonitorHealthResponseProto>(
      "monitorHealth", kAnyState,
      [s = &services](CallContext call, hc::MonitorHealthRequestProto) { return monitor_health(s, std::move(call)); }));
  out.methods.push_back(
      transition_row<hc::TransitionToActiveRequestProto, hc::TransitionToActiveResponseProto>(services, "transitionToActive"));
  out.methods.push_back(
      transition_row<hc::TransitionToStandbyRequestProto, hc::TransitionToStandbyResponseProto>(services, "transitionToStandby"));
  out.methods.push_back(
      transition_row<hc::TransitionToObserverRequestProto, hc::TransitionToObserverResponseProto>(services, "transitionToObserver"));
  return out;
}

// ReconfigurationProtocol.

Task<Result<hh::StartReconfigurationResponseProto>> start_reconfiguration(SideServices* services, CallContext call) {
  CO_TRY_VOID(co_await superuser_only(services, call, "startNamenodeReconfiguration"));
  CO_TRY_VOID(co_await services->reconfiguration.start());
  co_return hh::StartReconfigurationResponseProto();
}

Task<Result<hh::GetReconfigurationStatusResponseProto>> reconfiguration_status(SideServices* services, CallContext call) {
  CO_TRY_VOID(co_await superuser_only(services, call, "getNamenodeReconfigurationStatus"));
  const Reconfiguration::Status status = services->reconfiguration.status();
  hh::GetReconfigurationStatusResponseProto response;
  response.set_starttime(status.start_ms);
  if (!status.end_ms) co_return response;
  response.set_endtime(*status.end_ms);
  for (const auto& change : status.changes) {
    auto* out = response.add_changes();
    out->set_name(change.name);
    out->set_oldvalue(change.old_value);
    out->set_newvalue(change.new_value);
    if (!change.error.empty()) out->set_errormessage(change.error);
  }
  co_return response;
}

Task<Result<hh::ListReconfigurablePropertiesResponseProto>> reconfigurable_properties(SideServices* services, CallContext call) {
  CO_TRY_VOID(co_await superuser_only(services, call, "listNamenodeReconfigurableProperties"));
  hh::ListReconfigurablePropertiesResponseProto response;
  for (auto& name : Reconfiguration::properties()) response.add_name(std::move(name));
  co_return response;
}

rpc::Protocol reconfiguration(SideServices& services) {
  rpc::Protocol out;
  out.name = "org.apache.hadoop.hdfs.protocol.ReconfigurationProtocol";
  out.service = service("hadoop.hdfs.ReconfigurationProtocolService");
  out.methods.push_back(rpc::method<hh::StartReconfigurationRequestProto, hh::StartReconfigurationResponseProto>(
      "startReconfiguration", kAnyState,
      [s = &services](CallContext call, hh::StartReconfigurationRequestProto) { return start_reconfiguration(s, std::move(call)); }));
  out.methods.push_back(rpc::method<hh::GetReconfigurationStatusRequestProto, hh::GetReconfigurationStatusResponseProto>(
      "getReconfigurationStatus", kAnyState,
      [s = &services](CallContext call, hh::GetReconfigurationStatusRequestProto) { return reconfiguration_status(s, std::move(call)); }));
  out.methods.push_back(rpc::method<hh::ListReconfigurablePropertiesRequestProto, hh::ListReconfigurablePropertiesResponseProto>(
      "listReconfigurableProperties", kAnyState, [s = &services](CallContext call, hh::ListReconfigurablePropertiesRequestProto) {
        return reconfigurable_properties(s, std::move(call));
      }));
  return out;
}

}  // namespace

std::vector<rpc::Protocol> side_protocols(SideServices& services) {
  std::vector<rpc::Protocol> out = refresh_protocols(services);
  out.push_back(user_mappings(services.groups));
  out.push_back(ha_service(services));
  out.push_back(reconfiguration(services));
  return out;
}

}  // namespace tusker::namenode
