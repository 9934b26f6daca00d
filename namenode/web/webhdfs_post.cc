#include <fmt/format.h>

#include <boost/json.hpp>

#include "namenode/web/webhdfs.h"

// The POST and DELETE operations that are answered here.
namespace tusker::namenode {

using namespace hadoop::hdfs;  // NOLINT: the operations speak the wire's types

using CallPtr = WebHdfs::CallPtr;
using Response = Result<net::HttpResponse>;

Task<Response> WebHdfs::concat(CallPtr call) {
  CO_TRY_VOID(require(*call, {"sources"}));
  ConcatRequestProto request;
  request.set_trg(call->path);
  const std::string sources = *call->parameters.text("sources");
  std::string_view rest = sources;
  while (!rest.empty()) {
    const size_t comma = std::min(rest.find(','), rest.size());
    request.add_srcs(std::string(rest.substr(0, comma)));
    rest.remove_prefix(std::min(comma + 1, rest.size()));
  }
  co_return co_await act<ConcatResponseProto>(call, "concat", request, "");
}

Task<Response> WebHdfs::truncate(CallPtr call) {
  CO_TRY_VOID(require(*call, {"newlength"}));
  TruncateRequestProto request;
  request.set_src(call->path);
  request.set_newlength(static_cast<uint64_t>(*call->parameters.number("newlength")));
  // Each request is a client of its own.
  request.set_clientname(fmt::format("DFSClient_{}", static_cast<int64_t>(ns_.env().random.next_u64())));
  CO_TRY(const auto answer, co_await rpc<TruncateResponseProto>(call, "truncate", request));
  co_return json_response("boolean", answer.result());
}

Task<Response> WebHdfs::unset_storage_policy(CallPtr call) {
  UnsetStoragePolicyRequestProto request;
  request.set_src(call->path);
  co_return co_await act<UnsetStoragePolicyResponseProto>(call, "unsetStoragePolicy", request, "");
}

Task<Response> WebHdfs::unset_ec_policy(CallPtr call) {
  UnsetErasureCodingPolicyRequestProto request;
  request.set_src(call->path);
  co_return co_await act<UnsetErasureCodingPolicyResponseProto>(call, "unsetErasureCodingPolicy", request, "");
}

Task<Response> WebHdfs::remove(CallPtr call) {
  DeleteRequestProto request;
  request.set_src(call->path);
  request.set_recursive(call->parameters.flag("recursive"));
  CO_TRY(const auto answer, co_await rpc<DeleteResponseProto>(call, "delete", request));
  co_return json_response("boolean", answer.result());
}

Task<Response> WebHdfs::delete_snapshot(CallPtr call) {
  CO_TRY_VOID(require(*call, {"snapshotname"}));
  DeleteSnapshotRequestProto request;
  request.set_snapshotroot(call->path);
  request.set_snapshotname(*call->parameters.text("snapshotname"));
  co_return co_await act<DeleteSnapshotResponseProto>(call, "deleteSnapshot", request);
}

}  // namespace tusker::namenode
