#include "mapreduce/task/task_context.h"

#include <sys/resource.h>

#include <fmt/format.h>

namespace tusker::mapreduce {
namespace {

int64_t milliseconds_of(const timeval& time) { return time.tv_sec * 1000 + time.tv_usec / 1000; }

}  // namespace

int64_t process_cpu_ms() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return milliseconds_of(usage.ru_utime) + milliseconds_of(usage.ru_stime);
}

void count_resources(Counters& counters, bool is_map, int64_t since_cpu_ms) {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const int64_t resident = static_cast<int64_t>(usage.ru_maxrss) * 1024;
  counters.add(counter_group::kTask, "CPU_MILLISECONDS", process_cpu_ms() - since_cpu_ms);
  counters.add(counter_group::kTask, "GC_TIME_MILLIS", 0);
  counters.add(counter_group::kTask, "PHYSICAL_MEMORY_BYTES", resident);
  counters.add(counter_group::kTask, is_map ? "MAP_PHYSICAL_MEMORY_BYTES_MAX" : "REDUCE_PHYSICAL_MEMORY_BYTES_MAX", resident);
}

void count_file_systems(Counters& counters, const std::map<std::string, FileStores::Statistics>& before,
                        const std::map<std::string, FileStores::Statistics>& after) {
  for (const auto& [scheme, now] : after) {
    auto then = before.find(scheme);
    const FileStores::Statistics old = then == before.end() ? FileStores::Statistics{} : then->second;
    auto add = [&](std::string_view name, int64_t amount) {
      counters.add(counter_group::kFileSystem, fmt::format("{}_{}", scheme, name), amount);
    };
    add("BYTES_READ", now.bytes_read - old.bytes_read);
    add("BYTES_WRITTEN", now.bytes_written - old.bytes_written);
    add("READ_OPS", now.read_ops - old.read_ops);
    add("LARGE_READ_OPS", 0);
    add("WRITE_OPS", now.write_ops - old.write_ops);
  }
}

}  // namespace tusker::mapreduce
