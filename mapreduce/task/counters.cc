#include "mapreduce/task/counters.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace tusker::mapreduce {
namespace {

using Names = std::pair<std::string_view, std::string_view>;  // internal, display

// In the order of their declaration in Hadoop, which is that of its tables.
constexpr std::array kJobNames = {
    Names{"NUM_FAILED_MAPS", "Failed map tasks"},
    Names{"NUM_FAILED_REDUCES", "Failed reduce tasks"},
    Names{"NUM_KILLED_MAPS", "Killed map tasks"},
    Names{"NUM_KILLED_REDUCES", "Killed reduce tasks"},
    Names{"TOTAL_LAUNCHED_MAPS", "Launched map tasks"},
    Names{"TOTAL_LAUNCHED_REDUCES", "Launched reduce tasks"},
    Names{"OTHER_LOCAL_MAPS", "Other local map tasks"},
    Names{"DATA_LOCAL_MAPS", "Data-local map tasks"},
    Names{"RACK_LOCAL_MAPS", "Rack-local map tasks"},
    Names{"SLOTS_MILLIS_MAPS", "Total time spent by all maps in occupied slots (ms)"},
    Names{"SLOTS_MILLIS_REDUCES", "Total time spent by all reduces in occupied slots (ms)"},
    Names{"MILLIS_MAPS", "Total time spent by all map tasks (ms)"},
    Names{"MILLIS_REDUCES", "Total time spent by all reduce tasks (ms)"},
    Names{"VCORES_MILLIS_MAPS", "Total vcore-milliseconds taken by all map tasks"},
    Names{"VCORES_MILLIS_REDUCES", "Total vcore-milliseconds taken by all reduce tasks"},
    Names{"MB_MILLIS_MAPS", "Total megabyte-milliseconds taken by all map tasks"},
    Names{"MB_MILLIS_REDUCES", "Total megabyte-milliseconds taken by all reduce tasks"},
};
constexpr std::array kTaskNames = {
    Names{"MAP_INPUT_RECORDS", "Map input records"},
    Names{"MAP_OUTPUT_RECORDS", "Map output records"},
    Names{"MAP_SKIPPED_RECORDS", "Map skipped records"},
    Names{"MAP_OUTPUT_BYTES", "Map output bytes"},
    Names{"MAP_OUTPUT_MATERIALIZED_BYTES", "Map output materialized bytes"},
    Names{"SPLIT_RAW_BYTES", "Input split bytes"},
    Names{"COMBINE_INPUT_RECORDS", "Combine input records"},
    Names{"COMBINE_OUTPUT_RECORDS", "Combine output records"},
    Names{"REDUCE_INPUT_GROUPS", "Reduce input groups"},
    Names{"REDUCE_SHUFFLE_BYTES", "Reduce shuffle bytes"},
    Names{"REDUCE_INPUT_RECORDS", "Reduce input records"},
    Names{"REDUCE_OUTPUT_RECORDS", "Reduce output records"},
    Names{"SPILLED_RECORDS", "Spilled Records"},
    Names{"SHUFFLED_MAPS", "Shuffled Maps "},
    Names{"FAILED_SHUFFLE", "Failed Shuffles"},
    Names{"MERGED_MAP_OUTPUTS", "Merged Map outputs"},
    Names{"GC_TIME_MILLIS", "GC time elapsed (ms)"},
    Names{"CPU_MILLISECONDS", "CPU time spent (ms)"},
    Names{"PHYSICAL_MEMORY_BYTES", "Physical memory (bytes) snapshot"},
    Names{"VIRTUAL_MEMORY_BYTES", "Virtual memory (bytes) snapshot"},
    Names{"COMMITTED_HEAP_BYTES", "Total committed heap usage (bytes)"},
    Names{"MAP_PHYSICAL_MEMORY_BYTES_MAX", "Peak Map Physical memory (bytes)"},
    Names{"MAP_VIRTUAL_MEMORY_BYTES_MAX", "Peak Map Virtual memory (bytes)"},
    Names{"REDUCE_PHYSICAL_MEMORY_BYTES_MAX", "Peak Reduce Physical memory (bytes)"},
    Names{"REDUCE_VIRTUAL_MEMORY_BYTES_MAX", "Peak Reduce Virtual memory (bytes)"},
};
// After "HDFS: ", in this order for each file system.
constexpr std::array kFileSystemNames = {
    Names{"BYTES_READ", "Number of bytes read"},      Names{"BYTES_WRITTEN", "Number of bytes written"},
    Names{"READ_OPS", "Number of read operations"},   Names{"LARGE_READ_OPS", "Number of large read operations"},
    Names{"WRITE_OPS", "Number of write operations"},
};
constexpr std::array kGroupNames = {
    Names{counter_group::kFileSystem, "File System Counters"},
    Names{counter_group::kJob, "Job Counters "},
    Names{counter_group::kTask, "Map-Reduce Framework"},
    Names{counter_group::kFileInput, "File Input Format Counters "},
    Names{counter_group::kFileOutput, "File Output Format Counters "},
};

bool is_framework(std::string_view group) {
  return group == counter_group::kFileSystem || group == counter_group::kJob || group == counter_group::kTask;
}
bool is_hadoops(std::string_view group) {
  return group == counter_group::kShuffleErrors || group.starts_with("org.apache.hadoop.mapreduce.");
}

using Line = std::pair<std::string, int64_t>;

template <size_t N>
std::vector<Line> in_order(const std::array<Names, N>& names, const Counters::Group& group) {
  std::vector<Line> lines;
  for (const auto& [name, display] : names) {
    if (auto found = group.find(name); found != group.end()) lines.emplace_back(display, found->second);
  }
  return lines;
}

std::vector<Line> file_system_lines(const Counters::Group& group) {
  std::vector<std::string_view> schemes;
  for (const auto& [name, value] : group) {
    const std::string_view scheme = std::string_view(name).substr(0, name.find('_'));
    if (std::ranges::find(schemes, scheme) == schemes.end()) schemes.push_back(scheme);
  }
  std::vector<Line> lines;
  for (std::string_view scheme : schemes) {
    for (const auto& [key, display] : kFileSystemNames) {
      auto found = group.find(fmt::format("{}_{}", scheme, key));
      if (found != group.end()) lines.emplace_back(fmt::format("{}: {}", scheme, display), found->second);
    }
  }
  return lines;
}

std::vector<Line> lines_of(std::string_view name, const Counters::Group& group) {
  if (name == counter_group::kFileSystem) return file_system_lines(group);
  if (name == counter_group::kJob) return in_order(kJobNames, group);
  if (name == counter_group::kTask) return in_order(kTaskNames, group);
  std::vector<Line> lines;
  for (const auto& [counter, value] : group) {
    const bool format = name == counter_group::kFileInput || name == counter_group::kFileOutput;
    lines.emplace_back(format && counter == "BYTES_READ"      ? "Bytes Read"
                       : format && counter == "BYTES_WRITTEN" ? "Bytes Written"
                                                              : counter,
                       value);
  }
  return lines;
}

}  // namespace

int64_t& Counters::cell(std::string_view group, std::string_view name) {
  group = group.substr(0, 128);
  name = name.substr(0, 64);
  auto at = groups_.find(group);
  if (at != groups_.end()) {
    if (auto found = at->second.find(name); found != at->second.end()) return found->second;
  }
  if (!is_hadoops(group)) {
    if (own_ == kCountersMax) return overflow_;
    ++own_;
  }
  if (at == groups_.end()) at = groups_.emplace(group, Group{}).first;
  return at->second.emplace(name, 0).first->second;
}

int64_t Counters::get(std::string_view group, std::string_view name) const {
  auto at = groups_.find(group);
  if (at == groups_.end()) return 0;
  auto found = at->second.find(name);
  return found == at->second.end() ? 0 : found->second;
}

void Counters::merge(const Counters& other) {
  for (const auto& [group, counters] : other.groups_) {
    for (const auto& [name, value] : counters) {
      int64_t& into = cell(group, name);
      into = name.ends_with("_MAX") ? std::max(into, value) : into + value;
    }
  }
}

size_t Counters::size() const {
  size_t count = 0;
  for (const auto& [name, group] : groups_) count += lines_of(name, group).size();
  return count;
}

std::string Counters::to_text() const {
  std::string text = fmt::format("Counters: {}", size());
  for (bool framework : {true, false}) {
    for (const auto& [name, group] : groups_) {
      const auto lines = is_framework(name) == framework ? lines_of(name, group) : std::vector<Line>();
      if (lines.empty()) continue;
      auto display = std::ranges::find(kGroupNames, name, &Names::first);
      text += fmt::format("\n\t{}", display == kGroupNames.end() ? std::string_view(name) : display->second);
      for (const auto& [counter, value] : lines) text += fmt::format("\n\t\t{}={}", counter, value);
    }
  }
  return text + "\n";
}

}  // namespace tusker::mapreduce
