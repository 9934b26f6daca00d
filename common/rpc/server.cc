#include "common/rpc/server.h"

#include "common/log/log.h"
#include "common/rpc/server_connection.h"

namespace tusker::rpc {

Server::Server(Env& env, ServerOptions options, std::vector<Protocol> protocols)
    : env_(env), options_(std::move(options)), protocols_(std::move(protocols)), tasks_(options_.name + " rpc") {
  for (const auto& protocol : protocols_) {
    Entry& entry = index_[protocol.name];
    entry.protocol = &protocol;
    for (const auto& method : protocol.methods) entry.methods.emplace(method.name, &method);
  }
}
Server::~Server() = default;

Result<void> Server::start() {
  TRY(listener_, env_.network.listen(options_.bind));
  tasks_.spawn(env_.make_strand(), accept_loop());
  LOG_INFO("{} rpc port at {}", options_.name, listener_->local().to_string());
  return {};
}

Task<void> Server::stop() {
  if (listener_) listener_->close();
  co_await tasks_.stop();
  // Calls that were started without a task end by themselves, soon.
  while (stats_.calls_in_progress > 0) co_await env_.clock.sleep_for(std::chrono::milliseconds(1));
}

const Endpoint& Server::local() const { return listener_->local(); }

Task<void> Server::accept_loop() {
  for (;;) {
    auto stream = co_await listener_->accept();
    if (!stream) co_return;
    if (stats_.connections >= static_cast<int64_t>(options_.connections_max)) {
      LOG_WARN("{} has {} connections, its limit; closing a new one from {}", options_.name, stats_.connections.load(),
               (*stream)->remote().to_string());
      continue;
    }
    Executor executor = (*stream)->executor();
    auto connection = std::make_shared<ServerConnection>(*this, *std::move(stream));
    tasks_.spawn(executor, ServerConnection::read_loop(connection));
    tasks_.spawn(executor, ServerConnection::write_loop(connection));
  }
}

}  // namespace tusker::rpc
