#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>

namespace tusker::mapreduce {

// A few words in memory that a task's process shares with the one that started it: what it was doing when it died. Written by the child,
// read by the parent after the child's end.
class TaskBeacon {
 public:
  // In the task's container, before the fork. Null when the system has no memory to share.
  static TaskBeacon* create();

  void clear();
  // An attempt runs on this input.
  void begin(std::string_view attempt, std::string_view input);
  // Its outcome has been reported.
  void end() { running_.store(false); }
  bool running() const { return running_.load(); }
  std::string attempt() const { return attempt_; }
  // "at record 1024 or soon after, of hdfs://…:0+134217728"
  std::string place() const;
  std::atomic<int64_t>* position() { return &record_; }

 private:
  std::atomic<bool> running_;
  std::atomic<int64_t> record_;
  char attempt_[128];
  char input_[1024];
};

}  // namespace tusker::mapreduce
