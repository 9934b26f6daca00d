#include "namenode/rpc/side_protocols.h"

#include <google/protobuf/descriptor.h>

#include "hadoop/GetUserMappingsProtocol.pb.h"
#include "hadoop/HAServiceProtocol.pb.h"
#include "hadoop/RefreshUserMappingsProtocol.pb.h"
#include "hdfs/NamenodeProtocol.pb.h"

namespace tusker::namenode {

using rpc::CallContext;
namespace hc = hadoop::common;
namespace hn = hadoop::hdfs::namenode;

namespace {

const google::protobuf::ServiceDescriptor* service(const char* name) {
  return google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(name);
}

Task<Result<hadoop::common::GetGroupsForUserResponseProto>> groups_for(security::Groups* groups, std::string user) {
  hc::GetGroupsForUserResponseProto response;
  for (auto& group : co_await groups->of(std::move(user))) response.add_groups(std::move(group));
  co_return response;
}

template <class Response>
Task<Result<Response>> ready(Response response) {
  co_return response;
}
template <class Response>
Task<Result<Response>> not_ha() {
  co_return error(StatusCode::kServiceFailed, "HA for namenode is not enabled");
}

rpc::Protocol user_mappings(security::Groups& groups) {
  rpc::Protocol out;
  out.name = "org.apache.hadoop.tools.GetUserMappingsProtocol";
  out.service = service("hadoop.common.GetUserMappingsProtocolService");
  out.methods.push_back(rpc::method<hc::GetGroupsForUserRequestProto, hc::GetGroupsForUserResponseProto>(
      "getGroupsForUser", {},
      [&groups](CallContext, hc::GetGroupsForUserRequestProto request) { return groups_for(&groups, request.user()); }));
  return out;
}

rpc::Protocol refresh_mappings(security::Groups& groups) {
  rpc::Protocol out;
  out.name = "org.apache.hadoop.security.RefreshUserMappingsProtocol";
  out.service = service("hadoop.common.RefreshUserMappingsProtocolService");
  out.methods.push_back(rpc::method<hc::RefreshUserToGroupsMappingsRequestProto, hc::RefreshUserToGroupsMappingsResponseProto>(
      "refreshUserToGroupsMappings", {}, [&groups](CallContext, hc::RefreshUserToGroupsMappingsRequestProto) {
        groups.forget_all();
        return ready(hc::RefreshUserToGroupsMappingsResponseProto());
      }));
  out.unsupported = {"refreshSuperUserGroupsConfiguration"};
  return out;
}

rpc::Protocol namenode_protocol(Namesystem& ns, DatanodeProtocol& datanodes) {
  rpc::Protocol out;
  out.name = "org.apache.hadoop.hdfs.server.protocol.NamenodeProtocol";
  out.service = service("hadoop.hdfs.namenode.NamenodeProtocolService");
  out.methods.push_back(rpc::method<hadoop::hdfs::VersionRequestProto, hadoop::hdfs::VersionResponseProto>(
      "versionRequest", {}, [&datanodes](CallContext, hadoop::hdfs::VersionRequestProto) {
        hadoop::hdfs::VersionResponseProto response;
        *response.mutable_info() = datanodes.namespace_info();
        return ready(std::move(response));
      }));
  out.methods.push_back(rpc::method<hn::GetTransactionIdRequestProto, hn::GetTransactionIdResponseProto>(
      "getTransactionId", {}, [&ns](CallContext, hn::GetTransactionIdRequestProto) {
        hn::GetTransactionIdResponseProto response;
        response.set_txid(static_cast<uint64_t>(ns.last_tx().value));
        return ready(std::move(response));
      }));
  out.methods.push_back(rpc::method<hn::IsUpgradeFinalizedRequestProto, hn::IsUpgradeFinalizedResponseProto>(
      "isUpgradeFinalized", {}, [](CallContext, hn::IsUpgradeFinalizedRequestProto) {
        hn::IsUpgradeFinalizedResponseProto response;
        response.set_isupgradefinalized(true);
        return ready(std::move(response));
      }));
  out.methods.push_back(rpc::method<hn::IsRollingUpgradeRequestProto, hn::IsRollingUpgradeResponseProto>(
      "isRollingUpgrade", {}, [](CallContext, hn::IsRollingUpgradeRequestProto) {
        hn::IsRollingUpgradeResponseProto response;
        response.set_isrollingupgrade(false);
        return ready(std::move(response));
      }));
  out.unsupported = {"getBlocks",
                     "getBlockKeys",
                     "getMostRecentCheckpointTxId",
                     "getMostRecentNameNodeFileTxId",
                     "rollEditLog",
                     "errorReport",
                     "registerSubordinateNamenode",
                     "startCheckpoint",
                     "endCheckpoint",
                     "getEditLogManifest",
                     "getNextSPSPath"};
  return out;
}

rpc::Protocol ha_service() {
  rpc::Protocol out;
  out.name = "org.apache.hadoop.ha.HAServiceProtocol";
  out.service = service("hadoop.common.HAServiceProtocolService");
  out.methods.push_back(rpc::method<hc::GetServiceStatusRequestProto, hc::GetServiceStatusResponseProto>(
      "getServiceStatus", {}, [](CallContext, hc::GetServiceStatusRequestProto) {
        hc::GetServiceStatusResponseProto response;
        response.set_state(hc::ACTIVE);
        response.set_readytobecomeactive(true);
        return ready(std::move(response));
      }));
  out.methods.push_back(rpc::method<hc::MonitorHealthRequestProto, hc::MonitorHealthResponseProto>(
      "monitorHealth", {}, [](CallContext, hc::MonitorHealthRequestProto) { return ready(hc::MonitorHealthResponseProto()); }));
  out.methods.push_back(rpc::method<hc::TransitionToActiveRequestProto, hc::TransitionToActiveResponseProto>(
      "transitionToActive", {},
      [](CallContext, hc::TransitionToActiveRequestProto) { return not_ha<hc::TransitionToActiveResponseProto>(); }));
  out.methods.push_back(rpc::method<hc::TransitionToStandbyRequestProto, hc::TransitionToStandbyResponseProto>(
      "transitionToStandby", {},
      [](CallContext, hc::TransitionToStandbyRequestProto) { return not_ha<hc::TransitionToStandbyResponseProto>(); }));
  out.methods.push_back(rpc::method<hc::TransitionToObserverRequestProto, hc::TransitionToObserverResponseProto>(
      "transitionToObserver", {},
      [](CallContext, hc::TransitionToObserverRequestProto) { return not_ha<hc::TransitionToObserverResponseProto>(); }));
  return out;
}

}  // namespace

std::vector<rpc::Protocol> side_protocols(Namesystem& ns, security::Groups& groups, DatanodeProtocol& datanodes) {
  return {user_mappings(groups), refresh_mappings(groups), namenode_protocol(ns, datanodes), ha_service()};
}

}  // namespace tusker::namenode
