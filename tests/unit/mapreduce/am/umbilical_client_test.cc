#include "mapreduce/am/umbilical_client.h"

#include <optional>

#include "common/env/real_env.h"
#include "common/rpc/server.h"
#include "mapreduce/am/job_files.h"
#include "mapreduce/am/umbilical_protocol.h"
#include "tests/support/catch.h"

using namespace tusker;
using namespace tusker::mapreduce;

namespace {

const security::Token kToken{.identifier = "job_1_0001", .password = "secret", .kind = "mapreduce.job", .service = "job_1_0001"};

rpc::Protocol protocol_that_commits() {
  rpc::Protocol protocol;
  protocol.name = kUmbilicalProtocol;
  protocol.methods.push_back(rpc::method<MayCommitRequestProto, MayCommitResponseProto>(
      "mayCommit", {}, [](rpc::CallContext, MayCommitRequestProto) -> Task<Result<MayCommitResponseProto>> {
        MayCommitResponseProto response;
        response.set_may_commit(true);
        co_return response;
      }));
  return protocol;
}

// A master that is away for a moment: its port is closed, and opens again.
Task<void> call_while_it_is_away(Env& env, bool& committed, std::optional<StatusCode>& once) {
  JobTokenAuthenticator authenticator(kToken, {"me", ""});
  auto options = [&](uint16_t port) {
    rpc::ServerOptions made{.bind = {"127.0.0.1", port}, .name = "umbilical"};
    made.tokens = &authenticator;
    made.simple_allowed = false;
    return made;
  };
  rpc::Server first(env, options(0), {protocol_that_commits()});
  REQUIRE(first.start());
  const Endpoint master = first.local();
  co_await first.stop();

  UmbilicalClient client(env, master, {"me", ""}, kToken);
  MayCommitRequestProto request;
  request.set_attempt_id("attempt_1_0001_r_000000_0");
  auto unheard = co_await client.call<MayCommitResponseProto>("mayCommit", request, std::chrono::seconds(1));
  if (!unheard) once = unheard.error().code();

  TaskGroup tasks("test");
  rpc::Server again(env, options(master.port), {protocol_that_commits()});
  auto come_back = [](Env& e, rpc::Server& server) -> Task<void> {
    co_await e.clock.sleep_for(std::chrono::milliseconds(500));
    REQUIRE(server.start());
  };
  tasks.spawn(env.make_strand(), come_back(env, again));
  auto answer = co_await client.call_again<MayCommitResponseProto>("mayCommit", request);
  committed = answer && answer->may_commit();
  co_await tasks.stop();
  co_await client.stop();
  co_await again.stop();
}

}  // namespace

TEST_CASE("a task's calls are repeated until its master can be reached") {
  RealEnv env({.net_threads = 1, .disk_threads = 1});
  bool committed = false;
  std::optional<StatusCode> once;
  env.run(call_while_it_is_away(env.env(), committed, once));
  REQUIRE(once == StatusCode::kUnavailable);
  REQUIRE(committed);
}
