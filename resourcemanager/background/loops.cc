#include "resourcemanager/background/loops.h"

#include <algorithm>

#include "common/log/log.h"
#include "resourcemanager/ops/expire.h"

namespace tusker::resourcemanager {
namespace {

// Often enough that an expiry is at most a tenth late.
Duration turn_interval(int64_t expiry_ms) { return std::chrono::milliseconds(std::clamp<int64_t>(expiry_ms / 10, 50, 10'000)); }

}  // namespace

BackgroundLoops::BackgroundLoops(Core& core, TokenSecrets& secrets, Settings settings)
    : core_(core), secrets_(secrets), settings_(std::move(settings)), tasks_("background") {}

void BackgroundLoops::start() {
  const Loop loops[] = {
      {"node expiry", turn_interval(settings_.nm_expiry_ms), expire_nodes},
      {"master expiry", turn_interval(settings_.am_expiry_ms), expire_masters},
      {"container expiry", turn_interval(settings_.container_allocation_expiry_ms), expire_containers},
  };
  for (const Loop& loop : loops) tasks_.spawn(core_.env().make_strand(), run(loop));
  tasks_.spawn(core_.env().make_strand(), roll_am_rm_keys());
  tasks_.spawn(core_.env().make_strand(), roll_node_keys());
}

Task<void> BackgroundLoops::run(Loop loop) {
  while (true) {
    co_await core_.env().clock.sleep_for(loop.interval);
    co_await core_.run([turn = loop.turn](Cluster& cluster, Now now) {
      turn(cluster, now);
      return true;
    });
  }
}

Task<void> BackgroundLoops::roll_am_rm_keys() {
  while (true) {
    co_await core_.env().clock.sleep_for(settings_.am_rm_key_rolling);
    if (tasks_.stopping()) co_return;
    secrets_.roll_am_rm_key();
    LOG_INFO("rolled the AMRM master key");
  }
}

Task<void> BackgroundLoops::roll_node_keys() {
  // Every live node has fetched the new keys after that time.
  const Duration activation = std::min<Duration>(std::chrono::milliseconds(settings_.nm_expiry_ms * 3 / 2), settings_.node_key_rolling / 2);
  while (true) {
    co_await core_.env().clock.sleep_for(settings_.node_key_rolling - activation);
    secrets_.roll_node_keys();
    co_await core_.env().clock.sleep_for(activation);
    if (tasks_.stopping()) co_return;
    secrets_.activate_node_keys();
    LOG_INFO("rolled the NM and container master keys");
  }
}

Task<void> BackgroundLoops::stop() { co_await tasks_.stop(); }

}  // namespace tusker::resourcemanager
