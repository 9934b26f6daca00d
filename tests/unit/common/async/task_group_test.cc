#include "common/async/task_group.h"

#include <memory>
#include <thread>

#include "common/env/real_env.h"
#include "tests/support/catch.h"

using namespace tusker;

namespace {

Task<void> wait_for_an_hour(Env* env) { co_await env->clock.sleep_for(std::chrono::hours(1)); }

Task<void> stop(TaskGroup* group) { co_await group->stop(); }

}  // namespace

TEST_CASE("a task that is spawned while its group stops is cancelled or never starts") {
  RealEnv real;
  for (int i = 0; i < 300; ++i) {
    TaskGroup group("test");
    std::thread spawner([&] {
      for (int k = 0; k < 20; ++k) group.spawn(real.env().make_strand(), wait_for_an_hour(&real.env()));
    });
    real.run(stop(&group));  // hangs if one isn't told
    spawner.join();
    real.run(stop(&group));
    CHECK(group.size() == 0);
  }
}
