#pragma once

#include <cstdint>
#include <string>

#include "common/env/clock.h"

namespace tusker::cli::dfs {

// A line on the terminal that tells how far a long copy is: after a second, then at most five times a second, gone at the end. Nothing
// when stderr is no terminal.
class Progress {
 public:
  Progress(Clock& clock, std::string what, int64_t total_bytes);
  ~Progress();
  void advance(int64_t bytes);

 private:
  Clock& clock_;
  std::string what_;
  int64_t total_;
  int64_t done_ = 0;
  bool terminal_;
  bool shown_ = false;
  TimePoint started_;
  TimePoint next_;
};

}  // namespace tusker::cli::dfs
