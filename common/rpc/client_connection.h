#pragma once

#include <map>
#include <memory>
#include <string>

#include "common/async/notify.h"
#include "common/async/one_shot.h"
#include "common/rpc/client.h"
#include "hadoop/RpcHeader.pb.h"

namespace tusker::rpc {

// What became of a call. `sent` false: it never left this process, so repeating it is safe whatever it does.
struct CallOutcome {
  Result<std::string> result;
  // The connection was closed under the call before anything of it was sent, as an idle or a full server does it: another may do.
  bool try_again = false;
};

struct PendingCall {
  int32_t call_id;
  int32_t retry_count;
  std::string method;
  std::string parameter;
  Deadline deadline;
  OneShot<CallOutcome> outcome;
};

// One connection of a Client to one target, on a strand of its own: connects, authenticates, sends calls as they come, matches answers by
// call id, pings while it waits, closes itself when idle. Kept alive by its tasks, which belong to the client's group.
class ClientConnection : public std::enable_shared_from_this<ClientConnection> {
 public:
  ClientConnection(Env& env, const ClientOptions& options, const std::string& client_id, Target target, std::shared_ptr<Client::Pool> pool);

  void start(TaskGroup& tasks);
  // From any strand.
  void submit(PendingCall call);

 private:
  static Task<void> run(std::shared_ptr<ClientConnection> self);
  static Task<void> write_loop(std::shared_ptr<ClientConnection> self);
  static Task<void> watch_loop(std::shared_ptr<ClientConnection> self);
  Task<Result<void>> connect();
  Task<Result<void>> authenticate();
  Task<Result<void>> authenticate_by_token(std::string hello);
  Task<Result<hadoop::common::RpcSaslProto>> read_sasl();
  // A whole frame's bytes, for the exchanges before calls flow.
  Task<Result<std::string>> read_frame(Deadline deadline);
  Result<void> on_frame(std::string_view frame);
  void append_context(std::string& out) const;
  void enqueue(PendingCall call);
  void die(const Status& why);
  Deadline next_event() const;

  Env& env_;
  const ClientOptions options_;
  const std::string client_id_;
  const Target target_;
  std::shared_ptr<Client::Pool> pool_;
  Executor strand_;
  std::unique_ptr<Stream> stream_;
  bool ready_ = false;  // authenticated: calls may be written
  bool dead_ = false;
  std::string in_;
  std::string out_;
  std::map<int32_t, PendingCall> pending_;  // sent or queued in out_, by call id
  TimePoint last_activity_;
  TimePoint last_sent_;
  Notify changed_;
};

// Live connections by target; shared between the client and its connections, which remove themselves.
struct Client::Pool {
  Mutex mutex;
  std::map<std::string, std::shared_ptr<ClientConnection>> connections TUSKER_GUARDED_BY(mutex);
  void forget(const ClientConnection* connection);
};

}  // namespace tusker::rpc
