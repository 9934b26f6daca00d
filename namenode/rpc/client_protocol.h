#pragma once

#include <atomic>

#include "common/rpc/method_table.h"
#include "common/security/groups.h"
#include "hdfs/ClientNamenodeProtocol.pb.h"
#include "namenode/ops/attribute_operations.h"
#include "namenode/ops/operations.h"

namespace tusker::namenode {

// The handlers of org.apache.hadoop.hdfs.protocol.ClientProtocol: decode, authorise, call one operation, encode. Owned by NameNodeServer;
// run on the strand of the caller's connection. The method table is client_protocol() in client_protocol.cc.
class ClientProtocol {
 public:
  ClientProtocol(Namesystem& ns, security::Groups& groups)
      : ns_(ns), groups_(groups), restore_failed_storage_(ns.settings().restore_failed_storage) {}
  rpc::Protocol table();

 private:
  template <class T>
  using Answer = Task<Result<T>>;
  using Call = rpc::CallContext;

  // client_protocol_names.cc
  Result<hadoop::hdfs::MkdirsResponseProto> mkdirs(Transaction& tx, const OpContext& op, const hadoop::hdfs::MkdirsRequestProto& request);
  Result<hadoop::hdfs::CreateResponseProto> create(Transaction& tx, const OpContext& op, const hadoop::hdfs::CreateRequestProto& request);
  Result<void> check_removal(const View& view, OpContext& op, const hadoop::hdfs::DeleteRequestProto& request);
  Result<hadoop::hdfs::DeleteResponseProto> remove(Transaction& tx, const OpContext& op, const hadoop::hdfs::DeleteRequestProto& request);
  Result<hadoop::hdfs::RenameResponseProto> rename(Transaction& tx, const OpContext& op, const hadoop::hdfs::RenameRequestProto& request);
  Answer<hadoop::hdfs::Rename2ResponseProto> rename2(Call call, hadoop::hdfs::Rename2RequestProto request);
  Answer<hadoop::hdfs::SetReplicationResponseProto> set_replication(Call call, hadoop::hdfs::SetReplicationRequestProto request);
  Answer<hadoop::hdfs::SetPermissionResponseProto> set_permission(Call call, hadoop::hdfs::SetPermissionRequestProto request);
  Answer<hadoop::hdfs::SetOwnerResponseProto> set_owner(Call call, hadoop::hdfs::SetOwnerRequestProto request);
  Answer<hadoop::hdfs::SetTimesResponseProto> set_times(Call call, hadoop::hdfs::SetTimesRequestProto request);

  // client_protocol_blocks.cc
  Answer<hadoop::hdfs::AddBlockResponseProto> add_block(Call call, hadoop::hdfs::AddBlockRequestProto request);
  Answer<hadoop::hdfs::AbandonBlockResponseProto> abandon_block(Call call, hadoop::hdfs::AbandonBlockRequestProto request);
  Answer<hadoop::hdfs::CompleteResponseProto> complete(Call call, hadoop::hdfs::CompleteRequestProto request);
  Answer<hadoop::hdfs::FsyncResponseProto> fsync(Call call, hadoop::hdfs::FsyncRequestProto request);
  Answer<hadoop::hdfs::UpdateBlockForPipelineResponseProto> update_block_for_pipeline(
      Call call, hadoop::hdfs::UpdateBlockForPipelineRequestProto request);
  Answer<hadoop::hdfs::UpdatePipelineResponseProto> update_pipeline(Call call, hadoop::hdfs::UpdatePipelineRequestProto request);
  Answer<hadoop::hdfs::GetAdditionalDatanodeResponseProto> get_additional_datanode(Call call,
                                                                                   hadoop::hdfs::GetAdditionalDatanodeRequestProto request);
  Answer<hadoop::hdfs::RenewLeaseResponseProto> renew_lease(Call call, hadoop::hdfs::RenewLeaseRequestProto request);
  Answer<hadoop::hdfs::RecoverLeaseResponseProto> recover_lease(Call call, hadoop::hdfs::RecoverLeaseRequestProto request);
  Answer<hadoop::hdfs::ReportBadBlocksResponseProto> report_bad_blocks(Call call, hadoop::hdfs::ReportBadBlocksRequestProto request);
  Result<void> get_block_locations(const View& view, const OpContext& op, const hadoop::hdfs::GetBlockLocationsRequestProto& request,
                                   hadoop::hdfs::GetBlockLocationsResponseProto& response);

  // client_protocol_reads.cc
  Result<void> get_file_info(const View& view, const OpContext& op, const hadoop::hdfs::GetFileInfoRequestProto& request,
                             hadoop::hdfs::GetFileInfoResponseProto& response);
  Answer<hadoop::hdfs::GetFileLinkInfoResponseProto> get_file_link_info(Call call, hadoop::hdfs::GetFileLinkInfoRequestProto request);
  Answer<hadoop::hdfs::GetLocatedFileInfoResponseProto> get_located_file_info(Call call,
                                                                              hadoop::hdfs::GetLocatedFileInfoRequestProto request);
  Answer<hadoop::hdfs::IsFileClosedResponseProto> is_file_closed(Call call, hadoop::hdfs::IsFileClosedRequestProto request);
  Answer<hadoop::hdfs::CheckAccessResponseProto> check_access(Call call, hadoop::hdfs::CheckAccessRequestProto request);
  Answer<hadoop::hdfs::GetPreferredBlockSizeResponseProto> get_preferred_block_size(
      Call call, hadoop::hdfs::GetPreferredBlockSizeRequestProto request);

  // client_protocol_admin.cc
  Answer<hadoop::hdfs::GetServerDefaultsResponseProto> get_server_defaults(Call call, hadoop::hdfs::GetServerDefaultsRequestProto request);
  Answer<hadoop::hdfs::GetFsStatsResponseProto> get_fs_stats(Call call, hadoop::hdfs::GetFsStatusRequestProto request);
  Answer<hadoop::hdfs::GetFsReplicatedBlockStatsResponseProto> get_replicated_stats(
      Call call, hadoop::hdfs::GetFsReplicatedBlockStatsRequestProto request);
  Answer<hadoop::hdfs::GetFsECBlockGroupStatsResponseProto> get_ec_stats(Call call,
                                                                         hadoop::hdfs::GetFsECBlockGroupStatsRequestProto request);
  Answer<hadoop::hdfs::GetDatanodeReportResponseProto> get_datanode_report(Call call, hadoop::hdfs::GetDatanodeReportRequestProto request);
  Answer<hadoop::hdfs::GetDatanodeStorageReportResponseProto> get_datanode_storage_report(
      Call call, hadoop::hdfs::GetDatanodeStorageReportRequestProto request);
  Answer<hadoop::hdfs::SetSafeModeResponseProto> set_safe_mode(Call call, hadoop::hdfs::SetSafeModeRequestProto request);
  Answer<hadoop::hdfs::GetDataEncryptionKeyResponseProto> get_data_encryption_key(Call call,
                                                                                  hadoop::hdfs::GetDataEncryptionKeyRequestProto request);
  Answer<hadoop::hdfs::MsyncResponseProto> msync(Call call, hadoop::hdfs::MsyncRequestProto request);
  Answer<hadoop::hdfs::HAServiceStateResponseProto> get_ha_service_state(Call call, hadoop::hdfs::HAServiceStateRequestProto request);
  Answer<hadoop::hdfs::GetCurrentEditLogTxidResponseProto> get_current_tx(Call call,
                                                                          hadoop::hdfs::GetCurrentEditLogTxidRequestProto request);
  Answer<hadoop::hdfs::GetEnclosingRootResponseProto> get_enclosing_root(Call call, hadoop::hdfs::GetEnclosingRootRequestProto request);
  Answer<hadoop::hdfs::GetSnapshottableDirListingResponseProto> get_snapshottable(
      Call call, hadoop::hdfs::GetSnapshottableDirListingRequestProto request);

  // client_protocol_files.cc
  Answer<hadoop::hdfs::AppendResponseProto> append(Call call, hadoop::hdfs::AppendRequestProto request);
  Answer<hadoop::hdfs::TruncateResponseProto> truncate(Call call, hadoop::hdfs::TruncateRequestProto request);
  Answer<hadoop::hdfs::ConcatResponseProto> concat(Call call, hadoop::hdfs::ConcatRequestProto request);

  // client_protocol_listings.cc
  Result<void> get_listing(const View& view, const OpContext& op, const hadoop::hdfs::GetListingRequestProto& request,
                           hadoop::hdfs::GetListingResponseProto& response);
  Answer<hadoop::hdfs::GetBatchedListingResponseProto> get_batched_listing(Call call, hadoop::hdfs::GetBatchedListingRequestProto request);
  Answer<hadoop::hdfs::ListOpenFilesResponseProto> list_open_files(Call call, hadoop::hdfs::ListOpenFilesRequestProto request);
  Answer<hadoop::hdfs::ListCorruptFileBlocksResponseProto> list_corrupt_file_blocks(
      Call call, hadoop::hdfs::ListCorruptFileBlocksRequestProto request);
  // One page of a listing; false when there is no such path.
  Result<bool> list_page(const View& view, const OpContext& op, const std::string& path, const std::string& start_after,
                         bool with_locations, hadoop::hdfs::DirectoryListingProto& out);

  // client_protocol_tokens.cc
  Answer<hadoop::common::GetDelegationTokenResponseProto> get_delegation_token(Call call,
                                                                               hadoop::common::GetDelegationTokenRequestProto request);
  Answer<hadoop::common::RenewDelegationTokenResponseProto> renew_delegation_token(
      Call call, hadoop::common::RenewDelegationTokenRequestProto request);
  Answer<hadoop::common::CancelDelegationTokenResponseProto> cancel_delegation_token(
      Call call, hadoop::common::CancelDelegationTokenRequestProto request);

  // client_protocol_namespace.cc
  Answer<hadoop::hdfs::SaveNamespaceResponseProto> save_namespace(Call call, hadoop::hdfs::SaveNamespaceRequestProto request);
  Answer<hadoop::hdfs::RollEditsResponseProto> roll_edits(Call call, hadoop::hdfs::RollEditsRequestProto request);
  Answer<hadoop::hdfs::RestoreFailedStorageResponseProto> restore_failed_storage(Call call,
                                                                                 hadoop::hdfs::RestoreFailedStorageRequestProto request);
  Answer<hadoop::hdfs::RefreshNodesResponseProto> refresh_nodes(Call call, hadoop::hdfs::RefreshNodesRequestProto request);
  Answer<hadoop::hdfs::FinalizeUpgradeResponseProto> finalize_upgrade(Call call, hadoop::hdfs::FinalizeUpgradeRequestProto request);
  Answer<hadoop::hdfs::UpgradeStatusResponseProto> upgrade_status(Call call, hadoop::hdfs::UpgradeStatusRequestProto request);
  Answer<hadoop::hdfs::RollingUpgradeResponseProto> rolling_upgrade(Call call, hadoop::hdfs::RollingUpgradeRequestProto request);
  Answer<hadoop::hdfs::MetaSaveResponseProto> meta_save(Call call, hadoop::hdfs::MetaSaveRequestProto request);
  Answer<hadoop::hdfs::SetBalancerBandwidthResponseProto> set_balancer_bandwidth(Call call,
                                                                                 hadoop::hdfs::SetBalancerBandwidthRequestProto request);
  Answer<hadoop::hdfs::GetSlowDatanodeReportResponseProto> get_slow_datanode_report(
      Call call, hadoop::hdfs::GetSlowDatanodeReportRequestProto request);
  Answer<hadoop::hdfs::GetEditsFromTxidResponseProto> get_edits(Call call, hadoop::hdfs::GetEditsFromTxidRequestProto request);

  // client_protocol_attributes.cc
  Answer<hadoop::hdfs::ModifyAclEntriesResponseProto> modify_acl_entries(Call call, hadoop::hdfs::ModifyAclEntriesRequestProto request);
  Answer<hadoop::hdfs::RemoveAclEntriesResponseProto> remove_acl_entries(Call call, hadoop::hdfs::RemoveAclEntriesRequestProto request);
  Answer<hadoop::hdfs::RemoveDefaultAclResponseProto> remove_default_acl(Call call, hadoop::hdfs::RemoveDefaultAclRequestProto request);
  Answer<hadoop::hdfs::RemoveAclResponseProto> remove_acl(Call call, hadoop::hdfs::RemoveAclRequestProto request);
  Answer<hadoop::hdfs::SetAclResponseProto> set_acl(Call call, hadoop::hdfs::SetAclRequestProto request);
  Answer<hadoop::hdfs::GetAclStatusResponseProto> get_acl_status(Call call, hadoop::hdfs::GetAclStatusRequestProto request);
  Answer<hadoop::hdfs::SetXAttrResponseProto> set_xattr(Call call, hadoop::hdfs::SetXAttrRequestProto request);
  Answer<hadoop::hdfs::RemoveXAttrResponseProto> remove_xattr(Call call, hadoop::hdfs::RemoveXAttrRequestProto request);
  Answer<hadoop::hdfs::GetXAttrsResponseProto> get_xattrs(Call call, hadoop::hdfs::GetXAttrsRequestProto request);
  Answer<hadoop::hdfs::ListXAttrsResponseProto> list_xattrs(Call call, hadoop::hdfs::ListXAttrsRequestProto request);
  Answer<hadoop::hdfs::SetQuotaResponseProto> set_quota(Call call, hadoop::hdfs::SetQuotaRequestProto request);
  Answer<hadoop::hdfs::GetQuotaUsageResponseProto> get_quota_usage(Call call, hadoop::hdfs::GetQuotaUsageRequestProto request);
  Answer<hadoop::hdfs::GetContentSummaryResponseProto> get_content_summary(Call call, hadoop::hdfs::GetContentSummaryRequestProto request);
  Answer<hadoop::hdfs::SetStoragePolicyResponseProto> set_storage_policy(Call call, hadoop::hdfs::SetStoragePolicyRequestProto request);
  Answer<hadoop::hdfs::UnsetStoragePolicyResponseProto> unset_storage_policy(Call call,
                                                                             hadoop::hdfs::UnsetStoragePolicyRequestProto request);
  Answer<hadoop::hdfs::GetStoragePoliciesResponseProto> get_storage_policies(Call call,
                                                                             hadoop::hdfs::GetStoragePoliciesRequestProto request);
  Answer<hadoop::hdfs::GetStoragePolicyResponseProto> get_storage_policy(Call call, hadoop::hdfs::GetStoragePolicyRequestProto request);
  Answer<hadoop::hdfs::SatisfyStoragePolicyResponseProto> satisfy_storage_policy(Call call,
                                                                                 hadoop::hdfs::SatisfyStoragePolicyRequestProto request);
  Answer<hadoop::hdfs::CreateSymlinkResponseProto> create_symlink(Call call, hadoop::hdfs::CreateSymlinkRequestProto request);
  Answer<hadoop::hdfs::GetLinkTargetResponseProto> get_link_target(Call call, hadoop::hdfs::GetLinkTargetRequestProto request);
  Task<Result<void>> change_acl(Call call, std::string what, std::string path, AclChange change, Acl spec);
  template <class Fn>
  Task<Result<ContentSummary>> sum_up(OpContext op, Fn sum);

  // client_protocol_features.cc
  Answer<hadoop::hdfs::GetErasureCodingPoliciesResponseProto> get_ec_policies(Call call,
                                                                              hadoop::hdfs::GetErasureCodingPoliciesRequestProto request);
  Answer<hadoop::hdfs::GetErasureCodingCodecsResponseProto> get_ec_codecs(Call call,
                                                                          hadoop::hdfs::GetErasureCodingCodecsRequestProto request);
  Answer<hadoop::hdfs::GetErasureCodingPolicyResponseProto> get_ec_policy(Call call,
                                                                          hadoop::hdfs::GetErasureCodingPolicyRequestProto request);
  Answer<hadoop::hdfs::SetErasureCodingPolicyResponseProto> set_ec_policy(Call call,
                                                                          hadoop::hdfs::SetErasureCodingPolicyRequestProto request);
  Answer<hadoop::hdfs::UnsetErasureCodingPolicyResponseProto> unset_ec_policy(Call call,
                                                                              hadoop::hdfs::UnsetErasureCodingPolicyRequestProto request);
  Answer<hadoop::hdfs::AddErasureCodingPoliciesResponseProto> add_ec_policies(Call call,
                                                                              hadoop::hdfs::AddErasureCodingPoliciesRequestProto request);
  Answer<hadoop::hdfs::RemoveErasureCodingPolicyResponseProto> remove_ec_policy(
      Call call, hadoop::hdfs::RemoveErasureCodingPolicyRequestProto request);
  Answer<hadoop::hdfs::EnableErasureCodingPolicyResponseProto> enable_ec_policy(
      Call call, hadoop::hdfs::EnableErasureCodingPolicyRequestProto request);
  Answer<hadoop::hdfs::DisableErasureCodingPolicyResponseProto> disable_ec_policy(
      Call call, hadoop::hdfs::DisableErasureCodingPolicyRequestProto request);
  Answer<hadoop::hdfs::GetECTopologyResultForPoliciesResponseProto> get_ec_topology(
      Call call, hadoop::hdfs::GetECTopologyResultForPoliciesRequestProto request);
  Answer<hadoop::hdfs::GetEZForPathResponseProto> get_ez(Call call, hadoop::hdfs::GetEZForPathRequestProto request);
  Answer<hadoop::hdfs::CreateEncryptionZoneResponseProto> create_ez(Call call, hadoop::hdfs::CreateEncryptionZoneRequestProto request);
  Answer<hadoop::hdfs::ListEncryptionZonesResponseProto> list_ez(Call call, hadoop::hdfs::ListEncryptionZonesRequestProto request);
  Answer<hadoop::hdfs::ReencryptEncryptionZoneResponseProto> reencrypt_ez(Call call,
                                                                          hadoop::hdfs::ReencryptEncryptionZoneRequestProto request);
  Answer<hadoop::hdfs::ListReencryptionStatusResponseProto> list_reencryption(Call call,
                                                                              hadoop::hdfs::ListReencryptionStatusRequestProto request);
  Answer<hadoop::hdfs::AddCacheDirectiveResponseProto> add_cache_directive(Call call, hadoop::hdfs::AddCacheDirectiveRequestProto request);
  Answer<hadoop::hdfs::ModifyCacheDirectiveResponseProto> modify_cache_directive(Call call,
                                                                                 hadoop::hdfs::ModifyCacheDirectiveRequestProto request);
  Answer<hadoop::hdfs::RemoveCacheDirectiveResponseProto> remove_cache_directive(Call call,
                                                                                 hadoop::hdfs::RemoveCacheDirectiveRequestProto request);
  Answer<hadoop::hdfs::ListCacheDirectivesResponseProto> list_cache_directives(Call call,
                                                                               hadoop::hdfs::ListCacheDirectivesRequestProto request);
  Answer<hadoop::hdfs::AddCachePoolResponseProto> add_cache_pool(Call call, hadoop::hdfs::AddCachePoolRequestProto request);
  Answer<hadoop::hdfs::ModifyCachePoolResponseProto> modify_cache_pool(Call call, hadoop::hdfs::ModifyCachePoolRequestProto request);
  Answer<hadoop::hdfs::RemoveCachePoolResponseProto> remove_cache_pool(Call call, hadoop::hdfs::RemoveCachePoolRequestProto request);
  Answer<hadoop::hdfs::ListCachePoolsResponseProto> list_cache_pools(Call call, hadoop::hdfs::ListCachePoolsRequestProto request);
  // UnsupportedActionException.
  static std::unexpected<Status> unsupported_action(std::string text);

  Task<OpContext> context_of(Call call);
  // The same if the caller's groups are remembered.
  std::optional<OpContext> known_context_of(const Call& call);
  OpContext context_of(const Call& call, std::vector<std::string> groups);
  // A change that safe mode forbids, judged on the core: what got in before safe mode was entered is done when the answer to that goes out.
  Result<void> refuse_in_safe_mode(const std::string& what);
  template <class Fn>
  auto change(std::string what, Fn fn) -> Task<std::invoke_result_t<Fn&, Transaction&>> {
    co_return co_await ns_.mutate(
        [this, what = std::move(what), fn = std::move(fn)](Transaction& tx) mutable -> std::invoke_result_t<Fn&, Transaction&> {
          TRY_VOID(refuse_in_safe_mode(what));
          return fn(tx);
        });
  }
  // The same, once for a client's call; its repetition gets the first answer in safe mode too.
  Task<Result<std::string>> change_once(Call call, std::string what, std::function<Result<std::string>(Transaction&)> fn);
  // Changes that come while the start-up waits for DataNodes wait with it for a moment, half of all calls at most: reads go on.
  Task<void> wait_for_start();
  bool is_starting() { return ns_.safe_mode().state() == SafeMode::State::kStartup; }
  // Storages of a block put nearest to the caller first.
  void sort_for_reader(const OpContext& op, LocatedBlocks& blocks);

  template <class Request, class Response>
  rpc::Method row(std::string_view name, rpc::MethodPolicy policy, Task<Result<Response>> (ClientProtocol::*handler)(Call, Request)) {
    return rpc::method<Request, Response>(name, policy, [this, policy, handler](Call call, Request request) {
      return run(policy, handler, std::move(call), std::move(request));
    });
  }
  // A row of a call that only reads: answered at once when memory can tell, else on the disk pool.
  template <class Request, class Response>
  using ReadFn = Result<void> (ClientProtocol::*)(const View&, const OpContext&, const Request&, Response&);
  template <class Request, class Response>
  rpc::Method read_row(std::string_view name, rpc::MethodPolicy policy, ReadFn<Request, Response> answer) {
    rpc::Method out = rpc::method<Request, Response>(
        name, policy, [this, answer](Call call, Request request) { return run_read(answer, std::move(call), std::move(request)); });
    out.direct = rpc::direct<Request, Response>(
        [this, answer](const Call& call, const Request& request, Response& response) -> std::optional<Result<void>> {
          const auto op = known_context_of(call);
          if (!op) return std::nullopt;
          auto done = (this->*answer)(ns_.view(kv::Tier::kCached), *op, request, response);
          if (!done && done.error().code() == StatusCode::kWouldBlock) return std::nullopt;
          return done;
        });
    return out;
  }
  template <class Request, class Response>
  Task<Result<Response>> run_read(ReadFn<Request, Response> answer, Call call, Request request) {
    const OpContext op = co_await context_of(std::move(call));
    co_return co_await run_on(ns_.env().disk_pool, [this, answer, op, request = std::move(request)]() -> Result<Response> {
      Response response;
      TRY_VOID((this->*answer)(ns_.view(kv::Tier::kAll), op, request, response));
      return response;
    });
  }
  // A call that is one change, decided on the core.
  template <class Request, class Response>
  struct Change {
    std::string (*what)(const Request&);  // begins the refusal in safe mode
    Result<Response> (ClientProtocol::*decide)(Transaction&, const OpContext&, const Request&);
    // What takes long to check for anybody but a superuser, and is done before, off the core. May be null.
    Result<void> (ClientProtocol::*check)(const View&, OpContext&, const Request&) = nullptr;

    bool has_check(const OpContext& op) const { return check != nullptr && !op.caller.superuser && op.caller.checks_permissions; }
  };
  // Its row: started without a task unless something has to be waited for before it.
  template <class Request, class Response>
  rpc::Method change_row(std::string_view name, rpc::MethodPolicy policy, Change<Request, Response> change) {
    rpc::Method out = rpc::method<Request, Response>(name, policy, [this, policy, change](Call call, Request request) {
      return run_change(policy, change, std::move(call), std::move(request));
    });
    out.starter = [this, policy, change](const Call& call, std::string_view parameter, rpc::Done& done) {
      if (is_starting()) return false;
      auto op = known_context_of(call);
      Request request;
      if (!op || change.has_check(*op) || !request.ParseFromArray(parameter.data(), static_cast<int>(parameter.size()))) return false;
      ns_.submit(decision(policy, change, *std::move(op), std::move(request)), std::move(done));
      return true;
    };
    return out;
  }
  template <class Request, class Response>
  Task<Result<Response>> run_change(rpc::MethodPolicy policy, Change<Request, Response> change, Call call, Request request) {
    co_await wait_for_start();
    OpContext op = co_await context_of(std::move(call));
    if (change.has_check(op)) {
      CO_TRY(op, co_await run_on(ns_.env().disk_pool, [this, change, op, request]() mutable -> Result<OpContext> {
               TRY_VOID((this->*change.check)(ns_.view(kv::Tier::kAll), op, request));
               return op;
             }));
    }
    CO_TRY(const std::string bytes, co_await ns_.mutate(decision(policy, change, std::move(op), std::move(request))));
    Response response;
    response.ParseFromString(bytes);
    co_return response;
  }
  template <class Request, class Response>
  auto decision(rpc::MethodPolicy policy, Change<Request, Response> change, OpContext op, Request request) {
    return [this, policy, change, op = std::move(op), request = std::move(request)](Transaction& tx) -> Result<std::string> {
      const auto decide = [&](Transaction& transaction) -> Result<std::string> {
        TRY_VOID(refuse_in_safe_mode(change.what(request)));
        TRY(const Response response, (this->*change.decide)(transaction, op, request));
        return response.SerializeAsString();
      };
      if (!policy.retry_cached) return decide(tx);
      return ns_.once(tx, op.ids.client_id, op.ids.call_id, decide);
    };
  }
  template <class Request, class Response>
  Task<Result<Response>> run(rpc::MethodPolicy policy, Task<Result<Response>> (ClientProtocol::*handler)(Call, Request), Call call,
                             Request request) {
    if (!policy.in_safe_mode) co_await wait_for_start();
    co_return co_await (this->*handler)(std::move(call), std::move(request));
  }

  Namesystem& ns_;
  security::Groups& groups_;
  std::atomic<size_t> waiting_{0};
  std::atomic<bool> restore_failed_storage_;  // dfs.namenode.name.dir.restore, as it was last set
};

}  // namespace tusker::namenode
