#include "namenode/rpc/client_protocol.h"
#include "namenode/rpc/convert.h"

namespace tusker::namenode {

using namespace hadoop::hdfs;  // NOLINT: handlers speak the wire's types

Task<Result<AppendResponseProto>> ClientProtocol::append(Call call, AppendRequestProto request) {
  const OpContext op = co_await context_of(call);
  const bool new_block = (request.flag() & NEW_BLOCK) != 0;
  CO_TRY(const std::string bytes,
         co_await change_once(call, "Cannot append to file" + request.src(),
                              [this, op, request, new_block](Transaction& tx) -> Result<std::string> {
                                TRY(const Appended opened, namenode::append(ns_, tx, op, request.src(), request.clientname(), new_block));
                                AppendResponseProto answer;
                                *answer.mutable_stat() = file_status(opened.file, false);
                                if (opened.last)
                                  *answer.mutable_block() = located_block(ns_.identity().block_pool_id, *op.cluster, *opened.last);
                                return answer.SerializeAsString();
                              }));
  AppendResponseProto response;
  response.ParseFromString(bytes);
  co_return response;
}

Task<Result<TruncateResponseProto>> ClientProtocol::truncate(Call call, TruncateRequestProto request) {
  const auto new_length = static_cast<int64_t>(request.newlength());
  if (new_length < 0) {
    co_return error(StatusCode::kHadoopIllegalArgument, "Cannot truncate to a negative file size: " + std::to_string(new_length) + ".");
  }
  const OpContext op = co_await context_of(call);
  CO_TRY(const bool done, co_await change("Cannot truncate for " + request.src(), [this, op, request, new_length](Transaction& tx) {
           return namenode::truncate(ns_, tx, op, request.src(), new_length, request.clientname());
         }));
  TruncateResponseProto response;
  response.set_result(done);
  co_return response;
}

Task<Result<ConcatResponseProto>> ClientProtocol::concat(Call call, ConcatRequestProto request) {
  const OpContext op = co_await context_of(call);
  const std::vector<std::string> sources(request.srcs().begin(), request.srcs().end());
  CO_TRY_VOID(
      co_await change_once(call, "Cannot concat " + request.trg(), [this, op, request, sources](Transaction& tx) -> Result<std::string> {
        TRY_VOID(namenode::concat(ns_, tx, op, request.trg(), sources));
        return std::string();
      }));
  co_return ConcatResponseProto();
}

}  // namespace tusker::namenode
