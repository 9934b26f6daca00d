#include "namenode/web/webhdfs.h"

#include <fmt/format.h>

#include <boost/json.hpp>

#include "common/log/log.h"
#include "common/webhdfs/exception.h"
#include "common/webhdfs/json.h"
#include "common/webhdfs/text.h"

namespace tusker::namenode {
namespace {

constexpr std::string_view kPrefix = "/webhdfs/v1";
constexpr std::string_view kAllowed = "HEAD,DELETE,POST,GET,OPTIONS,PUT";

// What stands behind the prefix, with one slash before it.
std::string path_of(const net::HttpRequest& request) {
  std::string_view path = request.path;
  path.remove_prefix(std::min(kPrefix.size(), path.size()));
  return path.empty() ? "/" : webhdfs::decoded_utf8(path);
}

net::HttpResponse exception_answer(const Status& status) {
  const auto exception = webhdfs::remote_exception(status);
  net::HttpResponse out = json_body(exception.json);
  out.status = exception.http_status;
  return out;
}

// The description that OPTIONS gives: the methods, with their parameters and defaults (WADL).
std::string description(const net::HttpRequest& request) {
  std::string out = fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<application xmlns=\"http://wadl.dev.java.net/2009/02\">\n"
      "    <grammars/>\n    <resources base=\"http://{}/webhdfs/v1/\">\n        <resource path=\"{{path:.*}}\">\n",
      webhdfs::ascii_uri(webhdfs::uri_quoted(request.header("host"), false)));
  for (const std::string_view method : {"GET", "PUT", "POST", "DELETE"}) {
    out += fmt::format("            <method name=\"{}\">\n                <request>\n", method);
    for (const auto name : webhdfs::parameters_of(method)) {
      out += fmt::format(
          "                    <param xmlns:xs=\"http://www.w3.org/2001/XMLSchema\" name=\"{}\" style=\"query\" type=\"xs:string\" "
          "default=\"{}\"/>\n",
          name, webhdfs::parameter_row(name).default_value);
    }
    out += "                </request>\n            </method>\n";
  }
  return out + "        </resource>\n    </resources>\n</application>\n";
}

}  // namespace

Result<void> require(const WebHdfs::Call& call, std::initializer_list<std::string_view> names) {
  for (const auto name : names) {
    const auto value = webhdfs::value_string(call.parameters, name);
    if (!value || value->empty()) {
      return error(StatusCode::kIllegalArgument, fmt::format("Required param {} for op: {} is null or empty", name, call.operation));
    }
  }
  return {};
}

net::HttpResponse json_body(std::string body) {
  net::HttpResponse out;
  out.content_type = "application/json";
  out.body = std::move(body);
  return out;
}

net::HttpResponse json_response(std::string_view key, boost::json::value value) {
  return json_body(webhdfs::wrapped(key, std::move(value)));
}

WebHdfs::WebHdfs(Namesystem& ns, rpc::Protocol client_protocol, Authentication authentication, CsrfFilter csrf, webhdfs::Patterns patterns,
                 WebHdfsOptions options)
    : ns_(ns),
      client_protocol_(std::move(client_protocol)),
      authentication_(std::move(authentication)),
      csrf_(std::move(csrf)),
      patterns_(std::move(patterns)),
      options_(std::move(options)) {}

Task<net::HttpResponse> WebHdfs::serve(net::HttpRequest request) {
  if (auto forged = csrf_.check(request)) co_return *std::move(forged);
  auto outcome = co_await authentication_.identify(request);
  net::HttpResponse response;
  if (outcome.refusal) {
    response = *std::move(outcome.refusal);
  } else {
    response = co_await answer(std::move(request), *std::move(outcome.user));
  }
  if (outcome.cookie) response.headers.insert(response.headers.begin(), {"Set-Cookie", *outcome.cookie});
  co_return response;
}

Task<net::HttpResponse> WebHdfs::answer(net::HttpRequest request, security::User user) {
  if (request.method == "OPTIONS") {
    net::HttpResponse response;
    response.content_type = "application/vnd.sun.wadl+xml";
    response.headers.emplace_back("Allow", kAllowed);
    response.body = description(request);
    co_return response;
  }
  if (request.method == "HEAD") request.method = "GET";
  const std::string target = request.method + " " + request.path;
  auto response = co_await dispatch(std::move(request), std::move(user));
  if (response) co_return *std::move(response);
  LOG_DEBUG("webhdfs {}: {}", target, response.error().to_string());
  co_return exception_answer(response.error());
}

Task<Result<net::HttpResponse>> WebHdfs::dispatch(net::HttpRequest request, security::User user) {
  const auto& known = operations(request.method);
  if (known.empty()) co_return error(webhdfs::java_exception("javax.ws.rs.NotAllowedException", "HTTP 405 Method Not Allowed"));
  const auto check_op = [&known, &request](const std::string& op) -> Result<void> {
    const std::string name = webhdfs::upper(op);
    if (name == "NULL" || std::ranges::find(known, name, &Operation::name) != known.end()) return {};
    return error(StatusCode::kIllegalArgument, fmt::format("{} is not a valid {} operation.", op, request.method));
  };
  CO_TRY(auto parameters, webhdfs::Parameters::of_namenode(request.method, request.query, patterns_, check_op));
  const std::string name = webhdfs::upper(parameters.raw("op").value_or("null"));
  const auto row = std::ranges::find(known, name, &Operation::name);
  if (row == known.end()) {
    co_return error(StatusCode::kUnsupportedOperation, fmt::format("op=NULL {}is not supported", request.method == "PUT" ? " " : ""));
  }
  auto call = std::make_shared<Call>(Call{{}, std::move(parameters), path_of(request), name});
  call->context.user = std::move(user);
  call->context.remote = request.remote;
  call->context.protocol = "webhdfs";
  co_return co_await (this->*row->handler)(std::move(call));
}

Task<Result<std::string>> WebHdfs::call_bytes(CallPtr call, std::string method, std::string parameter) {
  const rpc::Method* row = client_protocol_.find(method);
  if (row == nullptr) co_return error(StatusCode::kUnsupportedOperation, fmt::format("op={} is not supported", call->operation));
  rpc::CallContext context = call->context;
  context.method = row->name;
  co_return co_await row->handler(std::move(context), parameter);
}

const std::vector<WebHdfs::Operation>& WebHdfs::operations(std::string_view method) {
  using W = WebHdfs;
  static const std::vector<Operation> get = {
      {"OPEN", &W::open},
      {"GETFILESTATUS", &W::get_file_status},
      {"LISTSTATUS", &W::list_status},
      {"GETCONTENTSUMMARY", &W::get_content_summary},
      {"GETQUOTAUSAGE", &W::get_quota_usage},
      {"GETFILECHECKSUM", &W::get_file_checksum},
      {"GETHOMEDIRECTORY", &W::get_home_directory},
      {"GETDELEGATIONTOKEN", &W::get_delegation_token},
      {"GET_BLOCK_LOCATIONS", &W::get_block_locations},
      {"GETFILEBLOCKLOCATIONS", &W::get_file_block_locations},
      {"GETACLSTATUS", &W::get_acl_status},
      {"GETXATTRS", &W::get_xattrs},
      {"GETTRASHROOT", &W::get_trash_root},
      {"LISTXATTRS", &W::list_xattrs},
      {"GETALLSTORAGEPOLICY", &W::get_all_storage_policy},
      {"GETSTORAGEPOLICY", &W::get_storage_policy},
      {"GETECPOLICY", &W::get_ec_policy},
      {"CHECKACCESS", &W::check_access},
      {"LISTSTATUS_BATCH", &W::list_status_batch},
      {"GETSERVERDEFAULTS", &W::get_server_defaults},
      {"GETSNAPSHOTDIFF", &W::get_snapshot_diff},
      {"GETSNAPSHOTDIFFLISTING", &W::get_snapshot_diff_listing},
      {"GETSNAPSHOTTABLEDIRECTORYLIST", &W::get_snapshottable_directory_list},
      {"GETLINKTARGET", &W::get_link_target},
      {"GETFILELINKSTATUS", &W::get_file_link_status},
      {"GETSTATUS", &W::get_status},
      {"GETECPOLICIES", &W::get_ec_policies},
      {"GETECCODECS", &W::get_ec_codecs},
      {"GETTRASHROOTS", &W::get_trash_roots},
      {"GETSNAPSHOTLIST", &W::get_snapshot_list},
  };
  static const std::vector<Operation> put = {
      {"CREATE", &W::create},
      {"MKDIRS", &W::mkdirs},
      {"CREATESYMLINK", &W::create_symlink},
      {"RENAME", &W::rename},
      {"SETREPLICATION", &W::set_replication},
      {"SETOWNER", &W::set_owner},
      {"SETPERMISSION", &W::set_permission},
      {"SETTIMES", &W::set_times},
      {"RENEWDELEGATIONTOKEN", &W::renew_delegation_token},
      {"CANCELDELEGATIONTOKEN", &W::cancel_delegation_token},
      {"MODIFYACLENTRIES", &W::modify_acl_entries},
      {"REMOVEACLENTRIES", &W::remove_acl_entries},
      {"REMOVEDEFAULTACL", &W::remove_default_acl},
      {"REMOVEACL", &W::remove_acl},
      {"SATISFYSTORAGEPOLICY", &W::satisfy_storage_policy},
      {"SETACL", &W::set_acl},
      {"SETXATTR", &W::set_xattr},
      {"REMOVEXATTR", &W::remove_xattr},
      {"ENABLEECPOLICY", &W::enable_ec_policy},
      {"DISABLEECPOLICY", &W::disable_ec_policy},
      {"SETECPOLICY", &W::set_ec_policy},
      {"ALLOWSNAPSHOT", &W::allow_snapshot},
      {"DISALLOWSNAPSHOT", &W::disallow_snapshot},
      {"CREATESNAPSHOT", &W::create_snapshot},
      {"RENAMESNAPSHOT", &W::rename_snapshot},
      {"SETSTORAGEPOLICY", &W::set_storage_policy},
      {"SETQUOTA", &W::set_quota},
      {"SETQUOTABYSTORAGETYPE", &W::set_quota_by_storage_type},
  };
  static const std::vector<Operation> post = {
      {"APPEND", &W::append},
      {"CONCAT", &W::concat},
      {"TRUNCATE", &W::truncate},
      {"UNSETECPOLICY", &W::unset_ec_policy},
      {"UNSETSTORAGEPOLICY", &W::unset_storage_policy},
  };
  static const std::vector<Operation> remove = {
      {"DELETE", &W::remove},
      {"DELETESNAPSHOT", &W::delete_snapshot},
  };
  static const std::vector<Operation> none;
  return method == "GET" ? get : method == "PUT" ? put : method == "POST" ? post : method == "DELETE" ? remove : none;
}

}  // namespace tusker::namenode
