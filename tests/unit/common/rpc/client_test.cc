#include "common/rpc/client.h"

#include "common/env/real_env.h"
#include "tests/support/catch.h"

using namespace tusker;

namespace {

// Takes connections and closes each at once.
Task<void> slam(Listener* listener, std::atomic<int>* taken) {
  for (;;) {
    auto stream = co_await listener->accept();
    if (!stream) co_return;
    ++*taken;
    (*stream)->close();
  }
}

Task<void> call(rpc::Client* client, rpc::Target target, Deadline deadline, Result<std::string>* out) {
  *out = co_await client->call_bytes(std::move(target), "method", "", deadline, client->next_call_id(), 0);
}

Task<void> stop(rpc::Client* client, TaskGroup* tasks, Listener* listener) {
  co_await client->stop();
  listener->close();
  co_await tasks->stop();
}

}  // namespace

TEST_CASE("a call of which nothing was sent is tried on another connection, a few times") {
  RealEnv real;
  Env& env = real.env();
  auto listener = env.network.listen({"127.0.0.1", 0});
  REQUIRE(listener);
  std::atomic<int> taken{0};
  TaskGroup tasks("test");
  tasks.spawn(env.make_strand(), slam(listener->get(), &taken));
  rpc::Client client(env);
  rpc::Target target{(*listener)->local(), "protocol", security::User{"alice", ""}, security::Token{}};
  Result<std::string> answer;
  real.run(call(&client, target, env.clock.after(std::chrono::seconds(20)), &answer));
  REQUIRE_FALSE(answer);
  CHECK(answer.error().code() == StatusCode::kUnavailable);
  CHECK(taken == 3);
  real.run(stop(&client, &tasks, listener->get()));
}
