#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>

// One line an event on stderr: time, level, source file as the logger's name, text.
//   LOG_INFO("registered datanode={} rack={}", id, rack);
// The arguments are evaluated only if the level is on. Levels are Hadoop's names and change at run time through /logLevel.

namespace tusker::log {

enum class Level : int { kTrace, kDebug, kInfo, kWarn, kError, kOff };

// Sets up stderr; `level_text` is a name such as "INFO". Unknown names give false and leave the level.
bool set_level(std::string_view logger, std::string_view level_text);
// The level in force for a logger, as a name. The logger of a file "namenode/ops/mkdirs.cc" is "namenode.ops.mkdirs"; a level set for
// "namenode" holds for all below it, one set for "root" for everything.
std::string level_of(std::string_view logger);
bool enabled(const char* file, Level level);
void write(const char* file, Level level, std::string_view text);

}  // namespace tusker::log

#define TUSKER_LOG(level, ...)                                                                                    \
  do {                                                                                                            \
    if (::tusker::log::enabled(__FILE__, level)) ::tusker::log::write(__FILE__, level, fmt::format(__VA_ARGS__)); \
  } while (false)
#define LOG_DEBUG(...) TUSKER_LOG(::tusker::log::Level::kDebug, __VA_ARGS__)
#define LOG_INFO(...) TUSKER_LOG(::tusker::log::Level::kInfo, __VA_ARGS__)
#define LOG_WARN(...) TUSKER_LOG(::tusker::log::Level::kWarn, __VA_ARGS__)
#define LOG_ERROR(...) TUSKER_LOG(::tusker::log::Level::kError, __VA_ARGS__)
