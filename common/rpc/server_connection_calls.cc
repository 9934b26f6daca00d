// What becomes of a call that has been taken: it is answered at once, started, or run as a task; then its answer is written.
#include <boost/asio/post.hpp>

#include "common/base/java_exceptions.h"
#include "common/log/log.h"
#include "common/rpc/frame.h"
#include "common/rpc/server_connection.h"

namespace tusker::rpc {

using hadoop::common::RpcResponseHeaderProto;

bool ServerConnection::answer_directly(const Method& method, std::string_view parameter) {
  const auto& admit = server_.options_.admit;
  if (auto admitted = admit ? admit(method, context_) : Result<void>(); !admitted) {
    answer(context_, error(admitted.error()));
    return true;
  }
  const auto result = method.direct(context_, parameter);
  if (result) answer(context_, *result);
  return result.has_value();
}

bool ServerConnection::start_call(const Method& method, std::string_view parameter) {
  const auto& admit = server_.options_.admit;
  if (auto admitted = admit ? admit(method, context_) : Result<void>(); !admitted) {
    answer(context_, error(admitted.error()));
    return true;
  }
  ++calls_in_progress_;
  ++server_.stats_.calls_in_progress;
  Done done = [self = shared_from_this(), context = context_](Result<std::string> result) mutable {
    self->finish_later(std::move(context), std::move(result));
  };
  if (method.starter(context_, parameter, done)) return true;
  --calls_in_progress_;
  --server_.stats_.calls_in_progress;
  return false;
}

void ServerConnection::finish_later(CallContext context, Result<std::string> result) {
  {
    MutexLock lock(finished_mutex_);
    finished_.push_back({std::move(context), std::move(result)});
    if (finished_.size() > 1) return;  // somebody has posted for it
  }
  asio::post(stream_->executor(), [self = shared_from_this()] { self->answer_finished(); });
}

void ServerConnection::answer_finished() {
  std::vector<Finished> finished;
  {
    MutexLock lock(finished_mutex_);
    finished.swap(finished_);
  }
  for (const auto& [context, result] : finished) {
    answer(context, result);
    --calls_in_progress_;
    --server_.stats_.calls_in_progress;
  }
  room_.notify_all();
}

Task<void> ServerConnection::run_call(std::shared_ptr<ServerConnection> self, const Method* method, CallContext context,
                                      std::string parameter) {
  struct Leave {  // also when the server's stop unwinds the call
    ServerConnection& connection;
    ~Leave() {
      --connection.calls_in_progress_;
      --connection.server_.stats_.calls_in_progress;
      connection.room_.notify_all();
    }
  } leave{*self};
  const auto& admit = self->server_.options_.admit;
  if (auto admitted = admit ? admit(*method, context) : Result<void>(); !admitted) {
    self->answer(context, error(admitted.error()));
    co_return;
  }
  Result<std::string> result = co_await method->handler(context, parameter);
  self->answer(context, result);
}

void ServerConnection::answer(const CallContext& context, const Result<std::string>& result) {
  if (!result) {
    LOG_DEBUG("{} {}: {}", server_.options_.name, context.describe(), result.error().to_string());
    answer_error(context, result.error(), RpcResponseHeaderProto::ERROR_APPLICATION);
    return;
  }
  if (closed_) return;
  RpcResponseHeaderProto& header = answer_header_;
  header.set_callid(static_cast<uint32_t>(context.call_id));
  header.set_status(RpcResponseHeaderProto::SUCCESS);
  header.set_serveripcversionnum(kVersion);
  header.set_clientid(context.client_id);
  header.set_retrycount(context.retry_count);
  append_frame(out_, header, *result);
  out_grew();
}

void ServerConnection::answer_error(const CallContext& context, const Status& status, RpcResponseHeaderProto::RpcErrorCodeProto code) {
  if (closed_) return;
  RpcResponseHeaderProto header;
  header.set_callid(static_cast<uint32_t>(context.call_id));
  header.set_status(RpcResponseHeaderProto::ERROR);
  header.set_serveripcversionnum(kVersion);
  header.set_exceptionclassname(status.remote_class().empty() ? std::string(java_class_of(status.code())) : status.remote_class());
  header.set_errormsg(status.message());
  header.set_errordetail(code);
  header.set_clientid(context.client_id);
  header.set_retrycount(context.retry_count);
  append_frame(out_, {&header});
  out_grew();
}

}  // namespace tusker::rpc
