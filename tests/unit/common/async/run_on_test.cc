#include "common/async/run_on.h"

#include <stdexcept>

#include "common/async/task_group.h"
#include "common/env/real_env.h"
#include "tests/support/catch.h"

using namespace tusker;

namespace {

Task<void> throw_on(Env& env, bool& went_on) {
  co_await run_on(env.disk_pool, [] { throw std::length_error("too long"); });
  went_on = true;
}

Task<void> outlive(Env& env) {
  TaskGroup tasks("a test");
  bool went_on = false;
  tasks.spawn(env.make_strand(), throw_on(env, went_on));
  while (tasks.size() > 0) co_await env.clock.sleep_for(std::chrono::milliseconds(1));
  CHECK(!went_on);
  const int value = co_await run_on(env.disk_pool, [] { return 7; });
  CHECK(value == 7);
  co_await tasks.stop();
}

}  // namespace

TEST_CASE("what a function throws elsewhere ends the task that waits, and nothing else") {
  RealEnv real;
  real.run(outlive(real.env()));
}
