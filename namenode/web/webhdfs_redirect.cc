#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>

#include "common/webhdfs/exception.h"
#include "common/webhdfs/json.h"
#include "common/webhdfs/text.h"
#include "namenode/model/path.h"
#include "namenode/model/placement.h"
#include "namenode/web/webhdfs.h"

// The operations that a DataNode answers: which one, and the address that says everything it must know.
namespace tusker::namenode {

using namespace hadoop::hdfs;  // NOLINT: the operations speak the wire's types

using CallPtr = WebHdfs::CallPtr;
using Response = Result<net::HttpResponse>;

Task<Response> WebHdfs::open(CallPtr call) { return redirect(std::move(call), {"buffersize", "length", "offset"}); }

Task<Response> WebHdfs::create(CallPtr call) {
  return redirect(std::move(call), {"blocksize", "buffersize", "createflag", "createparent", "overwrite", "permission", "replication",
                                    "unmaskedpermission"});
}

Task<Response> WebHdfs::append(CallPtr call) { return redirect(std::move(call), {"buffersize"}); }

Task<Response> WebHdfs::get_file_checksum(CallPtr call) { return redirect(std::move(call), {}); }

// `passed_on`: the parameters that go along, sorted.
Task<Response> WebHdfs::redirect(CallPtr call, std::vector<std::string_view> passed_on) {
  if (!is_valid_name(call->path)) co_return error(StatusCode::kInvalidPath, "Invalid path name " + call->path);
  CO_TRY(const Target target, co_await choose_datanode(call));
  std::string query = "op=" + call->operation;
  for (const std::string_view name : {"doas", "user.name"}) webhdfs::append_query(query, name, call->parameters.text(name));
  query += "&namenoderpcaddress=" + options_.namenode_address;
  for (const auto name : passed_on) webhdfs::append_query(query, name, webhdfs::value_string(call->parameters, name));
  const std::string uri = fmt::format("http://{}:{}{}?{}", target.host, target.port, webhdfs::uri_quoted("/webhdfs/v1" + call->path, false),
                                      webhdfs::uri_quoted(query, true));
  if (call->parameters.flag("noredirect")) co_return json_response("Location", boost::json::value(uri));
  net::HttpResponse out;
  out.status = 307;
  out.content_type = "application/octet-stream";
  out.headers.emplace_back("Location", webhdfs::ascii_uri(uri));
  co_return out;
}

std::vector<std::string> WebHdfs::excluded(const Call& call) {
  std::vector<std::string> out;
  const std::string list = call.parameters.text("excludedatanodes").value_or("");
  const auto view = ns_.cluster_view();
  std::string_view rest = list;
  while (!rest.empty()) {
    const size_t comma = std::min(rest.find(','), rest.size());
    const std::string name = webhdfs::trimmed(rest.substr(0, comma));
    rest.remove_prefix(std::min(comma + 1, rest.size()));
    for (const auto& node : view->nodes) {
      const bool named = name.find(':') == std::string::npos ? name == node->ip : name == node->xfer_address();
      if (named && !name.empty()) out.push_back(node->uuid);
    }
  }
  return out;
}

// NamenodeWebHdfsMethods.chooseDatanode.
Task<Result<WebHdfs::Target>> WebHdfs::choose_datanode(CallPtr call) {
  if (call->operation == "CREATE") co_return choose_target(*call);
  CO_TRY(const auto info, co_await file_info(call, call->path));
  if (!info.has_fs()) co_return error(StatusCode::kFileNotFound, fmt::format("File {} not found.", call->path));
  const auto length = static_cast<int64_t>(info.fs().length());
  const int64_t offset = call->operation == "OPEN" ? call->parameters.number("offset").value_or(0) : length - 1;
  if (call->operation == "OPEN" && offset >= length && length > 0) {
    co_return error(StatusCode::kIo, fmt::format("Offset={} out of the range [0, {}); OPEN, path={}", offset, length, call->path));
  }
  if (length > 0) co_return co_await choose_replica(call, offset);
  co_return choose_target(*call);
}

Task<Result<WebHdfs::Target>> WebHdfs::choose_replica(CallPtr call, int64_t offset) {
  GetBlockLocationsRequestProto request;
  request.set_src(call->path);
  request.set_offset(static_cast<uint64_t>(offset));
  request.set_length(1);
  CO_TRY(const auto answer, co_await rpc<GetBlockLocationsResponseProto>(call, "getBlockLocations", request));
  if (answer.locations().blocks().empty()) {
    co_return error(StatusCode::kIo, fmt::format("Block could not be located. Path={}, offset={}", call->path, offset));
  }
  // GETFILECHECKSUM is sent on without heeding excludedatanodes.
  const auto out = call->operation == "GETFILECHECKSUM" ? std::vector<std::string>() : excluded(*call);
  for (const auto& node : answer.locations().blocks(0).locs()) {
    if (node.adminstate() == DatanodeInfoProto::DECOMMISSIONED) continue;
    if (std::ranges::find(out, node.id().datanodeuuid()) != out.end()) continue;
    co_return Target{node.id().hostname(), node.id().infoport()};
  }
  co_return error(StatusCode::kIo, "No active and not excluded nodes contain this block");
}

Result<WebHdfs::Target> WebHdfs::choose_target(const Call& call) {
  const auto view = ns_.cluster_view();
  const auto below = [this](uint64_t bound) { return ns_.env().random.below(bound); };
  PlacementRequest request;
  request.replicas = 1;
  request.block_bytes = call.operation == "CREATE" ? call.parameters.number("blocksize").value_or(options_.block_bytes) : 0;
  request.writer_ip = call.context.remote.host;
  if (call.operation != "GETFILECHECKSUM") request.excluded_uuids = excluded(call);
  if (const auto chosen = choose_targets(*view, request, below); !chosen.empty()) {
    const Datanode* node = view->node_of(chosen.front());
    return Target{node->host_name, node->info_port};
  }
  // None has the room: any will do, since it is the NameNode that places the blocks.
  std::vector<const Datanode*> alive;
  for (const auto& node : view->nodes) {
    const bool out = std::ranges::find(request.excluded_uuids, node->uuid) != request.excluded_uuids.end();
    if (node->alive && !out) alive.push_back(node.get());
  }
  if (alive.empty()) {
    return error(StatusCode::kIo, fmt::format("Failed to find datanode, suggest to check cluster health. excludeDatanodes={}",
                                              call.parameters.text("excludedatanodes").value_or("null")));
  }
  const Datanode* node = alive[below(alive.size())];
  return Target{node->host_name, node->info_port};
}

}  // namespace tusker::namenode
