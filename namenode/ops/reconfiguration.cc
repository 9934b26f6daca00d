#include "namenode/ops/reconfiguration.h"

#include <fmt/format.h>

#include "common/log/log.h"

namespace tusker::namenode {
namespace {

struct Property {
  std::string_view name;
  std::string_view default_value;
  void (*take)(Settings& to, const Settings& from);
};

constexpr Property kProperties[] = {
    {"dfs.block.invalidate.limit", "1000", [](Settings& to, const Settings& from) { to.invalidate_limit = from.invalidate_limit; }},
    {"dfs.heartbeat.interval", "3s", [](Settings& to, const Settings& from) { to.heartbeat_interval_ms = from.heartbeat_interval_ms; }},
    {"dfs.namenode.fs-limits.max-directory-items", "1048576",
     [](Settings& to, const Settings& from) { to.directory_items_max = from.directory_items_max; }},
    {"dfs.namenode.heartbeat.recheck-interval", "300000",
     [](Settings& to, const Settings& from) { to.heartbeat_recheck_ms = from.heartbeat_recheck_ms; }},
    {"dfs.namenode.reconstruction.pending.timeout-sec", "300",
     [](Settings& to, const Settings& from) { to.reconstruction_timeout_ms = from.reconstruction_timeout_ms; }},
    {"dfs.namenode.replication.max-streams", "2",
     [](Settings& to, const Settings& from) { to.replication_streams_max = from.replication_streams_max; }},
};

std::string value_of(const config::Config& conf, const Property& property) {
  return conf.find(property.name).value_or(std::string(property.default_value));
}

}  // namespace

std::vector<std::string> Reconfiguration::properties() {
  std::vector<std::string> out;
  for (const auto& property : kProperties) out.emplace_back(property.name);
  return out;
}

Reconfiguration::Status Reconfiguration::status() const {
  MutexLock lock(mutex_);
  return status_;
}

Result<std::vector<Reconfiguration::Change>> Reconfiguration::apply(const config::Config& fresh, Settings& settings) const {
  std::vector<Change> changes;
  for (const auto& property : kProperties) {
    Change change{std::string(property.name), value_of(conf_, property), value_of(fresh, property), {}};
    if (change.old_value == change.new_value) continue;
    // Each for itself, so that a bad value stops no other.
    config::Config alone = conf_;
    alone.set(change.name, change.new_value);
    if (const auto read = read_settings(alone)) {
      property.take(settings, *read);
      LOG_INFO("RECONFIGURE* changed {} to {}", change.name, change.new_value);
    } else {
      change.error = fmt::format("Could not change property {} from '{}' to '{}': {}", change.name, change.old_value, change.new_value,
                                 read.error().message());
      LOG_WARN("{}", change.error);
    }
    changes.push_back(std::move(change));
  }
  return changes;
}

Task<Result<void>> Reconfiguration::start() {
  {
    MutexLock lock(mutex_);
    if (status_.start_ms != 0 && !status_.end_ms) co_return error(StatusCode::kIo, "Another reconfiguration task is running.");
    status_ = Status{ns_.env().clock.wall_ms(), std::nullopt, {}};
  }
  auto fresh = co_await run_on(ns_.env().disk_pool, [this] { return reload(); });
  Result<std::vector<Change>> changes = error(StatusCode::kIo, "");
  if (fresh) {
    changes = co_await ns_.on_core([this, fresh = *fresh]() -> Result<std::vector<Change>> {
      Settings settings = ns_.settings();
      TRY(auto made, apply(fresh, settings));
      for (const auto& change : made) {
        if (change.error.empty()) conf_.set(change.name, change.new_value);
      }
      ns_.replace_settings(std::move(settings));
      return made;
    });
  } else {
    LOG_ERROR("reading the configuration again: {}", fresh.error().to_string());
  }
  MutexLock lock(mutex_);
  status_.end_ms = ns_.env().clock.wall_ms();
  if (changes) status_.changes = *std::move(changes);
  if (!fresh) co_return error(fresh.error());
  co_return Result<void>();
}

}  // namespace tusker::namenode
