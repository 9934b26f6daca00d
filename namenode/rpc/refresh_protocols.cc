#include "namenode/rpc/refresh_protocols.h"

#include <fmt/format.h>
#include <google/protobuf/descriptor.h>

#include "common/log/log.h"
#include "hadoop/GenericRefreshProtocol.pb.h"
#include "hadoop/RefreshAuthorizationPolicyProtocol.pb.h"
#include "hadoop/RefreshCallQueueProtocol.pb.h"
#include "hadoop/RefreshUserMappingsProtocol.pb.h"

namespace tusker::namenode {

using rpc::CallContext;
namespace hc = hadoop::common;

namespace {

const google::protobuf::ServiceDescriptor* service(const char* name) {
  return google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(name);
}

Task<Result<hc::RefreshUserToGroupsMappingsResponseProto>> refresh_groups(SideServices* services, CallContext call) {
  LOG_INFO("Refreshing all user-to-groups mappings. Requested by user: {}", call.user.name);
  services->groups.forget_all();
  co_return hc::RefreshUserToGroupsMappingsResponseProto();
}

Task<Result<hc::RefreshSuperUserGroupsConfigurationResponseProto>> refresh_proxies(SideServices* services, CallContext call) {
  LOG_INFO("Refreshing SuperUser proxy group mapping list, asked by {}", call.user.name);
  if (services->refresh_proxy_users) CO_TRY_VOID(co_await services->refresh_proxy_users());
  co_return hc::RefreshSuperUserGroupsConfigurationResponseProto();
}

Task<Result<hc::RefreshServiceAclResponseProto>> refresh_service_acl() {
  co_return error(StatusCode::kAuthorization, "Service Level Authorization not enabled!");
}

// Hadoop swaps one queue of waiting calls for another with the same calls; here calls wait in no queue.
Task<Result<hc::RefreshCallQueueResponseProto>> refresh_call_queue(CallContext call) {
  LOG_INFO("Refreshing call queue, asked by {}: there is none", call.user.name);
  co_return hc::RefreshCallQueueResponseProto();
}

Task<Result<hc::GenericRefreshResponseCollectionProto>> refresh_named(std::string identifier) {
  co_return error(StatusCode::kIllegalArgument,
                  fmt::format("Identifier '{}' does not exist in RefreshRegistry. Valid options are: ", identifier));
}

rpc::Protocol user_mappings(SideServices& services) {
  rpc::Protocol out;
  out.name = "org.apache.hadoop.security.RefreshUserMappingsProtocol";
  out.service = service("hadoop.common.RefreshUserMappingsProtocolService");
  out.methods.push_back(rpc::method<hc::RefreshUserToGroupsMappingsRequestProto, hc::RefreshUserToGroupsMappingsResponseProto>(
      "refreshUserToGroupsMappings", {},
      [s = &services](CallContext call, hc::RefreshUserToGroupsMappingsRequestProto) { return refresh_groups(s, std::move(call)); }));
  out.methods.push_back(
      rpc::method<hc::RefreshSuperUserGroupsConfigurationRequestProto, hc::RefreshSuperUserGroupsConfigurationResponseProto>(
          "refreshSuperUserGroupsConfiguration", {},
          [s = &services](CallContext call, hc::RefreshSuperUserGroupsConfigurationRequestProto) {
            return refresh_proxies(s, std::move(call));
          }));
  return out;
}

rpc::Protocol authorization_policy() {
  rpc::Protocol out;
  out.name = "org.apache.hadoop.security.authorize.RefreshAuthorizationPolicyProtocol";
  out.service = service("hadoop.common.RefreshAuthorizationPolicyProtocolService");
  out.methods.push_back(rpc::method<hc::RefreshServiceAclRequestProto, hc::RefreshServiceAclResponseProto>(
      "refreshServiceAcl", {}, [](CallContext, hc::RefreshServiceAclRequestProto) { return refresh_service_acl(); }));
  return out;
}

rpc::Protocol call_queue() {
  rpc::Protocol out;
  out.name = "org.apache.hadoop.ipc.RefreshCallQueueProtocol";
  out.service = service("hadoop.common.RefreshCallQueueProtocolService");
  out.methods.push_back(rpc::method<hc::RefreshCallQueueRequestProto, hc::RefreshCallQueueResponseProto>(
      "refreshCallQueue", {}, [](CallContext call, hc::RefreshCallQueueRequestProto) { return refresh_call_queue(std::move(call)); }));
  return out;
}

rpc::Protocol generic() {
  rpc::Protocol out;
  out.name = "org.apache.hadoop.ipc.GenericRefreshProtocol";
  out.service = service("hadoop.common.GenericRefreshProtocolService");
  out.methods.push_back(rpc::method<hc::GenericRefreshRequestProto, hc::GenericRefreshResponseCollectionProto>(
      "refresh", {}, [](CallContext, hc::GenericRefreshRequestProto request) { return refresh_named(request.identifier()); }));
  return out;
}

}  // namespace

std::vector<rpc::Protocol> refresh_protocols(SideServices& services) {
  return {user_mappings(services), authorization_policy(), call_queue(), generic()};
}

}  // namespace tusker::namenode
