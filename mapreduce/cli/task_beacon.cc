#include "mapreduce/cli/task_beacon.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstring>
#include <new>

#include <fmt/format.h>

namespace tusker::mapreduce {
namespace {

template <size_t N>
void put(char (&into)[N], std::string_view text) {
  const size_t length = std::min(text.size(), N - 1);
  std::memcpy(into, text.data(), length);
  into[length] = '\0';
}

}  // namespace

TaskBeacon* TaskBeacon::create() {
  void* memory = ::mmap(nullptr, sizeof(TaskBeacon), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  return memory == MAP_FAILED ? nullptr : new (memory) TaskBeacon();
}

void TaskBeacon::clear() {
  running_.store(false);
  record_.store(-1);
  put(attempt_, "");
  put(input_, "");
}

void TaskBeacon::begin(std::string_view attempt, std::string_view input) {
  record_.store(-1);
  put(attempt_, attempt);
  put(input_, input);
  running_.store(true);
}

std::string TaskBeacon::place() const {
  const int64_t record = record_.load();
  if (record < 0) return input_;
  return fmt::format("at record {} or soon after, of {}", record, input_);
}

}  // namespace tusker::mapreduce
