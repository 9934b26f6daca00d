#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/async/task.h"
#include "common/base/result.h"
#include "common/rpc/call_context.h"

namespace google::protobuf {
class ServiceDescriptor;
}

namespace tusker::rpc {

// How the server treats a method, as data. The server's admission hook (ServerOptions::admit) reads it before the handler runs.
struct MethodPolicy {
  bool mutates = false;
  bool retry_cached = false;  // repeated (client id, call id) gets the first answer
  bool in_safe_mode = true;   // allowed while the NameNode is in safe mode
  bool needs_active = true;   // refused on a standby
};

// Takes the serialized parameter message, gives the serialized result message (without its length).
using Handler = std::function<Task<Result<std::string>>(CallContext, std::string_view)>;
// The same for a call that can be answered without waiting for anything; nullopt when it can't: then the handler runs.
using DirectHandler = std::function<std::optional<Result<std::string>>(const CallContext&, std::string_view)>;

// The same for a call that ends on another thread: true when it has been started, then `done` is called exactly once, soon, from any
// thread. False when it can't be started so; `done` is untouched and the handler runs.
using Done = std::move_only_function<void(Result<std::string>)>;
using Starter = std::function<bool(const CallContext&, std::string_view, Done& done)>;

// At most one of `direct` and `starter` is there: shorter ways than the handler for calls that allow them.
struct Method {
  std::string_view name;
  MethodPolicy policy;
  Handler handler;
  DirectHandler direct = {};
  Starter starter = {};
};

// All RPCs of one protocol. Built once at start-up, constant afterwards.
struct Protocol {
  std::string_view name;  // the annotated name, for instance "org.apache.hadoop.hdfs.protocol.ClientProtocol"
  uint64_t version = 1;
  const google::protobuf::ServiceDescriptor* service = nullptr;  // what the wire schema lists; may be null
  std::vector<Method> methods;
  std::vector<std::string_view> unsupported;  // methods of the schema that are not answered yet

  const Method* find(std::string_view method) const;  // null for none
  // Methods of the schema that are neither answered nor listed as unsupported; a test demands none.
  std::vector<std::string> unlisted() const;
};

// Makes a direct handler from std::optional<Result<void>> fn(const CallContext&, const Request&, Response&). The messages are a thread's
// own and used again and again, so that what is in them keeps its memory. What can't be decoded is left to the handler, which says so.
template <class Request, class Response, class Fn>
DirectHandler direct(Fn fn) {
  return [fn](const CallContext& context, std::string_view parameter) -> std::optional<Result<std::string>> {
    static thread_local Request request;
    static thread_local Response response;
    if (!request.ParseFromArray(parameter.data(), static_cast<int>(parameter.size()))) return std::nullopt;
    response.Clear();
    std::optional<Result<void>> done = fn(context, request, response);
    if (!done) return std::nullopt;
    if (!*done) return error(std::move(*done).error());
    return response.SerializeAsString();
  };
}

// Makes a row from a typed coroutine: Task<Result<Response>> fn(CallContext, Request). `fn` is copied; what it points to must outlive
// the server.
template <class Request, class Response, class Fn>
Method method(std::string_view name, MethodPolicy policy, Fn fn) {
  return Method{name, policy, [fn, name](CallContext context, std::string_view parameter) -> Task<Result<std::string>> {
                  Request request;
                  if (!request.ParseFromArray(parameter.data(), static_cast<int>(parameter.size()))) {
                    co_return error(StatusCode::kRpcServer,
                                    "Cannot decode the parameter of " + std::string(name) + ": " + request.InitializationErrorString());
                  }
                  Result<Response> response = co_await fn(std::move(context), std::move(request));
                  if (!response) co_return error(std::move(response).error());
                  co_return response->SerializeAsString();
                }};
}

}  // namespace tusker::rpc
