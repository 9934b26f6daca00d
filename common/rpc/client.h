#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "common/async/task_group.h"
#include "common/env/env.h"
#include "common/security/token.h"
#include "common/security/user.h"

namespace tusker::rpc {

struct ClientOptions {
  Duration connect_timeout = std::chrono::seconds(20);  // ipc.client.connect.timeout
  Duration idle_max = std::chrono::seconds(10);         // ipc.client.connection.maxidletime
  Duration ping_interval = std::chrono::seconds(60);    // ipc.ping.interval
  size_t frame_bytes_max = 128 << 20;                   // ipc.maximum.response.length
  // Called on a network thread when a connection that was up breaks, so that a daemon need not wait for its next call to know.
  std::function<void(const Endpoint&)> on_connection_lost;
};

// Where and as whom to call. `token` makes the connection authenticate by TOKEN (DIGEST-MD5); otherwise it is SIMPLE.
struct Target {
  Endpoint server;
  std::string protocol;  // annotated name
  security::User user;
  std::optional<security::Token> token;
};

class ClientConnection;

// A Hadoop RPC v9 client (org.apache.hadoop.ipc.Client): one connection a target, many calls at once on it. Calls from any strand.
// One client id for its life, so that a server's retry cache knows its repeated calls. stop() before it dies.
class Client {
 public:
  Client(Env& env, ClientOptions options = {});
  ~Client();

  // Sends one call and waits for its answer until `deadline`. Errors: the server's exception as its Status; kUnavailable when it can't
  // be reached or the connection broke before the answer (the call may have run); kTimeout.
  // `call_id` repeats an earlier call (retry cache); get one from next_call_id().
  Task<Result<std::string>> call_bytes(Target target, std::string method, std::string parameter, Deadline deadline, int32_t call_id,
                                       int32_t retry_count);
  int32_t next_call_id();

  template <class Response, class Request>
  Task<Result<Response>> call(Target target, std::string_view method, const Request& request, Deadline deadline) {
    return call_as<Response>(std::move(target), std::string(method), request.SerializeAsString(), deadline, next_call_id(), 0);
  }
  template <class Response>
  Task<Result<Response>> call_as(Target target, std::string method, std::string parameter, Deadline deadline, int32_t call_id,
                                 int32_t retry_count) {
    Result<std::string> bytes = co_await call_bytes(std::move(target), method, std::move(parameter), deadline, call_id, retry_count);
    if (!bytes) co_return error(std::move(bytes).error());
    Response response;
    if (!response.ParseFromString(*bytes)) {
      co_return error(StatusCode::kIo, "Cannot decode the answer to " + method + ": " + response.InitializationErrorString());
    }
    co_return response;
  }

  Task<void> stop();

 private:
  friend class ClientConnection;
  Env& env_;
  ClientOptions options_;
  std::string client_id_;
  std::atomic<int32_t> next_call_id_{0};
  struct Pool;
  std::shared_ptr<Pool> pool_;
  TaskGroup tasks_;
};

}  // namespace tusker::rpc
