#include <fmt/format.h>

#include <boost/json.hpp>

#include "common/webhdfs/attributes.h"
#include "common/webhdfs/exception.h"
#include "common/webhdfs/json.h"
#include "common/webhdfs/text.h"
#include "namenode/web/webhdfs.h"

// The GET operations that are answered here.
namespace tusker::namenode {

using namespace hadoop::hdfs;  // NOLINT: the operations speak the wire's types
namespace json = boost::json;

using CallPtr = WebHdfs::CallPtr;
using Response = Result<net::HttpResponse>;

namespace {

constexpr std::string_view kTokenKind = "WEBHDFS delegation";

std::string child_of(const std::string& directory, const std::string& name) {
  return directory == "/" ? "/" + name : directory + "/" + name;
}

// The lines of LISTSTATUS; with `more`, others came before.
constexpr std::string_view kListingHead = "{\"FileStatuses\":{\"FileStatus\":[\n";
constexpr std::string_view kListingTail = "\n]}}\n";
std::string entries_text(const DirectoryListingProto& page, bool more) {
  std::string out;
  for (const auto& entry : page.partiallisting()) {
    if (more) out += ",\n";
    out += json::serialize(webhdfs::file_status(entry));
    more = true;
  }
  return out;
}

std::unexpected<Status> missing(const std::string& path) { return error(StatusCode::kFileNotFound, "File does not exist: " + path); }

}  // namespace

Task<Result<GetFileInfoResponseProto>> WebHdfs::file_info(CallPtr call, std::string path) {
  GetFileInfoRequestProto request;
  request.set_src(std::move(path));
  co_return co_await rpc<GetFileInfoResponseProto>(std::move(call), "getFileInfo", std::move(request));
}

Task<Response> WebHdfs::get_file_status(CallPtr call) {
  CO_TRY(const auto info, co_await file_info(call, call->path));
  if (!info.has_fs()) co_return missing(call->path);
  co_return json_response("FileStatus", webhdfs::file_status(info.fs()));
}

Task<Response> WebHdfs::get_file_link_status(CallPtr call) {
  GetFileLinkInfoRequestProto request;
  request.set_src(call->path);
  CO_TRY(const auto info, co_await rpc<GetFileLinkInfoResponseProto>(call, "getFileLinkInfo", request));
  if (!info.has_fs()) co_return missing(call->path);
  co_return json_response("FileStatus", webhdfs::file_status(info.fs()));
}

Task<Result<DirectoryListingProto>> WebHdfs::listing_page(CallPtr call, std::string start_after) {
  GetListingRequestProto request;
  request.set_src(call->path);
  request.set_startafter(std::move(start_after));
  request.set_needlocation(false);
  CO_TRY(auto listing, co_await rpc<GetListingResponseProto>(call, "getListing", request));
  if (!listing.has_dirlist()) co_return error(StatusCode::kFileNotFound, fmt::format("File {} does not exist.", call->path));
  co_return std::move(*listing.mutable_dirlist());
}

Task<Response> WebHdfs::list_status(CallPtr call) {
  // The first page tells whether there is an error, before the answer begins.
  CO_TRY(auto first, co_await listing_page(call, ""));
  net::HttpResponse out = json_body(std::string());
  if (first.remainingentries() == 0) {
    out.body = std::string(kListingHead) + entries_text(first, false) + std::string(kListingTail);
    co_return out;
  }
  out.write_body = [this, call, first = std::move(first)](net::HttpSink& sink) { return write_listing(call, first, &sink); };
  co_return out;
}

Task<Result<void>> WebHdfs::write_listing(CallPtr call, DirectoryListingProto page, net::HttpSink* sink) {
  std::string text = std::string(kListingHead) + entries_text(page, false);
  while (page.remainingentries() > 0 && !page.partiallisting().empty()) {
    CO_TRY_VOID(co_await sink->write(text));
    CO_TRY(page, co_await listing_page(call, page.partiallisting(page.partiallisting_size() - 1).path()));
    text = entries_text(page, true);
  }
  co_return co_await sink->write(text + std::string(kListingTail));
}

Task<Response> WebHdfs::list_status_batch(CallPtr call) {
  CO_TRY(const auto page, co_await listing_page(call, call->parameters.text("startafter").value_or("")));
  co_return json_response("DirectoryListing", webhdfs::directory_listing(page));
}

Task<Response> WebHdfs::get_content_summary(CallPtr call) {
  GetContentSummaryRequestProto request;
  request.set_path(call->path);
  CO_TRY(const auto answer, co_await rpc<GetContentSummaryResponseProto>(call, "getContentSummary", request));
  co_return json_response("ContentSummary", webhdfs::content_summary(answer.summary()));
}

Task<Response> WebHdfs::get_quota_usage(CallPtr call) {
  GetQuotaUsageRequestProto request;
  request.set_path(call->path);
  CO_TRY(const auto answer, co_await rpc<GetQuotaUsageResponseProto>(call, "getQuotaUsage", request));
  co_return json_response("QuotaUsage", webhdfs::quota_usage(answer.usage()));
}

Task<Response> WebHdfs::get_home_directory(CallPtr call) {
  co_return json_response("Path", json::value(options_.home_prefix + "/" + call->context.user.name));
}

Task<Response> WebHdfs::get_delegation_token(CallPtr call) {
  if (call->parameters.text("delegation")) co_return error(StatusCode::kIllegalArgument, "delegation parameter is not null.");
  hadoop::common::GetDelegationTokenRequestProto request;
  request.set_renewer(call->parameters.text("renewer").value_or(call->context.user.name));
  CO_TRY(auto answer, co_await rpc<hadoop::common::GetDelegationTokenResponseProto>(call, "getDelegationToken", request));
  const auto service = call->parameters.text("service");
  const auto kind = call->parameters.text("kind");
  if (!answer.has_token()) {
    if (service || kind) {
      co_return error(webhdfs::java_exception(
          "java.lang.NullPointerException",
          fmt::format("Cannot invoke \"org.apache.hadoop.security.token.Token.set{}(org.apache.hadoop.io.Text)\" because \"token\" is null",
                      service ? "Service" : "Kind")));
    }
    co_return json_response("Token", nullptr);
  }
  auto& token = *answer.mutable_token();
  token.set_kind(kind.value_or(std::string(kTokenKind)));
  token.set_service(service.value_or(options_.namenode_address));
  co_return json_response("Token", json::object{{"urlString", webhdfs::token_url_string(token)}});
}

namespace {

GetBlockLocationsRequestProto locations_request(const WebHdfs::Call& call) {
  GetBlockLocationsRequestProto request;
  request.set_src(call.path);
  request.set_offset(static_cast<uint64_t>(call.parameters.number("offset").value_or(0)));
  request.set_length(static_cast<uint64_t>(call.parameters.number("length").value_or(INT64_MAX)));
  return request;
}

}  // namespace

Task<Response> WebHdfs::get_block_locations(CallPtr call) {
  CO_TRY(const auto answer, co_await rpc<GetBlockLocationsResponseProto>(call, "getBlockLocations", locations_request(*call)));
  if (!answer.has_locations()) co_return json_body("null");
  co_return json_response("LocatedBlocks", webhdfs::located_blocks(answer.locations()));
}

Task<Response> WebHdfs::get_file_block_locations(CallPtr call) {
  CO_TRY(const auto answer, co_await rpc<GetBlockLocationsResponseProto>(call, "getBlockLocations", locations_request(*call)));
  co_return json_response("BlockLocations", webhdfs::block_locations(answer.locations()));
}

Task<Response> WebHdfs::get_acl_status(CallPtr call) {
  GetAclStatusRequestProto request;
  request.set_src(call->path);
  CO_TRY(const auto answer, co_await rpc<GetAclStatusResponseProto>(call, "getAclStatus", request));
  co_return json_response("AclStatus", webhdfs::acl_status(answer.result()));
}

Task<Response> WebHdfs::get_xattrs(CallPtr call) {
  CO_TRY_VOID(require(*call, {"encoding"}));
  GetXAttrsRequestProto request;
  request.set_src(call->path);
  for (const auto& name : call->parameters.texts("xattr.name")) {
    CO_TRY(*request.add_xattrs(), webhdfs::parse_xattr_name(name));
  }
  CO_TRY(const auto answer, co_await rpc<GetXAttrsResponseProto>(call, "getXAttrs", request));
  const std::string encoding = webhdfs::upper(*call->parameters.text("encoding"));
  json::array list;
  for (const auto& xattr : answer.xattrs()) {
    json::object o = {{"name", webhdfs::xattr_name(xattr)}, {"value", nullptr}};
    if (xattr.has_value()) o["value"] = webhdfs::encode_xattr_value(xattr.value(), encoding);
    list.push_back(std::move(o));
  }
  co_return json_response("XAttrs", std::move(list));
}

Task<Response> WebHdfs::list_xattrs(CallPtr call) {
  ListXAttrsRequestProto request;
  request.set_src(call->path);
  CO_TRY(const auto answer, co_await rpc<ListXAttrsResponseProto>(call, "listXAttrs", request));
  json::array names;
  for (const auto& xattr : answer.xattrs()) names.emplace_back(webhdfs::xattr_name(xattr));
  co_return json_response("XAttrNames", json::value(json::serialize(names)));
}

Task<Response> WebHdfs::check_access(CallPtr call) {
  CO_TRY_VOID(require(*call, {"fsaction"}));
  const std::string action = *call->parameters.text("fsaction");
  CheckAccessRequestProto request;
  request.set_path(call->path);
  request.set_mode(
      static_cast<AclEntryProto::FsActionProto>((action[0] == 'r' ? 4 : 0) | (action[1] == 'w' ? 2 : 0) | (action[2] == 'x' ? 1 : 0)));
  co_return co_await act<CheckAccessResponseProto>(call, "checkAccess", request, "");
}

Task<Response> WebHdfs::get_trash_root(CallPtr call) {
  co_return json_response("Path", json::value(fmt::format("{}/{}/.Trash", options_.home_prefix, call->context.user.name)));
}

// FileSystem.getTrashRoots: a home whose trash can't be looked at is left out.
Task<Response> WebHdfs::get_trash_roots(CallPtr call) {
  json::array roots;
  if (call->parameters.flag("allusers")) {
    auto homes = std::make_shared<Call>(*call);
    homes->path = options_.home_prefix;
    Result<DirectoryListingProto> page = co_await listing_page(homes, "");
    while (page) {
      for (const auto& home : page->partiallisting()) {
        const std::string trash = child_of(child_of(options_.home_prefix, home.path()), ".Trash");
        const auto info = co_await file_info(call, trash);
        if (info && info->has_fs()) roots.push_back(webhdfs::plain_file_status(home, trash));
      }
      if (page->remainingentries() == 0 || page->partiallisting().empty()) break;
      const std::string last = page->partiallisting(page->partiallisting_size() - 1).path();
      page = co_await listing_page(homes, last);
    }
  } else {
    const std::string trash = fmt::format("{}/{}/.Trash", options_.home_prefix, call->context.user.name);
    const auto info = co_await file_info(call, trash);
    if (info && info->has_fs()) roots.push_back(webhdfs::plain_file_status(info->fs(), trash));
  }
  if (roots.empty()) co_return json_response("Paths", nullptr);
  co_return json_response("Paths", std::move(roots));
}

Task<Response> WebHdfs::get_all_storage_policy(CallPtr call) {
  CO_TRY(const auto answer, co_await rpc<GetStoragePoliciesResponseProto>(call, "getStoragePolicies", GetStoragePoliciesRequestProto()));
  co_return json_response("BlockStoragePolicies", webhdfs::storage_policies(answer));
}

Task<Response> WebHdfs::get_storage_policy(CallPtr call) {
  GetStoragePolicyRequestProto request;
  request.set_path(call->path);
  CO_TRY(const auto answer, co_await rpc<GetStoragePolicyResponseProto>(call, "getStoragePolicy", request));
  co_return json_response("BlockStoragePolicy", webhdfs::storage_policy(answer.storagepolicy()));
}

Task<Response> WebHdfs::get_ec_policy(CallPtr call) {
  GetErasureCodingPolicyRequestProto request;
  request.set_src(call->path);
  CO_TRY(const auto answer, co_await rpc<GetErasureCodingPolicyResponseProto>(call, "getErasureCodingPolicy", request));
  if (!answer.has_ecpolicy()) co_return json_body("null");
  co_return json_body(json::serialize(webhdfs::erasure_coding_policy(answer.ecpolicy())));
}

Task<Response> WebHdfs::get_ec_policies(CallPtr call) {
  CO_TRY(const auto answer,
         co_await rpc<GetErasureCodingPoliciesResponseProto>(call, "getErasureCodingPolicies", GetErasureCodingPoliciesRequestProto()));
  co_return json_response("ErasureCodingPolicies", webhdfs::erasure_coding_policies(answer));
}

Task<Response> WebHdfs::get_ec_codecs(CallPtr call) {
  CO_TRY(const auto answer,
         co_await rpc<GetErasureCodingCodecsResponseProto>(call, "getErasureCodingCodecs", GetErasureCodingCodecsRequestProto()));
  json::object codecs;
  for (const auto& codec : answer.codec()) codecs[codec.codec()] = codec.coders();
  co_return json_response("ErasureCodingCodecs", std::move(codecs));
}

Task<Response> WebHdfs::get_server_defaults(CallPtr call) {
  CO_TRY(const auto answer, co_await rpc<GetServerDefaultsResponseProto>(call, "getServerDefaults", GetServerDefaultsRequestProto()));
  co_return json_response("FsServerDefaults", webhdfs::server_defaults(answer.serverdefaults()));
}

Task<Response> WebHdfs::get_status(CallPtr call) {
  CO_TRY(const auto answer, co_await rpc<GetFsStatsResponseProto>(call, "getFsStats", GetFsStatusRequestProto()));
  co_return json_response("FsStatus", json::object{{"used", static_cast<int64_t>(answer.used())},
                                                   {"remaining", static_cast<int64_t>(answer.remaining())},
                                                   {"capacity", static_cast<int64_t>(answer.capacity())}});
}

Task<Response> WebHdfs::get_snapshot_diff(CallPtr call) {
  GetSnapshotDiffReportRequestProto request;
  request.set_snapshotroot(call->path);
  request.set_fromsnapshot(call->parameters.text("oldsnapshotname").value_or(""));
  request.set_tosnapshot(call->parameters.text("snapshotname").value_or(""));
  CO_TRY(const auto answer, co_await rpc<GetSnapshotDiffReportResponseProto>(call, "getSnapshotDiffReport", request));
  co_return json_response("SnapshotDiffReport", webhdfs::snapshot_diff(answer.diffreport()));
}

Task<Response> WebHdfs::get_snapshot_diff_listing(CallPtr call) {
  GetSnapshotDiffReportListingRequestProto request;
  request.set_snapshotroot(call->path);
  request.set_fromsnapshot(call->parameters.text("oldsnapshotname").value_or(""));
  request.set_tosnapshot(call->parameters.text("snapshotname").value_or(""));
  request.mutable_cursor()->set_startpath(call->parameters.text("snapshotdiffstartpath").value_or(""));
  request.mutable_cursor()->set_index(static_cast<int32_t>(call->parameters.number("snapshotdiffindex").value_or(-1)));
  CO_TRY(const auto answer, co_await rpc<GetSnapshotDiffReportListingResponseProto>(call, "getSnapshotDiffReportListing", request));
  co_return json_response("SnapshotDiffReportListing", webhdfs::snapshot_diff_listing(answer.diffreport()));
}

Task<Response> WebHdfs::get_snapshottable_directory_list(CallPtr call) {
  CO_TRY(const auto answer, co_await rpc<GetSnapshottableDirListingResponseProto>(call, "getSnapshottableDirListing",
                                                                                  GetSnapshottableDirListingRequestProto()));
  co_return json_response("SnapshottableDirectoryList", webhdfs::snapshottable_directories(answer));
}

Task<Response> WebHdfs::get_snapshot_list(CallPtr call) {
  GetSnapshotListingRequestProto request;
  request.set_snapshotroot(call->path);
  CO_TRY(const auto answer, co_await rpc<GetSnapshotListingResponseProto>(call, "getSnapshotListing", request));
  co_return json_response("SnapshotList", webhdfs::snapshots(answer));
}

Task<Response> WebHdfs::get_link_target(CallPtr call) {
  GetLinkTargetRequestProto request;
  request.set_path(call->path);
  CO_TRY(const auto answer, co_await rpc<GetLinkTargetResponseProto>(call, "getLinkTarget", request));
  if (!answer.has_targetpath()) co_return json_response("Path", nullptr);
  co_return json_response("Path", json::value(answer.targetpath()));
}

}  // namespace tusker::namenode
