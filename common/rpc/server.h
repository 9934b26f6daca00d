#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "common/async/task_group.h"
#include "common/env/env.h"
#include "common/rpc/method_table.h"
#include "common/rpc/token_authenticator.h"

namespace tusker::rpc {

struct ServerOptions {
  Endpoint bind;                       // port 0 takes a free one
  std::string name;                    // in log lines: "namenode"
  size_t frame_bytes_max = 128 << 20;  // ipc.maximum.data.length
  size_t calls_max = 1000;             // in progress over all connections; more are answered "too busy"
  size_t connection_calls_max = 256;   // in progress on one; the connection is not read further until one ends
  size_t connections_max = 4096;
  Duration idle_max = std::chrono::seconds(120);  // a connection with no call under way is closed after it
  Duration write_timeout = std::chrono::seconds(60);
  TokenAuthenticator* tokens = nullptr;  // verifies TOKEN connections; null: no TOKEN is offered
  bool simple_allowed = true;            // false: TOKEN alone (the scheduler's and the containers' ports)
  // Refuses user.real_name acting as user.name from there (hadoop.proxyuser.*). Empty: nobody may.
  std::function<Task<Result<void>>(security::User, Endpoint)> check_impersonation;
  // Runs before a handler; an error refuses the call (safe mode, standby, authorization). May be empty.
  std::function<Result<void>(const Method&, const CallContext&)> admit;
};

struct ServerStats {
  std::atomic<int64_t> connections{0};
  std::atomic<int64_t> calls_in_progress{0};
  std::atomic<int64_t> calls_total{0};
  std::atomic<int64_t> calls_refused{0};
  std::atomic<int64_t> bytes_received{0};
  std::atomic<int64_t> bytes_sent{0};
};

// A Hadoop RPC v9 server (org.apache.hadoop.ipc.Server): many connections, many calls at once on each, answers in any order.
// Owned by a daemon's server object; start() and stop() from any task; handlers run on the strand of their connection. Answers that are
// ready when no more requests are at hand go out in one write. Bounds: ServerOptions. Malformed input closes its connection, with Hadoop's
// fatal answer where there is one, and harms no other.
class Server {
 public:
  Server(Env& env, ServerOptions options, std::vector<Protocol> protocols);
  ~Server();

  // Binds and starts to accept. kIo if the address can't be had.
  Result<void> start();
  // Closes the listener and all connections, cancels calls, waits for them.
  Task<void> stop();

  const Endpoint& local() const;
  const std::vector<Protocol>& protocols() const { return protocols_; }
  const ServerStats& stats() const { return stats_; }

 private:
  friend class ServerConnection;
  // A protocol and its methods by name.
  struct Entry {
    const Protocol* protocol;
    std::unordered_map<std::string_view, const Method*> methods;
  };
  Task<void> accept_loop();

  Env& env_;
  ServerOptions options_;
  const std::vector<Protocol> protocols_;
  std::unordered_map<std::string_view, Entry> index_;  // by the protocols' names
  std::unique_ptr<Listener> listener_;
  ServerStats stats_;
  TaskGroup tasks_;
};

}  // namespace tusker::rpc
