#pragma once

#include <atomic>
#include <optional>
#include <string>

#include "client/hdfs/client_settings.h"
#include "common/async/task_group.h"
#include "common/env/env.h"
#include "common/rpc/client.h"

namespace tusker::client {

// What all parts of one FileSystem share: the way to its NameNode, settings, and the tasks that run beside its callers. Owned by the
// FileSystem, which outlives its streams.
struct ClientContext {
  ClientContext(Env& e, const config::Config& config, Endpoint namenode, security::User user);

  // One call of ClientProtocol, repeated with growing pauses while the NameNode is away or asks for patience, for at most
  // settings.namenode_retry. Repeats keep their call id, so that the NameNode's retry cache answers what it did already.
  Task<Result<std::string>> call_bytes(std::string method, std::string parameter);
  template <class Response, class Request>
  Task<Result<Response>> call(std::string_view method, Request request) {
    Result<std::string> bytes = co_await call_bytes(std::string(method), request.SerializeAsString());
    if (!bytes) co_return error(std::move(bytes).error());
    Response response;
    if (!response.ParseFromString(*bytes)) {
      co_return error(StatusCode::kIo, "Cannot decode the answer to " + std::string(method) + ": " + response.InitializationErrorString());
    }
    co_return response;
  }

  // Files open for writing, whose leases are renewed while there are any.
  void file_opened();
  void file_closed() { --open_files; }

  Env& env;
  ClientSettings settings;
  std::optional<Status> bad_settings;  // every call fails with it
  rpc::Client rpc;
  rpc::Target namenode;
  std::string client_name;  // the lease holder
  std::atomic<int64_t> open_files{0};
  std::atomic<bool> renewing{false};
  TaskGroup tasks;

 private:
  Task<void> renew_leases();
};

}  // namespace tusker::client
