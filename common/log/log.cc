#include "common/log/log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <map>

#include "common/base/mutex.h"

namespace tusker::log {
namespace {

constexpr std::array<std::string_view, 6> kNames = {"TRACE", "DEBUG", "INFO", "WARN", "ERROR", "OFF"};
constexpr std::array<spdlog::level::level_enum, 6> kLevels = {spdlog::level::trace, spdlog::level::debug, spdlog::level::info,
                                                              spdlog::level::warn,  spdlog::level::err,   spdlog::level::off};

struct Levels {
  Mutex mutex;
  std::map<std::string, Level, std::less<>> by_logger TUSKER_GUARDED_BY(mutex);
  std::atomic<Level> root{Level::kInfo};
  std::atomic<bool> only_root{true};
};

Levels& levels() {
  static Levels instance;
  return instance;
}

spdlog::logger& stderr_logger() {
  static const auto logger = [] {
    auto made = std::make_shared<spdlog::logger>("tusker", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    made->set_pattern("%Y-%m-%d %H:%M:%S,%e %v");
    made->set_level(spdlog::level::trace);
    made->flush_on(spdlog::level::trace);
    return made;
  }();
  return *logger;
}

// "namenode/ops/mkdirs.cc" → "namenode.ops.mkdirs"
std::string logger_of(std::string_view file) {
  while (file.starts_with("../")) file.remove_prefix(3);  // ccache gives the compiler relative paths
  if (const auto dot = file.rfind('.'); dot != std::string_view::npos) file = file.substr(0, dot);
  std::string name(file);
  std::ranges::replace(name, '/', '.');
  return name;
}

Level level_for(std::string_view logger) {
  Levels& all = levels();
  MutexLock lock(all.mutex);
  for (std::string_view prefix = logger; !prefix.empty();) {
    if (auto it = all.by_logger.find(prefix); it != all.by_logger.end()) return it->second;
    const auto dot = prefix.rfind('.');
    prefix = dot == std::string_view::npos ? std::string_view() : prefix.substr(0, dot);
  }
  return all.root.load(std::memory_order_relaxed);
}

}  // namespace

bool set_level(std::string_view logger, std::string_view level_text) {
  std::string upper(level_text);
  std::ranges::transform(upper, upper.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  if (upper == "FATAL") upper = "ERROR";
  if (upper == "ALL") upper = "TRACE";
  const auto found = std::ranges::find(kNames, upper);
  if (found == kNames.end()) return false;
  const auto level = static_cast<Level>(found - kNames.begin());
  Levels& all = levels();
  if (logger.empty() || logger == "root") {
    all.root = level;
  } else {
    MutexLock lock(all.mutex);
    all.by_logger.insert_or_assign(std::string(logger), level);
    all.only_root = false;
  }
  return true;
}

std::string level_of(std::string_view logger) { return std::string(kNames[static_cast<size_t>(level_for(logger))]); }

bool enabled(const char* file, Level level) {
  Levels& all = levels();
  if (all.only_root.load(std::memory_order_relaxed)) return level >= all.root.load(std::memory_order_relaxed);
  return level >= level_for(logger_of(file));
}

void write(const char* file, Level level, std::string_view text) {
  const auto index = static_cast<size_t>(level);
  stderr_logger().log(kLevels[index], "{} {}: {}", kNames[index], logger_of(file), text);
}

}  // namespace tusker::log
