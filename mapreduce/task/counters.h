#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace tusker::mapreduce {

// Internal names of Hadoop's groups.
namespace counter_group {
inline constexpr std::string_view kFileSystem = "org.apache.hadoop.mapreduce.FileSystemCounter";
inline constexpr std::string_view kJob = "org.apache.hadoop.mapreduce.JobCounter";
inline constexpr std::string_view kTask = "org.apache.hadoop.mapreduce.TaskCounter";
inline constexpr std::string_view kShuffleErrors = "Shuffle Errors";
inline constexpr std::string_view kFileInput = "org.apache.hadoop.mapreduce.lib.input.FileInputFormatCounter";
inline constexpr std::string_view kFileOutput = "org.apache.hadoop.mapreduce.lib.output.FileOutputFormatCounter";
}  // namespace counter_group

// Named numbers in groups (org.apache.hadoop.mapreduce.Counters), by their internal names. One thread at a time. A cell stays where it is
// until the object dies. Bound: kCountersMax of the job's own; what is more goes into one cell that isn't shown.
class Counters {
 public:
  using Group = std::map<std::string, int64_t, std::less<>>;

  // The number, made with 0 if need be. Names longer than Hadoop's limits (128 and 64 characters) are cut.
  int64_t& cell(std::string_view group, std::string_view name);
  void add(std::string_view group, std::string_view name, int64_t amount) { cell(group, name) += amount; }
  int64_t get(std::string_view group, std::string_view name) const;
  // Sums up; of peaks (names that end in _MAX) the greater one counts.
  void merge(const Counters& other);
  const std::map<std::string, Group, std::less<>>& groups() const { return groups_; }
  size_t size() const;

  // Hadoop's table, as its clients print it: "Counters: N", display names of groups and counters, "\t\tName=value".
  std::string to_text() const;

 private:
  static constexpr size_t kCountersMax = 120;  // mapreduce.job.counters.max
  std::map<std::string, Group, std::less<>> groups_;
  size_t own_ = 0;  // outside Hadoop's groups
  int64_t overflow_ = 0;
};

}  // namespace tusker::mapreduce
