#include "namenode/rpc/client_protocol.h"

#include <google/protobuf/descriptor.h>

#include "namenode/model/placement.h"
#include "namenode/rpc/caller.h"

namespace tusker::namenode {

using namespace hadoop::hdfs;  // NOLINT: rows speak the wire's types

namespace {

constexpr rpc::MethodPolicy kRead{};
constexpr rpc::MethodPolicy kReadOfWriter{.in_safe_mode = false};
constexpr rpc::MethodPolicy kWrite{.mutates = true, .in_safe_mode = false};
constexpr rpc::MethodPolicy kWriteOnce{.mutates = true, .retry_cached = true, .in_safe_mode = false};
constexpr rpc::MethodPolicy kAnyState{.needs_active = false};
constexpr rpc::MethodPolicy kSaveOnce{.mutates = true, .retry_cached = true, .needs_active = false};

constexpr auto kStartWaitMax = std::chrono::seconds(10);
constexpr auto kStartPoll = std::chrono::milliseconds(50);

}  // namespace

Task<OpContext> ClientProtocol::context_of(Call call) {
  auto groups = co_await groups_.of(call.user.name);
  co_return context_of(call, std::move(groups));
}

std::optional<OpContext> ClientProtocol::known_context_of(const Call& call) {
  auto groups = groups_.known(call.user.name);
  if (!groups) return std::nullopt;
  return context_of(call, *std::move(groups));
}

OpContext ClientProtocol::context_of(const Call& call, std::vector<std::string> groups) {
  OpContext op;
  op.caller = caller_with(ns_.settings(), call.user.name, std::move(groups));
  op.caller.operation = call.method == "rename2" ? "rename" : call.method;
  op.client_ip = call.remote.host;
  op.ids = RpcIds{call.client_id, call.call_id};
  op.cluster = ns_.cluster_view();
  return op;
}

Result<void> ClientProtocol::refuse_in_safe_mode(const std::string& what) {
  return ns_.safe_mode().check(what, ns_.settings().rpc_bind.host);
}

Task<Result<std::string>> ClientProtocol::change_once(Call call, std::string what, std::function<Result<std::string>(Transaction&)> fn) {
  co_return co_await ns_.mutate_once(std::move(call),
                                     [this, what = std::move(what), fn = std::move(fn)](Transaction& tx) -> Result<std::string> {
                                       TRY_VOID(refuse_in_safe_mode(what));
                                       return fn(tx);
                                     });
}

Task<void> ClientProtocol::wait_for_start() {
  struct Leave {
    std::atomic<size_t>& waiting;
    ~Leave() { --waiting; }
  };
  if (!is_starting()) co_return;
  const size_t before = waiting_++;
  const Leave leave{waiting_};
  if (before >= ns_.settings().calls_max / 2) co_return;
  const Deadline deadline = ns_.env().clock.after(kStartWaitMax);
  while (is_starting() && ns_.env().clock.now() < deadline) co_await ns_.env().clock.sleep_for(kStartPoll);
}

void ClientProtocol::sort_for_reader(const OpContext& op, LocatedBlocks& blocks) {
  std::string rack;
  for (const auto& node : op.cluster->nodes) {
    if (node->ip == op.client_ip) rack = node->rack;
  }
  const auto below = [this](uint64_t bound) { return ns_.env().random.below(bound); };
  for (auto& block : blocks.blocks) sort_by_distance(*op.cluster, op.client_ip, rack, block.storages, below);
  if (blocks.last) sort_by_distance(*op.cluster, op.client_ip, rack, blocks.last->storages, below);
}

rpc::Protocol ClientProtocol::table() {
  using P = ClientProtocol;
  rpc::Protocol out;
  out.name = "org.apache.hadoop.hdfs.protocol.ClientProtocol";
  out.service = google::protobuf::DescriptorPool::generated_pool()->FindServiceByName("hadoop.hdfs.ClientNamenodeProtocol");
  out.methods = {
      change_row<MkdirsRequestProto, MkdirsResponseProto>(
          "mkdirs", kWrite, {[](const auto& request) { return "Cannot create directory " + request.src(); }, &P::mkdirs}),
      change_row<CreateRequestProto, CreateResponseProto>(
          "create", kWriteOnce, {[](const auto& request) { return "Cannot create file" + request.src(); }, &P::create}),
      change_row<DeleteRequestProto, DeleteResponseProto>(
          "delete", kWriteOnce, {[](const auto& request) { return "Cannot delete " + request.src(); }, &P::remove, &P::check_removal}),
      change_row<RenameRequestProto, RenameResponseProto>(
          "rename", kWriteOnce, {[](const auto& request) { return "Cannot rename " + request.src(); }, &P::rename}),
      row("rename2", kWriteOnce, &P::rename2),
      row("setReplication", kWrite, &P::set_replication),
      row("setPermission", kWrite, &P::set_permission),
      row("setOwner", kWrite, &P::set_owner),
      row("setTimes", kWrite, &P::set_times),
      row("addBlock", kWrite, &P::add_block),
      row("abandonBlock", kWrite, &P::abandon_block),
      row("complete", kWrite, &P::complete),
      row("fsync", kWrite, &P::fsync),
      row("updateBlockForPipeline", kWrite, &P::update_block_for_pipeline),
      row("updatePipeline", kWriteOnce, &P::update_pipeline),
      row("getAdditionalDatanode", kReadOfWriter, &P::get_additional_datanode),
      row("renewLease", kReadOfWriter, &P::renew_lease),
      row("recoverLease", kWrite, &P::recover_lease),
      row("reportBadBlocks", kRead, &P::report_bad_blocks),
      read_row("getBlockLocations", kRead, &P::get_block_locations),
      read_row("getFileInfo", kRead, &P::get_file_info),
      row("getFileLinkInfo", kRead, &P::get_file_link_info),
      row("getLocatedFileInfo", kRead, &P::get_located_file_info),
      read_row("getListing", kRead, &P::get_listing),
      row("isFileClosed", kRead, &P::is_file_closed),
      row("checkAccess", kRead, &P::check_access),
      row("getPreferredBlockSize", kRead, &P::get_preferred_block_size),
      row("getServerDefaults", kRead, &P::get_server_defaults),
      row("getFsStats", kRead, &P::get_fs_stats),
      row("getFsReplicatedBlockStats", kRead, &P::get_replicated_stats),
      row("getFsECBlockGroupStats", kRead, &P::get_ec_stats),
      row("getDatanodeReport", kAnyState, &P::get_datanode_report),
      row("getDatanodeStorageReport", kAnyState, &P::get_datanode_storage_report),
      row("setSafeMode", kAnyState, &P::set_safe_mode),
      row("getDataEncryptionKey", kRead, &P::get_data_encryption_key),
      row("getDelegationToken", kWrite, &P::get_delegation_token),
      row("msync", kRead, &P::msync),
      row("getHAServiceState", kAnyState, &P::get_ha_service_state),
      row("getCurrentEditLogTxid", kRead, &P::get_current_tx),
      row("getEnclosingRoot", kRead, &P::get_enclosing_root),
      row("getSnapshottableDirListing", kRead, &P::get_snapshottable),
      // What is set on inodes besides names and bytes.
      row("modifyAclEntries", kWrite, &P::modify_acl_entries),
      row("removeAclEntries", kWrite, &P::remove_acl_entries),
      row("removeDefaultAcl", kWrite, &P::remove_default_acl),
      row("removeAcl", kWrite, &P::remove_acl),
      row("setAcl", kWrite, &P::set_acl),
      row("getAclStatus", kRead, &P::get_acl_status),
      row("setXAttr", kWriteOnce, &P::set_xattr),
      row("removeXAttr", kWriteOnce, &P::remove_xattr),
      row("getXAttrs", kRead, &P::get_xattrs),
      row("listXAttrs", kRead, &P::list_xattrs),
      row("setQuota", kWrite, &P::set_quota),
      row("getQuotaUsage", kRead, &P::get_quota_usage),
      row("getContentSummary", kRead, &P::get_content_summary),
      row("setStoragePolicy", kWrite, &P::set_storage_policy),
      row("unsetStoragePolicy", kWrite, &P::unset_storage_policy),
      row("getStoragePolicies", kRead, &P::get_storage_policies),
      row("getStoragePolicy", kRead, &P::get_storage_policy),
      row("satisfyStoragePolicy", kRead, &P::satisfy_storage_policy),
      row("createSymlink", kRead, &P::create_symlink),
      row("getLinkTarget", kRead, &P::get_link_target),
      // Features that are off.
      row("getErasureCodingPolicies", kRead, &P::get_ec_policies),
      row("getErasureCodingCodecs", kRead, &P::get_ec_codecs),
      row("getErasureCodingPolicy", kRead, &P::get_ec_policy),
      row("setErasureCodingPolicy", kWriteOnce, &P::set_ec_policy),
      row("unsetErasureCodingPolicy", kWriteOnce, &P::unset_ec_policy),
      row("addErasureCodingPolicies", kWrite, &P::add_ec_policies),
      row("removeErasureCodingPolicy", kWrite, &P::remove_ec_policy),
      row("enableErasureCodingPolicy", kWrite, &P::enable_ec_policy),
      row("disableErasureCodingPolicy", kWrite, &P::disable_ec_policy),
      row("getECTopologyResultForPolicies", kRead, &P::get_ec_topology),
      row("getEZForPath", kRead, &P::get_ez),
      row("createEncryptionZone", kRead, &P::create_ez),
      row("listEncryptionZones", kRead, &P::list_ez),
      row("reencryptEncryptionZone", kWrite, &P::reencrypt_ez),
      row("listReencryptionStatus", kRead, &P::list_reencryption),
      row("addCacheDirective", kWrite, &P::add_cache_directive),
      row("modifyCacheDirective", kWrite, &P::modify_cache_directive),
      row("removeCacheDirective", kWrite, &P::remove_cache_directive),
      row("listCacheDirectives", kRead, &P::list_cache_directives),
      row("addCachePool", kWrite, &P::add_cache_pool),
      row("modifyCachePool", kWrite, &P::modify_cache_pool),
      row("removeCachePool", kWrite, &P::remove_cache_pool),
      row("listCachePools", kRead, &P::list_cache_pools),

      row("append", kWriteOnce, &P::append),
      row("truncate", kWrite, &P::truncate),
      row("concat", kWriteOnce, &P::concat),
      row("getBatchedListing", kRead, &P::get_batched_listing),
      row("listOpenFiles", kRead, &P::list_open_files),
      row("listCorruptFileBlocks", kRead, &P::list_corrupt_file_blocks),
      row("renewDelegationToken", kWrite, &P::renew_delegation_token),
      row("cancelDelegationToken", kWrite, &P::cancel_delegation_token),
      row("saveNamespace", kSaveOnce, &P::save_namespace),
      row("rollEdits", kWrite, &P::roll_edits),
      row("restoreFailedStorage", kAnyState, &P::restore_failed_storage),
      row("refreshNodes", kAnyState, &P::refresh_nodes),
      row("finalizeUpgrade", kAnyState, &P::finalize_upgrade),
      row("upgradeStatus", kRead, &P::upgrade_status),
      row("rollingUpgrade", kRead, &P::rolling_upgrade),
      row("metaSave", kRead, &P::meta_save),
      row("setBalancerBandwidth", kRead, &P::set_balancer_bandwidth),
      row("getSlowDatanodeReport", kAnyState, &P::get_slow_datanode_report),
      row("getEditsFromTxid", kRead, &P::get_edits),
  };
  out.unsupported = {
      "createSnapshot",     "renameSnapshot", "allowSnapshot",         "disallowSnapshot",
      "getSnapshotListing", "deleteSnapshot", "getSnapshotDiffReport", "getSnapshotDiffReportListing",
  };
  return out;
}

}  // namespace tusker::namenode
