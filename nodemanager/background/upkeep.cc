#include "nodemanager/background/upkeep.h"

#include <fmt/format.h>

#include <set>

#include "common/async/run_on.h"
#include "common/log/log.h"

namespace tusker::nodemanager {
namespace {

constexpr double kHealthyShareMin = 0.25;  // yarn.nodemanager.disk-health-checker.min-healthy-disks
constexpr Duration kLogsInterval = std::chrono::minutes(5);

// Why a directory can't be used; "" when it can.
std::string trouble_with(Disk& disk, const std::string& directory, double utilization_max) {
  auto space = disk.space(directory);
  if (!space) return space.error().message();
  double used = space->capacity > 0 ? 100.0 * (1.0 - static_cast<double>(space->available) / static_cast<double>(space->capacity)) : 0;
  if (used > utilization_max) return fmt::format("used space above threshold of {}%", utilization_max);
  // A disk that went bad is often mounted read-only.
  const std::string probe = directory + "/.health";
  auto written = [&]() -> Result<void> {
    TRY(auto file, disk.open(probe, OpenMode::kTruncate));
    TRY_VOID(file->write_at(0, "written\n"));
    file.reset();
    return disk.remove(probe);
  }();
  return written ? "" : written.error().message();
}

struct Checked {
  std::vector<std::string> good;
  std::string trouble;  // of each bad one
  bool enough = false;  // are good
};

Checked check(Disk& disk, const std::vector<std::string>& directories, double utilization_max, const char* kind) {
  Checked checked;
  std::string troubles;
  for (const std::string& directory : directories) {
    std::string trouble = trouble_with(disk, directory, utilization_max);
    if (trouble.empty()) {
      checked.good.push_back(directory);
    } else {
      troubles += fmt::format("{} : {} ", directory, trouble);
    }
  }
  const auto good = static_cast<double>(checked.good.size());
  checked.enough = good >= kHealthyShareMin * static_cast<double>(directories.size()) && good > 0;
  if (!troubles.empty()) {
    checked.trouble =
        fmt::format("{}/{} {} have errors: [ {}] ", directories.size() - checked.good.size(), directories.size(), kind, troubles);
  }
  return checked;
}

Result<void> prepare_local(Disk& disk, const std::string& root) {
  TRY_VOID(disk.make_directories(root));
  for (const char* name : {"usercache", "filecache", "nmPrivate"}) {
    TRY_VOID(disk.remove_tree(root + "/" + name));
    TRY_VOID(disk.make_directories(root + "/" + name, std::string_view(name) == "nmPrivate" ? 0700 : 0755));
  }
  return {};
}

}  // namespace

Upkeep::Upkeep(Env& env, Executor core, const Settings& settings, GoodDirectories& directories, Localizer& localizer,
               Containers& containers)
    : env_(env),
      core_(core),
      settings_(settings),
      directories_(directories),
      localizer_(localizer),
      containers_(containers),
      tasks_("upkeep") {
  MutexLock lock(mutex_);
  health_.checked_ms = env.clock.wall_ms();
}

Result<void> Upkeep::prepare_directories(Disk& disk, const Settings& settings) {
  auto prepare = [](const std::vector<std::string>& roots, auto one) -> Result<void> {
    size_t good = 0;
    Result<void> last;
    for (const std::string& root : roots) {
      auto prepared = one(root);
      good += prepared ? 1 : 0;
      if (prepared) continue;
      LOG_WARN("cannot prepare {}: {}", root, prepared.error().to_string());
      last = std::move(prepared);
    }
    return good > 0 ? Result<void>() : last;
  };
  TRY_VOID(prepare(settings.local_dirs, [&disk](const std::string& root) { return prepare_local(disk, root); }));
  return prepare(settings.log_dirs, [&disk](const std::string& root) { return disk.make_directories(root); });
}

void Upkeep::start() {
  tasks_.spawn(core_, loop(settings_.health_interval, &Upkeep::check_disks));
  tasks_.spawn(core_, loop(kLogsInterval, &Upkeep::delete_old_logs));
  tasks_.spawn(core_, loop(settings_.cache_cleanup_interval, &Upkeep::evict));
}

Task<void> Upkeep::loop(Duration interval, Task<void> (Upkeep::*turn)()) {
  while (!tasks_.stopping()) {
    co_await (this->*turn)();
    co_await env_.clock.sleep_for(interval);
  }
}

NodeHealth Upkeep::health() const {
  MutexLock lock(mutex_);
  return health_;
}

Task<void> Upkeep::check_disks() {
  auto [local, log] = co_await run_on(env_.disk_pool, [this] {
    return std::pair(check(env_.disk, settings_.local_dirs, settings_.disk_utilization_max, "local-dirs"),
                     check(env_.disk, settings_.log_dirs, settings_.disk_utilization_max, "log-dirs"));
  });
  const bool healthy = local.enough && log.enough;
  const std::string trouble = local.trouble + log.trouble;
  if (!trouble.empty()) LOG_WARN("this node is {}: {}", healthy ? "healthy, but some disks are not" : "unhealthy", trouble);
  directories_.set(std::move(local.good), std::move(log.good));
  MutexLock lock(mutex_);
  // As Hadoop, which reports bad disks of a healthy node too.
  health_ = {healthy, trouble, env_.clock.wall_ms()};
}

Task<void> Upkeep::delete_old_logs() {
  std::set<std::string> running;
  for (const auto& id : containers_.applications()) running.insert(id.to_string());
  const int64_t before_ms = env_.clock.wall_ms() - std::chrono::duration_cast<std::chrono::milliseconds>(settings_.log_retain).count();
  co_await run_on(env_.disk_pool, [this, running, before_ms] {
    for (const std::string& root : settings_.log_dirs) {
      auto entries = env_.disk.list(root);
      if (!entries) continue;
      for (const FileInfo& entry : *entries) {
        bool old = entry.name.starts_with("application_") && entry.mtime_ms < before_ms && !running.contains(entry.name);
        if (old) static_cast<void>(env_.disk.remove_tree(root + "/" + entry.name));
      }
    }
  });
}

Task<void> Upkeep::evict() { return localizer_.evict(); }

Task<void> Upkeep::stop() { co_await tasks_.stop(); }

}  // namespace tusker::nodemanager
