#include "common/rpc/client.h"

#include "common/rpc/client_connection.h"

namespace tusker::rpc {
namespace {

std::string key_of(const Target& target) {
  std::string key = target.server.to_string() + '\n' + target.protocol + '\n' + target.user.name + '\n' + target.user.real_name;
  if (target.token) key += '\n' + target.token->identifier;
  return key;
}

}  // namespace

Client::Client(Env& env, ClientOptions options)
    : env_(env), options_(options), client_id_(env.random.bytes(16)), pool_(std::make_shared<Pool>()), tasks_("rpc client") {}
Client::~Client() = default;

int32_t Client::next_call_id() { return next_call_id_.fetch_add(1) & 0x7fffffff; }

Task<Result<std::string>> Client::call_bytes(Target target, std::string method, std::string parameter, Deadline deadline, int32_t call_id,
                                             int32_t retry_count) {
  constexpr int kUnsentTriesMax = 3;  // a pooled connection may close just as we take it, a new one be reset before it is up
  const std::string key = key_of(target);
  for (int attempt = 1;; ++attempt) {
    std::shared_ptr<ClientConnection> connection;
    {
      MutexLock lock(pool_->mutex);
      auto& slot = pool_->connections[key];
      if (!slot) {
        slot = std::make_shared<ClientConnection>(env_, options_, client_id_, target, pool_);
        slot->start(tasks_);
      }
      connection = slot;
    }
    if (tasks_.stopping()) {
      // Its tasks may never have started, so nobody would answer.
      pool_->forget(connection.get());
      co_return error(StatusCode::kCancelled, "the RPC client was stopped");
    }
    PendingCall call{call_id, retry_count, method, parameter, deadline, {}};
    auto outcome_of = call.outcome;
    connection->submit(std::move(call));
    CallOutcome outcome = co_await outcome_of.wait();
    if (!outcome.try_again || attempt == kUnsentTriesMax || env_.clock.now() >= deadline) co_return std::move(outcome.result);
  }
}

Task<void> Client::stop() {
  co_await tasks_.stop();
  // Connections and pool hold each other; those that never ran have not left by themselves.
  std::map<std::string, std::shared_ptr<ClientConnection>> left;
  MutexLock lock(pool_->mutex);
  left.swap(pool_->connections);
}

}  // namespace tusker::rpc
