#pragma once

#include <boost/json/value.hpp>
#include <memory>
#include <string>
#include <vector>

#include "common/net/http_server.h"
#include "common/rpc/method_table.h"
#include "common/webhdfs/parameters.h"
#include "hdfs/ClientNamenodeProtocol.pb.h"
#include "namenode/ops/operations.h"
#include "namenode/web/authentication.h"

namespace tusker::namenode {

struct WebHdfsOptions {
  std::string namenode_address;  // what redirects name as namenoderpcaddress
  int64_t block_bytes = 0;       // dfs.blocksize, dfs.replication of this server
  int64_t replication = 0;
  std::string home_prefix = "/user";  // dfs.user.home.dir.prefix
};

// WebHDFS on the NameNode (NamenodeWebHdfsMethods): each operation checks its parameters, calls ClientProtocol's method through the same
// table as the RPC port, and tells its answer in JSON; what moves a file's bytes is sent on to a DataNode. Owned by NameNodeServer; runs on
// the strands of its connections. A request holds its head and one page of a listing.
class WebHdfs {
 public:
  // `client_protocol` is the table that the RPC port serves too. The references must outlive it.
  WebHdfs(Namesystem& ns, rpc::Protocol client_protocol, Authentication authentication, CsrfFilter csrf, webhdfs::Patterns patterns,
          WebHdfsOptions options);

  Task<net::HttpResponse> serve(net::HttpRequest request);

  // One request: who asks for what.
  struct Call {
    rpc::CallContext context;
    webhdfs::Parameters parameters;
    std::string path;       // absolute
    std::string operation;  // "MKDIRS"
  };
  using CallPtr = std::shared_ptr<const Call>;
  using Answer = Task<Result<net::HttpResponse>>;
  using Handler = Answer (WebHdfs::*)(CallPtr);
  struct Operation {
    std::string_view name;
    Handler handler;
  };
  // Those of one HTTP method; empty for a method that there isn't.
  static const std::vector<Operation>& operations(std::string_view method);

 private:
  Task<net::HttpResponse> answer(net::HttpRequest request, security::User user);
  Task<Result<net::HttpResponse>> dispatch(net::HttpRequest request, security::User user);
  Task<Result<std::string>> call_bytes(CallPtr call, std::string method, std::string parameter);
  template <class Response, class Request>
  Task<Result<Response>> rpc(CallPtr call, std::string method, Request request) {
    Result<std::string> bytes = co_await call_bytes(std::move(call), std::move(method), request.SerializeAsString());
    if (!bytes) co_return error(std::move(bytes).error());
    Response response;
    if (!response.ParseFromString(*bytes)) co_return error(StatusCode::kIllegalState, response.InitializationErrorString());
    co_return response;
  }
  // An operation that answers with an empty body.
  template <class Response, class Request>
  Answer act(CallPtr call, std::string method, Request request, std::string content_type = "application/octet-stream") {
    CO_TRY_VOID(co_await rpc<Response>(std::move(call), std::move(method), std::move(request)));
    net::HttpResponse out;
    out.content_type = std::move(content_type);
    co_return out;
  }

  // webhdfs_get.cc
  Answer get_file_status(CallPtr call);
  Answer get_file_link_status(CallPtr call);
  Answer list_status(CallPtr call);
  Answer list_status_batch(CallPtr call);
  Answer get_content_summary(CallPtr call);
  Answer get_quota_usage(CallPtr call);
  Answer get_home_directory(CallPtr call);
  Answer get_delegation_token(CallPtr call);
  Answer get_block_locations(CallPtr call);
  Answer get_file_block_locations(CallPtr call);
  Answer get_acl_status(CallPtr call);
  Answer get_xattrs(CallPtr call);
  Answer list_xattrs(CallPtr call);
  Answer check_access(CallPtr call);
  Answer get_trash_root(CallPtr call);
  Answer get_trash_roots(CallPtr call);
  Answer get_all_storage_policy(CallPtr call);
  Answer get_storage_policy(CallPtr call);
  Answer get_ec_policy(CallPtr call);
  Answer get_ec_policies(CallPtr call);
  Answer get_ec_codecs(CallPtr call);
  Answer get_server_defaults(CallPtr call);
  Answer get_status(CallPtr call);
  Answer get_snapshot_diff(CallPtr call);
  Answer get_snapshot_diff_listing(CallPtr call);
  Answer get_snapshottable_directory_list(CallPtr call);
  Answer get_snapshot_list(CallPtr call);
  Answer get_link_target(CallPtr call);
  Task<Result<void>> write_listing(CallPtr call, hadoop::hdfs::DirectoryListingProto first, net::HttpSink* sink);
  Task<Result<hadoop::hdfs::DirectoryListingProto>> listing_page(CallPtr call, std::string start_after);
  Task<Result<hadoop::hdfs::GetFileInfoResponseProto>> file_info(CallPtr call, std::string path);

  // webhdfs_put.cc
  Answer mkdirs(CallPtr call);
  Answer create_symlink(CallPtr call);
  Answer rename(CallPtr call);
  Answer set_replication(CallPtr call);
  Answer set_owner(CallPtr call);
  Answer set_permission(CallPtr call);
  Answer set_times(CallPtr call);
  Answer renew_delegation_token(CallPtr call);
  Answer cancel_delegation_token(CallPtr call);
  Answer modify_acl_entries(CallPtr call);
  Answer remove_acl_entries(CallPtr call);
  Answer remove_default_acl(CallPtr call);
  Answer remove_acl(CallPtr call);
  Answer set_acl(CallPtr call);
  Answer set_xattr(CallPtr call);
  Answer remove_xattr(CallPtr call);
  Answer allow_snapshot(CallPtr call);
  Answer disallow_snapshot(CallPtr call);
  Answer create_snapshot(CallPtr call);
  Answer rename_snapshot(CallPtr call);
  Answer set_storage_policy(CallPtr call);
  Answer satisfy_storage_policy(CallPtr call);
  Answer enable_ec_policy(CallPtr call);
  Answer disable_ec_policy(CallPtr call);
  Answer set_ec_policy(CallPtr call);
  Answer set_quota(CallPtr call);
  Answer set_quota_by_storage_type(CallPtr call);

  // webhdfs_post.cc: POST and DELETE
  Answer concat(CallPtr call);
  Answer truncate(CallPtr call);
  Answer unset_storage_policy(CallPtr call);
  Answer unset_ec_policy(CallPtr call);
  Answer remove(CallPtr call);
  Answer delete_snapshot(CallPtr call);

  // webhdfs_redirect.cc
  Answer open(CallPtr call);
  Answer create(CallPtr call);
  Answer append(CallPtr call);
  Answer get_file_checksum(CallPtr call);
  Answer redirect(CallPtr call, std::vector<std::string_view> passed_on);
  struct Target {
    std::string host;
    uint32_t port = 0;
  };
  Task<Result<Target>> choose_datanode(CallPtr call);
  Task<Result<Target>> choose_replica(CallPtr call, int64_t offset);
  Result<Target> choose_target(const Call& call);
  // uuids of the DataNodes that excludedatanodes names.
  std::vector<std::string> excluded(const Call& call);

  Namesystem& ns_;
  rpc::Protocol client_protocol_;
  Authentication authentication_;
  CsrfFilter csrf_;
  webhdfs::Patterns patterns_;
  WebHdfsOptions options_;
};

// kIllegalArgument unless each of `names` has a value.
Result<void> require(const WebHdfs::Call& call, std::initializer_list<std::string_view> names);
net::HttpResponse json_body(std::string body);
net::HttpResponse json_response(std::string_view key, boost::json::value value);

}  // namespace tusker::namenode
