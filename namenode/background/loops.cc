#include "namenode/background/loops.h"

#include "common/log/log.h"

namespace tusker::namenode {

struct Loops::Row {
  const char* name;
  int64_t (*interval_ms)(const Settings&);
  Task<void> (Loops::*turn)();
};

void Loops::start() {
  static constexpr Row kRows[] = {
      {"heartbeats", [](const Settings& s) { return std::min<int64_t>(std::max<int64_t>(s.heartbeat_recheck_ms / 2, 100), 5000); },
       &Loops::check_heartbeats},
      {"redundancy", [](const Settings& s) { return s.redundancy_interval_ms; }, &Loops::copy_blocks},
      {"leases", [](const Settings& s) { return s.lease_recheck_ms; }, &Loops::check_leases},
      {"deletion", [](const Settings&) -> int64_t { return 200; }, &Loops::clear_deleted},
      {"retention", [](const Settings&) -> int64_t { return 10'000; }, &Loops::drop_old_rows},
      {"resources", [](const Settings& s) { return s.disk_check_ms; }, &Loops::check_resources},
      {"delegation tokens", [](const Settings& s) { return std::min<int64_t>(5000, s.token_key_interval_ms); }, &Loops::keep_tokens},
      {"safe mode", [](const Settings&) -> int64_t { return 100; }, &Loops::check_safe_mode},
  };
  for (const auto& row : kRows) tasks_.spawn(strand_, run(&row));
}

Task<void> Loops::run(const Row* row) {
  for (;;) {
    co_await (this->*row->turn)();
    co_await ns_.env().clock.sleep_for(std::chrono::milliseconds(row->interval_ms(ns_.settings())));
  }
}

}  // namespace tusker::namenode
