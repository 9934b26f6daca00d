#include <fmt/format.h>

#include <boost/json.hpp>

#include "common/webhdfs/attributes.h"
#include "common/webhdfs/text.h"
#include "namenode/web/webhdfs.h"

// The PUT operations that are answered here.
namespace tusker::namenode {

using namespace hadoop::hdfs;  // NOLINT: the operations speak the wire's types

using CallPtr = WebHdfs::CallPtr;
using Response = Result<net::HttpResponse>;

namespace {

constexpr uint32_t kDirectoryPermission = 0755;
constexpr uint32_t kSymlinkPermission = 0777;

uint32_t permission_of(const WebHdfs::Call& call) {
  return static_cast<uint32_t>(call.parameters.number("permission").value_or(kDirectoryPermission));
}

// Path.toUri().getPath(): repeated slashes become one, and the last one falls away.
std::string normal_path(const std::string& path) {
  std::string out;
  for (const char c : path) {
    if (c != '/' || out.empty() || out.back() != '/') out.push_back(c);
  }
  if (out.size() > 1 && out.ends_with('/')) out.pop_back();
  return out;
}

// Adds the entries of aclspec to a request.
Result<void> add_acl(const WebHdfs::Call& call, bool with_permissions, auto& request) {
  TRY_VOID(require(call, {"aclspec"}));
  TRY(const auto entries, webhdfs::parse_acl_spec(*call.parameters.text("aclspec"), with_permissions));
  request.set_src(call.path);
  for (const auto& entry : entries) *request.add_aclspec() = entry;
  return {};
}

}  // namespace

Task<Response> WebHdfs::mkdirs(CallPtr call) {
  MkdirsRequestProto request;
  request.set_src(call->path);
  request.mutable_masked()->set_perm(permission_of(*call));
  if (const auto unmasked = call->parameters.number("unmaskedpermission")) {
    request.mutable_unmasked()->set_perm(static_cast<uint32_t>(*unmasked));
  }
  request.set_createparent(true);
  CO_TRY(const auto answer, co_await rpc<MkdirsResponseProto>(call, "mkdirs", request));
  co_return json_response("boolean", answer.result());
}

Task<Response> WebHdfs::create_symlink(CallPtr call) {
  CO_TRY_VOID(require(*call, {"destination"}));
  CreateSymlinkRequestProto request;
  request.set_target(normal_path(*call->parameters.text("destination")));
  request.set_link(call->path);
  request.mutable_dirperm()->set_perm(kSymlinkPermission);
  request.set_createparent(call->parameters.flag("createparent"));
  co_return co_await act<CreateSymlinkResponseProto>(call, "createSymlink", request);
}

Task<Response> WebHdfs::rename(CallPtr call) {
  CO_TRY_VOID(require(*call, {"destination"}));
  const std::string destination = normal_path(*call->parameters.text("destination"));
  const auto options = call->parameters.words("renameoptions");
  if (options.empty()) {
    RenameRequestProto request;
    request.set_src(call->path);
    request.set_dst(destination);
    CO_TRY(const auto answer, co_await rpc<RenameResponseProto>(call, "rename", request));
    co_return json_response("boolean", answer.result());
  }
  Rename2RequestProto request;
  request.set_src(call->path);
  request.set_dst(destination);
  request.set_overwritedest(std::ranges::find(options, "OVERWRITE") != options.end());
  request.set_movetotrash(std::ranges::find(options, "TO_TRASH") != options.end());
  co_return co_await act<Rename2ResponseProto>(call, "rename2", request);
}

Task<Response> WebHdfs::set_replication(CallPtr call) {
  SetReplicationRequestProto request;
  request.set_src(call->path);
  request.set_replication(static_cast<uint32_t>(call->parameters.number("replication").value_or(options_.replication)));
  CO_TRY(const auto answer, co_await rpc<SetReplicationResponseProto>(call, "setReplication", request));
  co_return json_response("boolean", answer.result());
}

Task<Response> WebHdfs::set_owner(CallPtr call) {
  const auto owner = call->parameters.text("owner");
  const auto group = call->parameters.text("group");
  if (!owner && !group) co_return error(StatusCode::kIllegalArgument, "Both owner and group are empty.");
  SetOwnerRequestProto request;
  request.set_src(call->path);
  if (owner) request.set_username(*owner);
  if (group) request.set_groupname(*group);
  co_return co_await act<SetOwnerResponseProto>(call, "setOwner", request);
}

Task<Response> WebHdfs::set_permission(CallPtr call) {
  SetPermissionRequestProto request;
  request.set_src(call->path);
  request.mutable_permission()->set_perm(permission_of(*call));
  co_return co_await act<SetPermissionResponseProto>(call, "setPermission", request);
}

Task<Response> WebHdfs::set_times(CallPtr call) {
  SetTimesRequestProto request;
  request.set_src(call->path);
  request.set_mtime(static_cast<uint64_t>(call->parameters.number("modificationtime").value_or(-1)));
  request.set_atime(static_cast<uint64_t>(call->parameters.number("accesstime").value_or(-1)));
  co_return co_await act<SetTimesResponseProto>(call, "setTimes", request);
}

Task<Response> WebHdfs::renew_delegation_token(CallPtr call) {
  CO_TRY_VOID(require(*call, {"token"}));
  hadoop::common::RenewDelegationTokenRequestProto request;
  CO_TRY(*request.mutable_token(), webhdfs::parse_token_url_string(*call->parameters.text("token")));
  CO_TRY(const auto answer, co_await rpc<hadoop::common::RenewDelegationTokenResponseProto>(call, "renewDelegationToken", request));
  co_return json_response("long", static_cast<int64_t>(answer.newexpirytime()));
}

Task<Response> WebHdfs::cancel_delegation_token(CallPtr call) {
  CO_TRY_VOID(require(*call, {"token"}));
  hadoop::common::CancelDelegationTokenRequestProto request;
  CO_TRY(*request.mutable_token(), webhdfs::parse_token_url_string(*call->parameters.text("token")));
  co_return co_await act<hadoop::common::CancelDelegationTokenResponseProto>(call, "cancelDelegationToken", request);
}

Task<Response> WebHdfs::modify_acl_entries(CallPtr call) {
  ModifyAclEntriesRequestProto request;
  CO_TRY_VOID(add_acl(*call, true, request));
  co_return co_await act<ModifyAclEntriesResponseProto>(call, "modifyAclEntries", request);
}

Task<Response> WebHdfs::remove_acl_entries(CallPtr call) {
  RemoveAclEntriesRequestProto request;
  CO_TRY_VOID(add_acl(*call, false, request));
  co_return co_await act<RemoveAclEntriesResponseProto>(call, "removeAclEntries", request);
}

Task<Response> WebHdfs::remove_default_acl(CallPtr call) {
  RemoveDefaultAclRequestProto request;
  request.set_src(call->path);
  co_return co_await act<RemoveDefaultAclResponseProto>(call, "removeDefaultAcl", request);
}

Task<Response> WebHdfs::remove_acl(CallPtr call) {
  RemoveAclRequestProto request;
  request.set_src(call->path);
  co_return co_await act<RemoveAclResponseProto>(call, "removeAcl", request);
}

Task<Response> WebHdfs::set_acl(CallPtr call) {
  SetAclRequestProto request;
  CO_TRY_VOID(add_acl(*call, true, request));
  co_return co_await act<SetAclResponseProto>(call, "setAcl", request);
}

Task<Response> WebHdfs::set_xattr(CallPtr call) {
  CO_TRY_VOID(require(*call, {"xattr.name", "flag"}));
  SetXAttrRequestProto request;
  request.set_src(call->path);
  std::optional<std::string> value;
  if (const auto text = call->parameters.text("xattr.value")) {
    CO_TRY(value, webhdfs::decode_xattr_value(*text));
  }
  CO_TRY(*request.mutable_xattr(), webhdfs::parse_xattr_name(*call->parameters.text("xattr.name")));
  if (value) request.mutable_xattr()->set_value(*value);
  uint32_t flags = 0;
  for (const auto& flag : call->parameters.words("flag")) flags |= flag == "CREATE" ? XATTR_CREATE : XATTR_REPLACE;
  request.set_flag(flags);
  co_return co_await act<SetXAttrResponseProto>(call, "setXAttr", request);
}

Task<Response> WebHdfs::remove_xattr(CallPtr call) {
  CO_TRY_VOID(require(*call, {"xattr.name"}));
  RemoveXAttrRequestProto request;
  request.set_src(call->path);
  CO_TRY(*request.mutable_xattr(), webhdfs::parse_xattr_name(*call->parameters.text("xattr.name")));
  co_return co_await act<RemoveXAttrResponseProto>(call, "removeXAttr", request);
}

Task<Response> WebHdfs::allow_snapshot(CallPtr call) {
  AllowSnapshotRequestProto request;
  request.set_snapshotroot(call->path);
  co_return co_await act<AllowSnapshotResponseProto>(call, "allowSnapshot", request);
}

Task<Response> WebHdfs::disallow_snapshot(CallPtr call) {
  DisallowSnapshotRequestProto request;
  request.set_snapshotroot(call->path);
  co_return co_await act<DisallowSnapshotResponseProto>(call, "disallowSnapshot", request);
}

Task<Response> WebHdfs::create_snapshot(CallPtr call) {
  CreateSnapshotRequestProto request;
  request.set_snapshotroot(call->path);
  if (const auto name = call->parameters.text("snapshotname")) request.set_snapshotname(*name);
  CO_TRY(const auto answer, co_await rpc<CreateSnapshotResponseProto>(call, "createSnapshot", request));
  co_return json_response("Path", boost::json::value(answer.snapshotpath()));
}

Task<Response> WebHdfs::rename_snapshot(CallPtr call) {
  CO_TRY_VOID(require(*call, {"oldsnapshotname", "snapshotname"}));
  RenameSnapshotRequestProto request;
  request.set_snapshotroot(call->path);
  request.set_snapshotoldname(*call->parameters.text("oldsnapshotname"));
  request.set_snapshotnewname(*call->parameters.text("snapshotname"));
  co_return co_await act<RenameSnapshotResponseProto>(call, "renameSnapshot", request);
}

Task<Response> WebHdfs::set_storage_policy(CallPtr call) {
  const auto policy = call->parameters.text("storagepolicy");
  if (!policy) co_return error(StatusCode::kIllegalArgument, "Storage policy name is empty.");
  SetStoragePolicyRequestProto request;
  request.set_src(call->path);
  request.set_policyname(*policy);
  co_return co_await act<SetStoragePolicyResponseProto>(call, "setStoragePolicy", request);
}

Task<Response> WebHdfs::satisfy_storage_policy(CallPtr call) {
  SatisfyStoragePolicyRequestProto request;
  request.set_src(call->path);
  co_return co_await act<SatisfyStoragePolicyResponseProto>(call, "satisfyStoragePolicy", request);
}

Task<Response> WebHdfs::enable_ec_policy(CallPtr call) {
  CO_TRY_VOID(require(*call, {"ecpolicy"}));
  EnableErasureCodingPolicyRequestProto request;
  request.set_ecpolicyname(*call->parameters.text("ecpolicy"));
  co_return co_await act<EnableErasureCodingPolicyResponseProto>(call, "enableErasureCodingPolicy", request);
}

Task<Response> WebHdfs::disable_ec_policy(CallPtr call) {
  CO_TRY_VOID(require(*call, {"ecpolicy"}));
  DisableErasureCodingPolicyRequestProto request;
  request.set_ecpolicyname(*call->parameters.text("ecpolicy"));
  co_return co_await act<DisableErasureCodingPolicyResponseProto>(call, "disableErasureCodingPolicy", request);
}

Task<Response> WebHdfs::set_ec_policy(CallPtr call) {
  CO_TRY_VOID(require(*call, {"ecpolicy"}));
  SetErasureCodingPolicyRequestProto request;
  request.set_src(call->path);
  request.set_ecpolicyname(*call->parameters.text("ecpolicy"));
  co_return co_await act<SetErasureCodingPolicyResponseProto>(call, "setErasureCodingPolicy", request);
}

Task<Response> WebHdfs::set_quota(CallPtr call) {
  CO_TRY_VOID(require(*call, {"namespacequota", "storagespacequota"}));
  SetQuotaRequestProto request;
  request.set_path(call->path);
  request.set_namespacequota(static_cast<uint64_t>(*call->parameters.number("namespacequota")));
  request.set_storagespacequota(static_cast<uint64_t>(*call->parameters.number("storagespacequota")));
  co_return co_await act<SetQuotaResponseProto>(call, "setQuota", request);
}

Task<Response> WebHdfs::set_quota_by_storage_type(CallPtr call) {
  CO_TRY_VOID(require(*call, {"storagespacequota", "storagetype"}));
  SetQuotaRequestProto request;
  request.set_path(call->path);
  request.set_namespacequota(static_cast<uint64_t>(INT64_MAX));  // HdfsConstants.QUOTA_DONT_SET
  request.set_storagespacequota(static_cast<uint64_t>(*call->parameters.number("storagespacequota")));
  const std::string type = webhdfs::upper(*call->parameters.text("storagetype"));
  StorageTypeProto parsed{};
  if (!StorageTypeProto_Parse(type, &parsed)) {
    co_return error(StatusCode::kIllegalArgument, "No enum constant org.apache.hadoop.fs.StorageType." + type);
  }
  request.set_storagetype(parsed);
  co_return co_await act<SetQuotaResponseProto>(call, "setQuota", request);
}

}  // namespace tusker::namenode
